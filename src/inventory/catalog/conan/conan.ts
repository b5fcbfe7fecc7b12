import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { type Line, splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseConanReference, toConanPurl } from '../../ecosystem/conan/conan-reference.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

export interface ConanFact extends PackageList {
  /** Type of the metadata by the form of the file. */
  readonly kind: 'c-conan-file-entry' | 'c-conan-lock-entry' | 'c-conan-lock-v2-entry';
}

/**
 * C and C++ packages that Conan locks, or that a project requires in one version. Packages only
 * needed for the build are left out.
 */
export const conan: Cataloger<ConanFact> = {
  id: 'conan',
  alias: 'conan-cataloger',
  version: 2,
  title: 'Packages locked by Conan',
  spec: 'https://docs.conan.io/2/tutorial/versioning/lockfiles.html',
  tags: ['conan', 'cpp', 'declared', 'directory', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/conan.lock'], maxBytes: 'lockFileBytesMax' },
    { role: 'requirements', paths: ['**/conanfile.txt'], maxBytes: 'configFileBytesMax' },
  ],
  extract: (file) => (file.role === 'lock' ? extractLock(file) : extractRequirements(file)),
  assemble: ({ facts, ...input }) => {
    const kinds = new Map(facts.map(({ path, fact }) => [path, fact.kind]));
    return assemblePackageLists({ ...input, facts }, ({ metadata }, { path }) => {
      return {
        type: 'conan',
        language: 'c++',
        purl: toReferencePurl(getText(metadata ?? {}, 'ref')),
        foundBy: conan.id,
        rule: 'a reference in a Conan lock file or conanfile',
        kind: kinds.get(path) ?? 'c-conan-lock-entry',
      };
    });
  },
};

/** Conan 1 wrote a graph with options; Conan 2 writes a flat list. */
function extractLock({ content, limits, budget }: WantedFile): Extraction<ConanFact> {
  const document = parseFileJson(readText(content), budget);
  const graph = isRecord(document) ? document['graph_lock'] : undefined;
  const nodes = isRecord(graph) ? graph['nodes'] : undefined;
  const list = isRecord(document) ? document['requires'] : undefined;
  if (isRecord(nodes)) {
    // The project itself is a node without a reference.
    const built = Object.entries(nodes).filter(([, node]) => !isProject(node) && !isTool(node));
    const read = readPackageList(built, 'node', limits, readNode);
    return withKind(read, 'c-conan-lock-entry');
  }
  if (Array.isArray(list)) {
    const read = readPackageList<unknown>(list, 'reference', limits, readLocked);
    return withKind(read, 'c-conan-lock-v2-entry');
  }
  return {
    problems: createMalformedList('the lock file has neither a graph nor a list').problems ?? [],
  };
}

function withKind(
  { fact, problems }: ReturnType<typeof readPackageList>,
  kind: ConanFact['kind'],
): Extraction<ConanFact> {
  // A reference may occur with and without a revision, or with a user and channel.
  const packages = mergeSameVersions(fact.packages, ({ metadata }) =>
    toReferencePurl(getText(metadata ?? {}, 'ref')),
  );
  return { fact: { packages, kind }, problems };
}

function toReferencePurl(ref: string): string {
  const reference = parseConanReference(ref);
  return reference === undefined ? '' : toConanPurl(reference);
}

function isProject(node: unknown): boolean {
  return isRecord(node) && !readReference(node).includes('/');
}

/** Whether a node is only needed on the build machine. */
function isTool(node: unknown): boolean {
  return isRecord(node) && node['context'] === 'build';
}

/** Early lock files have references with the package ID after a colon. */
function readReference(node: Readonly<Record<string, unknown>>): string {
  return getText(node, 'ref') || (getText(node, 'pref').split(':', 1)[0] ?? '');
}

/** Numbers of nodes; early lock files list them by reference. */
function listNeededNodes(node: Readonly<Record<string, unknown>>): string[] {
  const { requires } = node;
  return toTexts(isRecord(requires) ? Object.values(requires) : requires);
}

function readNode([id, node]: readonly [string, unknown]): ListedPackage | undefined {
  const reference = isRecord(node) ? parseConanReference(readReference(node)) : undefined;
  if (!isRecord(node) || reference === undefined) {
    return undefined;
  }
  const options = parseOptions(getText(node, 'options'));
  return {
    name: reference.name,
    version: reference.version,
    provides: [id],
    requires: listNeededNodes(node),
    metadata: {
      ref: readReference(node),
      ...pickMembers(node, ['package_id', 'prev']),
      ...(options.length === 0 ? {} : { options }),
      ...pickMembers(node, ['path', 'context']),
    },
  };
}

function pickMembers(
  node: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, getText(node, name)] as const).filter(([, text]) => text !== ''),
  );
}

function parseOptions(text: string): { readonly key: string; readonly value: string }[] {
  return text.split('\n').flatMap((line) => {
    const [key = '', value, ...others] = line.split('=');
    return value === undefined || others.length > 0 ? [] : [{ key, value }];
  });
}

function readLocked(ref: unknown): ListedPackage | undefined {
  const reference = typeof ref === 'string' ? parseConanReference(ref) : undefined;
  if (typeof ref !== 'string' || reference === undefined) {
    return undefined;
  }
  const { name, version, packageId, user, channel, recipeRevision, packageRevision, timestamp } =
    reference;
  const parts = {
    packageID: packageId,
    username: user,
    channel,
    recipeRevision,
    packageRevision,
    timestamp,
  };
  return { name, version, metadata: { ref, ...pickMembers(parts, Object.keys(parts)) } };
}

function extractRequirements({ content, limits }: WantedFile): Extraction<ConanFact> {
  const lines = listRequirementLines(readText(content));
  const read = readPackageList(lines, 'requirement', limits, readRequirement);
  return withKind(read, 'c-conan-file-entry');
}

function listRequirementLines(text: string): Line[] {
  const required: Line[] = [];
  let section = '';
  for (const { text: raw, number } of splitLines(text)) {
    const line = raw.trim();
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (title !== undefined) {
      section = title;
    } else if (section === 'requires' && line !== '' && !line.startsWith('#')) {
      required.push({ text: line.replace(/\s+#.*$/, ''), number });
    }
  }
  return required;
}

function readRequirement({ text: ref, number: line }: Line): ListedPackage | undefined {
  const reference = parseConanReference(ref);
  return reference && { name: reference.name, version: reference.version, line, metadata: { ref } };
}
