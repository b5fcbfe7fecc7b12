import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { type Line, splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Type of the metadata by the role of the file; constraints of Cabal have none. */
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'stack-lock': 'haskell-hackage-stack-lock-entry',
    stack: 'haskell-hackage-stack-entry',
  }),
);

/**
 * Haskell packages that Stack or Cabal pin. These files contain neither the packages of the Stack
 * snapshot nor edges.
 */
export const haskell: Cataloger<PackageList> = {
  id: 'haskell',
  alias: 'haskell-cataloger',
  version: 1,
  title: 'Haskell packages pinned by Stack or Cabal',
  spec: 'https://docs.haskellstack.org/en/stable/topics/lock_files/',
  tags: ['declared', 'directory', 'hackage', 'haskell', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'stack-lock', paths: ['**/stack.yaml.lock'], maxBytes: 'yamlFileBytesMax' },
    { role: 'stack', paths: ['**/stack.yaml'], maxBytes: 'configFileBytesMax' },
    { role: 'freeze', paths: ['**/cabal.project.freeze'], maxBytes: 'lockFileBytesMax' },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }, { role }) => {
      const kind = KINDS.get(role);
      return {
        type: 'hackage',
        language: 'haskell',
        purl: writePurl({ type: 'hackage', name, version }),
        foundBy: haskell.id,
        rule: 'a package pinned by Stack or Cabal',
        ...defined({ kind }),
      };
    }),
};

function extract(file: WantedFile): Extraction<PackageList> {
  switch (file.role) {
    case 'freeze':
      return extractFreeze(file);
    case 'stack-lock':
      return extractStackLock(file);
    default:
      return extractStack(file);
  }
}

function extractStackLock({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  const list = isRecord(document) ? document['packages'] : undefined;
  if (!isRecord(document) || !Array.isArray(list)) {
    return createMalformedList('the lock file has no list of packages');
  }
  const snapshots: readonly unknown[] = Array.isArray(document['snapshots'])
    ? document['snapshots']
    : [];
  const snapshotURL = snapshots.map(readSnapshotUrl).at(-1) ?? '';
  // A dependency from an archive or a repository is not a release of the registry.
  const released = list.filter((entry) => !isRecord(entry) || readHackageReference(entry) !== '');
  return readPackageList<unknown>(released, 'package', limits, (entry) =>
    readReference(isRecord(entry) ? readHackageReference(entry) : '', snapshotURL),
  );
}

function readSnapshotUrl(snapshot: unknown): string {
  const completed = isRecord(snapshot) ? snapshot['completed'] : undefined;
  return isRecord(completed) ? getText(completed, 'url') : '';
}

function readHackageReference(entry: Readonly<Record<string, unknown>>): string {
  return isRecord(entry['completed']) ? getText(entry['completed'], 'hackage') : '';
}

/** Extra dependencies may also be directories and archives, which name no version. */
function extractStack({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseYaml(readText(content), budget);
  if (!isRecord(document)) {
    return createMalformedList('the project file is malformed');
  }
  const extra = toTexts(document['extra-deps']).filter((text) => REFERENCE.test(text));
  return readPackageList(extra, 'dependency', limits, (text) => readReference(text, ''));
}

/** `name-1.0@sha256:hash,size`, also `@rev:1`. */
const REFERENCE =
  /^([A-Za-z0-9](?:[\w-]*\w)?)-(\d[\d.]*)(?:@(?:sha256:([0-9a-fA-F]+)|rev:\d+).*)?$/;

function readReference(text: string, snapshotURL: string): ListedPackage | undefined {
  const [, name, version, pkgHash] = REFERENCE.exec(text.trim()) ?? [];
  if (name === undefined || version === undefined) {
    return undefined;
  }
  const metadata = {
    ...defined({ pkgHash }),
    ...(snapshotURL === '' ? {} : { snapshotURL }),
  };
  return { name, version, metadata };
}

/**
 * Constraints are separated by commas: `any.text ==1.2.5.0`, also with flags and without versions.
 */
function extractFreeze({ content, limits }: WantedFile): Extraction<PackageList> {
  const constraints: Line[] = [];
  for (const { text, number } of splitLines(readText(content))) {
    for (const part of text.split(',')) {
      const constraint = part.replace(/^\s*constraints:/, '').trim();
      if (constraint.startsWith('any.') && constraint.includes('==')) {
        constraints.push({ text: constraint, number });
      }
    }
  }
  return readPackageList(constraints, 'constraint', limits, readConstraint);
}

function readConstraint({ text, number }: Line): ListedPackage | undefined {
  const [, name, version] = /^any\.([\w-]+) ?== ?(\d[\w.]*)$/.exec(text) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version, line: number };
}
