import { getBaseName } from '../../foundation/core/base-name.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { ReachWorld } from './rule-contract.ts';

const indexes = new WeakMap<ReachWorld, ReadonlyMap<string, readonly string[]>>();

/** Returns the sorted paths of shared objects with exactly that name, in any directory. */
export function findLibraries(name: string, world: ReachWorld): readonly string[] {
  return indexOf(world).get(name) ?? [];
}

function indexOf(world: ReachWorld): ReadonlyMap<string, readonly string[]> {
  const known = indexes.get(world);
  if (known !== undefined) {
    return known;
  }
  const made = new Map<string, string[]>();
  for (const path of world.view.listPaths()) {
    const isLibrary = path.endsWith('.so') || path.includes('.so.', path.lastIndexOf('/') + 1);
    if (isLibrary) {
      const name = getBaseName(path);
      const paths = made.get(name);
      if (paths === undefined) {
        made.set(name, [path]);
      } else {
        paths.push(path);
      }
    }
  }
  for (const paths of made.values()) {
    paths.sort(compareText);
  }
  indexes.set(world, made);
  return made;
}
