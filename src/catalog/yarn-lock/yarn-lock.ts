import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assembleNodeLocks,
  extractNodeLock,
  INSTALLED_MANIFEST,
  type NodeLockFact,
} from '../../ecosystem/npm/node-lock.ts';
import { parseYarnLock, type YarnEntry } from '../../ecosystem/npm/yarn-lock-file.ts';
import {
  type ListedPackage,
  onePerVersion,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages that Yarn locks, those for development included: the lock does not tell them apart. The
 * project's own workspaces are none.
 */
export const yarnLock: Cataloger<NodeLockFact> = {
  id: 'yarn-lock',
  alias: 'javascript-lock-cataloger',
  version: 2,
  title: 'JavaScript packages locked by Yarn',
  spec: 'https://yarnpkg.com/configuration/yarnrc',
  tags: ['declared', 'directory', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  wants: [
    { role: 'lock', paths: ['**/yarn.lock'], maxBytes: 'lockFileBytesMax' },
    INSTALLED_MANIFEST,
  ],
  extract: (file) => extractNodeLock(file, extract),
  assemble: (input) =>
    assembleNodeLocks(input, {
      foundBy: yarnLock.id,
      rule: 'an entry of yarn.lock',
      kind: 'javascript-yarn-lock-entry',
    }),
};

function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  const entries = parseYarnLock(textOf(content)).filter(({ resolved }) => !isWorkspace(resolved));
  const { fact, problems } = readPackageList(entries, 'entry', limits, readEntry);
  // A package that is patched, or asked for under another name, has an entry of its own.
  return { fact: { packages: onePerVersion(fact.packages) }, problems };
}

function isWorkspace(resolved: string): boolean {
  return /@(?:workspace|link|portal):/.test(resolved);
}

function readEntry(entry: YarnEntry): ListedPackage | undefined {
  const { name, version, line, descriptors, resolved, integrity, dependencies } = entry;
  if (name === '' || version === '') {
    return undefined;
  }
  const ranges = Object.fromEntries(dependencies);
  return {
    name,
    version,
    line,
    provides: descriptors,
    requires: dependencies.flatMap(([needed, range]) => [
      `${needed}@${range}`,
      // Yarn 2 leaves the usual protocol out where one package asks for another.
      `${needed}@npm:${range}`,
    ]),
    metadata: { resolved, integrity, dependencies: ranges },
  };
}
