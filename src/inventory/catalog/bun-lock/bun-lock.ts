import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJsonc } from '../../../foundation/syntax/json/parse-jsonc.ts';
import {
  createBunProductionTest,
  readBunEntry,
  resolveBunKey,
} from '../../ecosystem/npm/bun-lock-file.ts';
import {
  assembleNodeLocks,
  extractNodeLock,
  INSTALLED_MANIFEST,
  type NodeLockFact,
} from '../../ecosystem/npm/node-lock.ts';
import {
  createMalformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** Packages locked by Bun, except those that are only needed for development. */
export const bunLock: Cataloger<NodeLockFact> = {
  id: 'bun-lock',
  alias: 'javascript-lock-cataloger',
  version: 3,
  title: 'JavaScript packages locked by Bun',
  spec: 'https://bun.com/docs/pm/lockfile',
  tags: ['declared', 'directory', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/bun.lock'], maxBytes: 'lockFileBytesMax' },
    INSTALLED_MANIFEST,
    { role: 'binary', paths: ['**/bun.lockb'], maxBytes: 'lockFileBytesMax', isHeadOnly: true },
  ],
  extract: (file) =>
    extractNodeLock(file, (lock) => (lock.role === 'binary' ? BINARY_LOCK : extract(lock))),
  assemble: (input) =>
    assembleNodeLocks(input, {
      foundBy: bunLock.id,
      rule: 'a package in bun.lock',
      kind: 'javascript-bun-lock-entry',
    }),
};

/**
 * Bun before 1.2 wrote its lock file in a binary form that depends on the memory layout of each Bun
 * version.
 */
const BINARY_LOCK: Extraction<PackageList> = {
  problems: [
    {
      code: 'P_UNSUPPORTED',
      message:
        'the binary Bun lock file is not supported: write a text one with "bun install --save-text-lockfile"',
    },
  ],
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseJsonc(readText(content), budget);
  const packages = isRecord(document) ? document['packages'] : undefined;
  if (!isRecord(document) || !isRecord(packages)) {
    return createMalformedList('the lock file has no packages');
  }
  const all = Object.entries(packages).map(([key, entry]) => ({ key, entry: readBunEntry(entry) }));
  const byKey = new Map(all.map(({ key, entry }) => [key, entry]));
  const needed = createBunProductionTest(document['workspaces'], byKey);
  const onBoard = all.filter(({ key, entry }) => entry?.isLocal !== true && needed(key));
  return readPackageList(onBoard, 'package', limits, ({ key, entry }) => {
    if (entry === undefined) {
      return undefined;
    }
    const { name, version, requires, metadata } = entry;
    const keys = requires.flatMap((dependency) => resolveBunKey(key, dependency, byKey) ?? []);
    return { name, version, provides: [key], requires: keys, metadata };
  });
}
