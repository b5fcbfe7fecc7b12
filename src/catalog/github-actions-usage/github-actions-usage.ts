import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { isRecord } from '../../parse/json/guard.ts';
import { textIn } from '../../parse/json/member.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  type PackageList,
  readPackageList,
} from '../../parse/package-list/package-list.ts';
import { writePurl } from '../../parse/purl/purl.ts';
import { linesOf } from '../../parse/text/lines.ts';
import { parseYaml } from '../../parse/text/yaml.ts';

/**
 * Actions that workflows of GitHub and composite actions use in their steps, and workflows that
 * jobs call. Actions that are images are left out.
 */
export const githubActionsUsage: Cataloger<PackageList> = {
  id: 'github-actions-usage',
  alias: 'github-actions-usage-cataloger',
  version: 1,
  title: 'Actions and workflows that workflows of GitHub use',
  spec: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
  tags: ['declared', 'directory', 'github-actions', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'workflow',
      paths: ['**/.github/workflows/*.yaml', '**/.github/workflows/*.yml'],
      maxBytes: 'configFileBytesMax',
    },
    {
      role: 'action',
      paths: ['**/.github/actions/*/action.yml', '**/.github/actions/*/action.yaml'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: name.includes('.github/workflows/') ? 'github-action-workflow' : 'github-action',
      language: '',
      purl: purlOf(name, version),
      foundBy: githubActionsUsage.id,
      rule: 'a use of an action or a workflow',
      kind: 'github-actions-use-statement',
    })),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const text = textOf(content);
  const document = parseYaml(text, budget);
  if (!isRecord(document)) {
    return malformedList('the file is no well-formed YAML document');
  }
  const uses = new Set(usesOf(document).filter((use) => !use.startsWith('docker://')));
  const comments = versionComments(text);
  return readPackageList([...uses], 'use', limits, (use) => readUse(use, comments.get(use)));
}

/** What steps and jobs use, of a workflow or of a composite action. */
function usesOf(document: Readonly<Record<string, unknown>>): string[] {
  const jobs = isRecord(document['jobs']) ? Object.values(document['jobs']) : [];
  return [...jobs, document['runs']].filter(isRecord).flatMap((holder) => {
    const steps: readonly unknown[] = Array.isArray(holder['steps']) ? holder['steps'] : [];
    return [holder, ...steps.filter(isRecord)]
      .map((each) => textIn(each, 'uses').trim())
      .filter((use) => use !== '');
  });
}

/** Versions that stand in comments behind what is used, as is the custom beside commits. */
function versionComments(text: string): ReadonlyMap<string, string> {
  const comments = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, use, version] =
      /\buses:[ \t]*["']?([^\s"'#]+)["']?[ \t]+#[^\n]*?(v?\d+(?:\.\d+)*)/.exec(line.text) ?? [];
    if (use !== undefined && version !== undefined) {
      comments.set(use, version);
    }
  }
  return comments;
}

/** What is in the same repository has no version of its own, and is not known by any. */
function readUse(value: string, comment: string | undefined): ListedPackage | undefined {
  const at = value.indexOf('@');
  const name = at < 0 ? value : value.slice(0, at);
  const reference = at < 0 ? '' : value.slice(at + 1);
  const isCommit = /^[0-9a-f]{7,64}$/.test(reference);
  const version = isCommit && comment !== undefined ? comment : reference;
  const isLocal = name.startsWith('./');
  if (name === '' || (version === '' && !isLocal)) {
    return undefined;
  }
  return {
    name,
    version: version || 'UNKNOWN',
    metadata: { value, ...(comment === undefined ? {} : { comment }) },
  };
}

function purlOf(name: string, version: string): string {
  const [namespace = '', repository = '', ...subpath] = name.split('/');
  return namespace === '.' || repository === ''
    ? ''
    : writePurl({
        type: 'github',
        namespace,
        name: repository,
        version,
        subpath: subpath.join('/'),
      });
}
