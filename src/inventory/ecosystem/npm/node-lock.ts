import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import type {
  Assembly,
  AssemblyInput,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedIdentity,
  type ListedPackage,
  type PackageList,
} from '../package-list.ts';
import { toNpmPurl } from './npm-purl.ts';
import { readPackageJson } from './package-json.ts';

/** Metadata of an installed package that a lock does not contain. */
export interface InstalledLicenses {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}

/** Manifests of installed packages, in every layout of `node_modules`. */
export const INSTALLED_MANIFEST = {
  role: 'package',
  paths: ['**/node_modules/*/package.json', '**/node_modules/@*/*/package.json'],
  maxBytes: 'configFileBytesMax',
} as const;

export type NodeLockFact = PackageList | InstalledLicenses;

/**
 * Reads installed manifests, and locks with `readLock`. A lock in `node_modules` was left there by
 * the author of a package and is ignored, as by all package managers.
 */
export function extractNodeLock(
  file: WantedFile,
  readLock: (lock: WantedFile) => Extraction<PackageList>,
): Extraction<NodeLockFact> {
  if (file.role === INSTALLED_MANIFEST.role) {
    return extractInstalled(file);
  }
  return isOfDependency(file) ? {} : readLock(file);
}

/** Whether a file belongs to an installed package, not to a project. */
export function isOfDependency({ path }: WantedFile): boolean {
  return path.includes('/node_modules/');
}

/** A manifest without a license, a name or a version adds nothing to a lock. */
export function extractInstalled({ content }: WantedFile): Extraction<InstalledLicenses> {
  const manifest = readPackageJson(content);
  if (manifest === undefined || manifest.licenses.length === 0) {
    return {};
  }
  const { name, version, licenses } = manifest;
  return name === '' || version === '' ? {} : { fact: { name, version, licenses } };
}

/**
 * Creates the packages of locks, with the licenses of packages installed below the directory of
 * each lock.
 */
export function assembleNodeLocks(
  input: AssemblyInput<NodeLockFact>,
  identity: Pick<ListedIdentity, 'foundBy' | 'rule' | 'kind'>,
): Assembly {
  const lists: VisibleFact<PackageList>[] = [];
  const installed = new Map<string, { readonly path: string; readonly is: InstalledLicenses }[]>();
  for (const visible of input.facts) {
    const { fact, path } = visible;
    if ('packages' in fact) {
      const earlier = visible.earlier.flatMap((one) =>
        'packages' in one.fact ? [{ ...one, fact: one.fact }] : [],
      );
      lists.push({ ...visible, fact, earlier });
    } else {
      addToList(installed, toVersionKey(fact), { path, is: fact });
    }
  }
  return assemblePackageLists({ ...input, facts: lists }, (listed, lock) => {
    const folder = posix.join(posix.dirname(lock.path), '/');
    const found = installed.get(toVersionKey(listed))?.find(({ path }) => path.startsWith(folder));
    return {
      ...identity,
      type: 'npm',
      language: 'javascript',
      purl: toNpmPurl(listed.name, listed.version),
      licenses: found?.is.licenses ?? [],
    };
  });
}

function toVersionKey({ name, version }: Pick<ListedPackage, 'name' | 'version'>): string {
  return `${name}\0${version}`;
}
