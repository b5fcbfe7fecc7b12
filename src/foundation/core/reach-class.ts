import { type Opacity, REACH_CLASSES, type Reach, type ReachClass } from './reach.ts';

/**
 * Returns the class of a file: its own if it is reached, or whether something opaque may use it.
 *
 * @param path real path
 * @param packageKey key of the package that installed it; absent if none did
 */
export function getPathClass(
  path: string,
  packageKey: string | undefined,
  { files, opacities, tainted }: Pick<Reach, 'files' | 'opacities' | 'tainted'>,
): ReachClass {
  const reached = files.find((file) => file.path === path);
  if (reached !== undefined) {
    return reached.strength;
  }
  const isTainted =
    tainted.some(({ to }) => to === path) ||
    opacities.some((one) => isInScope(one, path, packageKey));
  return isTainted ? 'tainted' : 'unreachable';
}

/**
 * Returns the rank of a finding by reachability, certainly reached first. Unknown ranks like
 * tainted.
 */
export function rankReach(reach: ReachClass | 'unknown' | undefined): number {
  return reach === undefined ? 0 : REACH_CLASSES.indexOf(reach === 'unknown' ? 'tainted' : reach);
}

/** Returns whether an opaque construct may use a file. */
export function isInScope(
  { scope }: Opacity,
  path: string,
  packageKey: string | undefined,
): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'folder':
      return path === scope.path || path.startsWith(`${scope.path.replace(/\/$/, '')}/`);
    case 'commands':
      return scope.folders?.includes(path.slice(0, path.lastIndexOf('/'))) ?? true;
    case 'package':
      return scope.packageKey !== undefined && scope.packageKey === packageKey;
    case 'classes':
      return false;
  }
}
