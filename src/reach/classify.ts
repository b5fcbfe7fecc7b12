import type { InventoryPackage } from '../core/inventory.ts';
import { type Opacity, REACH_CLASSES, type ReachClass, type ReachedFile } from '../core/reach.ts';
import { searchPath } from './process-config.ts';
import type { ReachWorld } from './rule-contract.ts';

/** The class of every file: reached, or in the scope of something opaque, or neither. */
export function classifier(
  files: ReadonlyMap<string, ReachedFile>,
  opacities: readonly Opacity[],
  world: ReachWorld,
): (path: string) => ReachClass {
  const scopes = opacities.map((opacity) => scopeTest(opacity, world));
  return (path) => {
    const reached = files.get(path);
    if (reached !== undefined) {
      return reached.strength;
    }
    return scopes.some((isIn) => isIn(path)) ? 'tainted' : 'unreachable';
  };
}

function scopeTest({ scope, path: at }: Opacity, world: ReachWorld): (path: string) => boolean {
  switch (scope.kind) {
    case 'all':
      return () => true;
    case 'folder':
      return (path) => path === scope.path || path.startsWith(`${scope.path}/`);
    case 'commands': {
      const folders = searchPath(world.config).map(
        (folder) => world.view.resolve(folder)?.path ?? folder,
      );
      return (path) => folders.includes(path.slice(0, path.lastIndexOf('/')));
    }
    case 'package': {
      const owner = world.ownerOf(at)?.key;
      return (path) => owner !== undefined && world.ownerOf(path)?.key === owner;
    }
  }
}

/** Files that are read by tools about packages and never by the program itself. */
const METADATA =
  /^\/(?:usr\/share\/(?:doc|man|info|licenses|lintian|bug)\/|usr\/lib\/rpm\/|var\/lib\/(?:dpkg|rpm)\/|lib\/apk\/|usr\/lib\/apk\/)/;

/** The surest class among the files of a package that are no metadata; without any: nothing. */
export function classOfPackage(
  { key, locations }: InventoryPackage,
  world: ReachWorld,
  classOf: (path: string) => ReachClass,
): ReachClass | undefined {
  const own = world.filesOf(key).filter((path) => !METADATA.test(path));
  const paths = own.length > 0 ? own : locations.map(({ path }) => path);
  const found = new Set(paths.map(classOf));
  return REACH_CLASSES.find((one) => found.has(one));
}
