import { addToList } from '../../../foundation/core/add-to-list.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Actions that GitHub workflows and composite actions use in their steps, and workflows that jobs
 * call. An action may be an image.
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
        purl: image === undefined ? toActionPurl(name, version) : toDockerPurl(image),
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
    return createMalformedList('the file is not valid YAML');
  }
  const uses = withComments(listUses(document), readVersionComments(text));
  return readPackageList(uses, 'use', limits, readUse);
}

interface Use {
  readonly value: string;
  /** Version stated in a comment after it. */
  readonly comment?: string;
}

/**
 * Each use occurs once for each comment after it, and once more if one of its lines has none: the
 * same commit may be pinned under several versions.
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

/**
 * Returns the uses in the steps and jobs of a workflow or composite action, and the image of an
 * action.
 */
function listUses(document: Readonly<Record<string, unknown>>): string[] {
  const jobs = isRecord(document['jobs']) ? Object.values(document['jobs']) : [];
  const runs = isRecord(document['runs']) ? document['runs'] : {};
  // An action without a registry image names a Dockerfile here.
  const image = getText(runs, 'image').trim();
  const uses = [...jobs, runs].filter(isRecord).flatMap((holder) => {
    const steps: readonly unknown[] = Array.isArray(holder['steps']) ? holder['steps'] : [];
    return [holder, ...steps.filter(isRecord)].map((each) => getText(each, 'uses').trim());
  });
  return [...uses, image.startsWith(IMAGE_SCHEME) ? image : ''].filter((use) => use !== '');
}

/** Returns versions in comments after uses, as is customary for commits. */
function readVersionComments(text: string): ReadonlyMap<string, readonly string[]> {
  const comments = new Map<string, string[]>();
  for (const line of splitLines(text)) {
    const [, use, version] =
      /\buses:[ \t]*["']?([^\s"'#]+)["']?[ \t]+#[^\n]*?(v?\d+(?:\.\d+)*)/.exec(line.text) ?? [];
    if (use !== undefined && version !== undefined) {
      addToList(comments, use, version);
    }
  }
  return comments;
}

/** Actions in the same repository have no version of their own and are not packages. */
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
    metadata: { value, ...defined({ comment }) },
  };
}

const IMAGE_SCHEME = 'docker://';

interface ImageUse {
  /** Includes the registry, if there is one. */
  readonly name: string;
  /** The tag, or else the digest. */
  readonly version: string;
}

/** `docker://ghcr.io/owner/image:tag@sha256:…`; the default tag is the latest. */
function parseImageUse(value: string): ImageUse | undefined {
  const [, name, tag, digest] =
    /^docker:\/\/([^@\s]+?)(?::([\w.-]+))?(?:@(\w+:[0-9a-fA-F]+))?$/.exec(value) ?? [];
  return name === undefined ? undefined : { name, version: tag ?? digest ?? 'latest' };
}

/** The first name is a registry if it cannot be the name of an owner. */
function toDockerPurl({ name, version }: ImageUse): string {
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

function toActionPurl(name: string, version: string): string {
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
