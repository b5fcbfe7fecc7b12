import { posix } from 'node:path';

/** Place of a `package.json`. */
export type NpmPlace =
  /** The file of a package that npm or a similar tool installed in a `node_modules` directory. */
  | { readonly kind: 'installed'; readonly folder: string }
  /** A file somewhere inside such a package. */
  | { readonly kind: 'inner'; readonly folder: string; readonly innerFolders: readonly string[] }
  /** Outside of `node_modules` directories: an application, or copied code. */
  | { readonly kind: 'outside' };

const MODULES = '/node_modules/';

/**
 * Returns the directory of the installed package that contains the path; `undefined` outside of
 * `node_modules`.
 */
export function findInstalledDirectory(path: string): string | undefined {
  const at = path.lastIndexOf(MODULES);
  if (at < 0) {
    return undefined;
  }
  const start = at + MODULES.length;
  const slash = path.indexOf('/', start);
  const isScoped = path.charAt(start) === '@' && slash >= 0;
  const end = isScoped ? path.indexOf('/', slash + 1) : slash;
  return end < 0 ? path : path.slice(0, end);
}

export function toNpmPlace(path: string): NpmPlace {
  const folder = findInstalledDirectory(path);
  if (folder === undefined) {
    return { kind: 'outside' };
  }
  const own = posix.dirname(path);
  return own === folder
    ? { kind: 'installed', folder }
    : { kind: 'inner', folder, innerFolders: own.slice(folder.length + 1).split('/') };
}

const NOT_FOR_USE: ReadonlySet<string> = new Set([
  '__fixtures__',
  '__mocks__',
  '__tests__',
  'benchmark',
  'benchmarks',
  'demo',
  'demos',
  'example',
  'examples',
  'fixture',
  'fixtures',
  'spec',
  'specs',
  'template',
  'templates',
  'test',
  'test-fixtures',
  'testdata',
  'tests',
]);

/** Whether the directories of a file inside a package show that the package does not use it. */
export function isForTests(innerFolders: readonly string[]): boolean {
  return innerFolders.some((name) => NOT_FOR_USE.has(name.toLowerCase()));
}
