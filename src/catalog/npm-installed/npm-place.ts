import { posix } from 'node:path';

/** Where a `package.json` stands. */
export type NpmPlace =
  /** The file of a package that npm or a like of it put into a `node_modules` folder. */
  | { readonly kind: 'installed'; readonly folder: string }
  /** A file somewhere inside such a package. */
  | { readonly kind: 'inner'; readonly folder: string; readonly innerFolders: readonly string[] }
  /** In no `node_modules` folder: an application, or code that was copied. */
  | { readonly kind: 'outside' };

const MODULES = '/node_modules/';

/**
 * The installed package that a path lies in or is the folder of; `undefined` outside of
 * `node_modules`.
 */
export function installedFolderOf(path: string): string | undefined {
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

export function npmPlaceOf(path: string): NpmPlace {
  const folder = installedFolderOf(path);
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

/** Whether the folders of a file inside a package say that the package does not use it. */
export function isForTests(innerFolders: readonly string[]): boolean {
  return innerFolders.some((name) => NOT_FOR_USE.has(name.toLowerCase()));
}
