import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import {
  type Opacity,
  type OpacityScope,
  REACH_CLASSES,
  type ReachClass,
  type ReachedFile,
  type ReachStep,
} from '../../foundation/core/reach.ts';
import { searchPath } from './process-config.ts';
import type { ReachWorld } from './rule-contract.ts';
import { ScopeIndex } from './scope-index.ts';

export interface Followed {
  readonly files: ReadonlyMap<string, ReachedFile>;
  readonly opacities: readonly Opacity[];
  readonly tainted: readonly ReachStep[];
}

/**
 * Creates a function that returns the class of every file: reached, possibly used by something
 * opaque, or neither.
 */
export function createClassifier(
  { files, opacities, tainted }: Followed,
  world: ReachWorld,
): (path: string) => ReachClass {
  const led = new Set(tainted.map(({ to }) => to));
  const scopes = new ScopeIndex(opacities, (path) => world.findOwner(path)?.key);
  return (path) => {
    const reached = files.get(path);
    if (reached !== undefined) {
      return reached.strength;
    }
    return led.has(path) || scopes.has(path) ? 'tainted' : 'unreachable';
  };
}

/**
 * Returns each opaque construct once. Its scope uses real paths and package keys, so that it can be
 * checked without the image.
 */
export function settleOpacities(
  opacities: readonly Opacity[],
  world: ReachWorld,
): readonly Opacity[] {
  const settled = opacities.map((one) => ({ ...one, scope: settleScope(one, world) }));
  return [...new Map(settled.map((one) => [JSON.stringify(one), one])).values()];
}

function settleScope({ path, scope }: Opacity, world: ReachWorld): OpacityScope {
  const toRealPath = (folder: string): string => world.view.findRealFolder(folder) ?? folder;
  switch (scope.kind) {
    case 'all':
    case 'classes':
      return scope;
    case 'folder':
      return { kind: 'folder', path: toRealPath(scope.path) };
    case 'commands':
      return { kind: 'commands', folders: [...new Set(searchPath(world.config).map(toRealPath))] };
    case 'package': {
      const owner = world.findOwner(path)?.key;
      return { kind: 'package', ...defined({ packageKey: owner }) };
    }
  }
}

/** Files that only package tools read, never the program itself. */
const METADATA =
  /^\/(?:usr\/share\/(?:doc|man|info|licenses|lintian|bug)\/|usr\/lib\/rpm\/|var\/lib\/(?:dpkg|rpm)\/|lib\/apk\/|usr\/lib\/apk\/)/;

/** Returns the files of a package without its metadata; if there are none, its evidence. */
export function listCountedFiles(
  { key, locations }: InventoryPackage,
  world: ReachWorld,
): readonly string[] {
  const own = world.listFiles(key).filter((path) => !METADATA.test(path));
  return own.length > 0 ? own : locations.map(({ path }) => path);
}

/**
 * Returns the class with the best evidence among the files of a package, or `undefined` if it has
 * none.
 */
export function findSurestClass(
  paths: readonly string[],
  classify: (path: string) => ReachClass,
): ReachClass | undefined {
  const found = new Set(paths.map(classify));
  return REACH_CLASSES.find((one) => found.has(one));
}
