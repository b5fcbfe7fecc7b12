import { createRequire } from 'node:module';

/**
 * Loads a package on first use: most targets do not need it, and some packages take as long to load
 * as a small image takes to read. The caller has the type from an `import type`, which also shows
 * the dependency checks that the package is used.
 */
export function loadPackage(name: string): unknown {
  ofPackages ??= createRequire(import.meta.url);
  return ofPackages(name);
}

let ofPackages: ((name: string) => unknown) | undefined;
