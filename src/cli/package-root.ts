import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from '../foundation/core/assert.ts';

const PARENTS_MAX = 5;

/** Returns the directory of this package, from sources as well as from a build. */
export function findPackageRoot(): string {
  let folder = import.meta.dirname;
  for (let level = 0; level < PARENTS_MAX; level += 1) {
    if (existsSync(join(folder, 'package.json'))) {
      return folder;
    }
    folder = dirname(folder);
  }
  assert(false, 'the manifest of this package');
}
