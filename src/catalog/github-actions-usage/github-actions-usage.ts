import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { parseYaml } from '../../syntax/text/yaml.ts';

/**
 * Actions that workflows of GitHub and composite actions use in their steps, and workflows that
 * jobs call. An action may be an image.
 */
export const githubActionsUsage: Cataloger<PackageList> = {
  id: 'github-actions-usage',
  alias: 'github-actions-usage-cataloger',
  version: 2,
  title: 'Actions and workflows used by GitHub workflows',
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
    assemblePackageLists(input, ({ name, version, metadata }) => {
      const image = parseImageUse(getText(metadata ?? {}, 'value'));
      return {
        type: name.includes('.github/workflows/') ? 'github-action-workflow' : 'github-action',
        language: '',
        purl: image === undefined ? purlOf(name, version) : dockerPurl(image),
        foundBy: githubActionsUsage.id,
        rule: 'an action or workflow that a GitHub workflow uses',
        kind: 'github-actions-use-statement',
      };
    }),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const text = readText(content);
  const document = parseYaml(text, budget);
  if (!isRecord(document)) {
    return malformedList('the file is not valid YAML');
  }
  const uses = withComments(usesOf(document), versionComments(text));
  return readPackageList(uses, 'use', limits, readUse);
}

interface Use {
  readonly value: string;
  /** Version that a comment behind it states. */
  readonly comment?: string;
}

/**
 * Each use once for each comment behind it, and once more if one of its lines has none: the same
 * commit may be pinned under several versions.
 */
function withComments(
  values: readonly string[],
  comments: ReadonlyMap<string, readonly string[]>,
): Use[] {
  const times = new Map<string, number>();
  for (const value of values) {
    times.set(value, (times.get(value) ?? 0) + 1);
  }
  return [...times].flatMap(([value, count]) => {
    const stated = comments.get(value) ?? [];
    const uses: Use[] = [...new Set(stated)].map((comment) => ({ value, comment }));
    return stated.length < count ? [...uses, { value }] : uses;
  });
}

/** Uses of the steps and jobs of a workflow or composite action, and the image of an action. */
function usesOf(document: Readonly<Record<string, unknown>>): string[] {
  const jobs = isRecord(document['jobs']) ? Object.values(document['jobs']) : [];
  const runs = isRecord(document['runs']) ? document['runs'] : {};
  // An action that is not an image of a registry names a Dockerfile here.
  const image = getText(runs, 'image').trim();
  const uses = [...jobs, runs].filter(isRecord).flatMap((holder) => {
    const steps: readonly unknown[] = Array.isArray(holder['steps']) ? holder['steps'] : [];
    return [holder, ...steps.filter(isRecord)].map((each) => getText(each, 'uses').trim());
  });
  return [...uses, image.startsWith(IMAGE_SCHEME) ? image : ''].filter((use) => use !== '');
}

/** Versions that stand in comments behind what is used, as is the custom beside commits. */
function versionComments(text: string): ReadonlyMap<string, readonly string[]> {
  const comments = new Map<string, string[]>();
  for (const line of splitLines(text)) {
    const [, use, version] =
      /\buses:[ \t]*["']?([^\s"'#]+)["']?[ \t]+#[^\n]*?(v?\d+(?:\.\d+)*)/.exec(line.text) ?? [];
    if (use !== undefined && version !== undefined) {
      const earlier = comments.get(use);
      if (earlier === undefined) {
        comments.set(use, [version]);
      } else {
        earlier.push(version);
      }
    }
  }
  return comments;
}

/** What is in the same repository has no version of its own, and is not known by any. */
function readUse({ value, comment }: Use): ListedPackage | undefined {
  const image = parseImageUse(value);
  if (image !== undefined) {
    return { name: image.name, version: image.version, metadata: { value } };
  }
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

const IMAGE_SCHEME = 'docker://';

interface ImageUse {
  /** With the registry, if one is named. */
  readonly name: string;
  /** Tag or else digest. */
  readonly version: string;
}

/** `docker://ghcr.io/owner/image:tag@sha256:…`; without a tag the latest one is run. */
function parseImageUse(value: string): ImageUse | undefined {
  const [, name, tag, digest] =
    /^docker:\/\/([^@\s]+?)(?::([\w.-]+))?(?:@(\w+:[0-9a-fA-F]+))?$/.exec(value) ?? [];
  return name === undefined ? undefined : { name, version: tag ?? digest ?? 'latest' };
}

/** The first name is a registry if it could not be that of an owner. */
function dockerPurl({ name, version }: ImageUse): string {
  const names = name.split('/');
  const [first = ''] = names;
  const hasRegistry = names.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? names.slice(1) : names;
  return writePurl({
    type: 'docker',
    namespace: path.slice(0, -1).join('/') || undefined,
    name: path.at(-1) ?? '',
    version,
    qualifiers: { repository_url: hasRegistry ? first : '' },
  });
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
