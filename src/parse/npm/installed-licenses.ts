import { posix } from 'node:path';
import { wholeOf } from '../../core/bytes.ts';
import type { AssemblyInput, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import type { PackageList } from '../package-list/package-list.ts';
import { parsePackageJson } from './package-json.ts';

/** What an installed package says of itself, as far as a lock does not. */
export interface InstalledLicenses {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}

/** Manifests of what is installed, in every layout of `node_modules`. */
export const INSTALLED_MANIFEST = {
  role: 'package',
  paths: ['**/node_modules/*/package.json', '**/node_modules/@*/*/package.json'],
  maxBytes: 'configFileBytesMax',
} as const;

export type NodeLockFact = PackageList | InstalledLicenses;

/** One without a licence, a name or a version adds nothing to a lock. */
export function extractInstalled({ content }: WantedFile): Extraction<NodeLockFact> {
  const manifest = parsePackageJson(wholeOf(content));
  if (manifest === undefined || manifest.licenses.length === 0) {
    return {};
  }
  const { name, version, licenses } = manifest;
  return name === '' || version === '' ? {} : { fact: { name, version, licenses } };
}

/** The lists of locks, and the licences of what is installed below the folder of each. */
export function locksAndLicenses(input: AssemblyInput<NodeLockFact>): {
  readonly lists: AssemblyInput<PackageList>;
  licensesOf(lockPath: string, name: string, version: string): readonly string[];
} {
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
      const key = keyOf(fact.name, fact.version);
      installed.set(key, [...(installed.get(key) ?? []), { path, is: fact }]);
    }
  }
  return {
    lists: { ...input, facts: lists },
    licensesOf: (lockPath, name, version) => {
      const folder = posix.join(posix.dirname(lockPath), '/');
      const found = installed.get(keyOf(name, version));
      return found?.find(({ path }) => path.startsWith(folder))?.is.licenses ?? [];
    },
  };
}

function keyOf(name: string, version: string): string {
  return `${name}\0${version}`;
}
