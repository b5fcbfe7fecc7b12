import { appendAll } from '../../../foundation/core/append-all.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  assembleNodeLocks,
  extractNodeLock,
  INSTALLED_MANIFEST,
  type NodeLockFact,
} from '../../ecosystem/npm/node-lock.ts';
import {
  listPnpmRecords,
  type PnpmKey,
  type PnpmRecord,
} from '../../ecosystem/npm/pnpm-lock-file.ts';
import {
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Packages locked by pnpm, except those that are only needed for development. */
export const pnpmLock: Cataloger<NodeLockFact> = {
  id: 'pnpm-lock',
  alias: 'javascript-lock-cataloger',
  version: 4,
  title: 'JavaScript packages locked by pnpm',
  spec: 'https://github.com/pnpm/spec/tree/master/lockfile',
  tags: ['declared', 'directory', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/pnpm-lock.yaml'], maxBytes: 'yamlFileBytesMax' },
    INSTALLED_MANIFEST,
  ],
  extract: (file) => extractNodeLock(file, extract),
  assemble: (input) =>
    assembleNodeLocks(input, {
      foundBy: pnpmLock.id,
      rule: 'a package in pnpm-lock.yaml',
      kind: 'javascript-pnpm-lock-entry',
    }),
};

/** A lock file may contain several documents: pnpm's own dependencies come first. */
function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const packages: ListedPackage[] = [];
  const problems: ProblemNote[] = [];
  const texts = readText(content)
    .split(/^---[ \t]*\r?$/m)
    .filter((text) => text.trim() !== '');
  if (texts.length > limits.yamlDocumentsMax) {
    problems.push({
      code: 'P_LIMIT',
      message: 'the lock file has more documents than yamlDocumentsMax allows',
    });
  }
  for (const text of texts.slice(0, limits.yamlDocumentsMax)) {
    const document = parseYaml(text, budget);
    if (!isRecord(document) || document['lockfileVersion'] === undefined) {
      appendAll(
        problems,
        createMalformedList('a document in the lock file has no version').problems ?? [],
      );
      continue;
    }
    const read = readPackageList(listPnpmRecords(document), 'package', limits, readPnpmRecord);
    appendAll(packages, read.fact.packages);
    appendAll(problems, read.problems);
  }
  return { fact: { packages }, problems };
}

/** A package from an archive or a repository has a separate version, if any. */
function readPnpmRecord(record: PnpmRecord): ListedPackage | undefined {
  const { key, place, integrity, dependencies, requires } = record;
  const [name, version] = [record.name || key.name, record.version || key.version];
  if (name === '' || version === '') {
    return undefined;
  }
  return {
    name,
    version,
    provides: [formatKey(key), place],
    requires,
    metadata: { resolution: { integrity }, dependencies },
  };
}

function formatKey({ name, version }: PnpmKey): string {
  return `${name}@${version}`;
}
