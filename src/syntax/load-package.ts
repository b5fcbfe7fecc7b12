import { createRequire } from 'node:module';

/**
 * Loads a package where it is first needed: most targets hold nothing that it reads, and some take
 * as long to load as a small image takes to read. The caller has the type from an `import type`,
 * which also tells the checks of the house that the package is used.
 */
export function loadPackage(name: string): unknown {
  ofPackages ??= createRequire(import.meta.url);
  return ofPackages(name);
}

let ofPackages: ((name: string) => unknown) | undefined;
