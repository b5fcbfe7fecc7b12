import { type Opacity, REACH_CLASSES, type Reach, type ReachClass } from './reach.ts';

/**
 * The class of a file by what is reached: its own, or whether something opaque may use it.
 *
 * @param path real path
 * @param packageKey of the package that installed it; absent where none did
 */
export function classOfPath(
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
 * Where a finding stands among others, what is surely reached first. Without an answer it is as
 * likely to be reached as one that is tainted.
 */
export function reachRank(reach: ReachClass | 'unknown' | undefined): number {
  return reach === undefined ? 0 : REACH_CLASSES.indexOf(reach === 'unknown' ? 'tainted' : reach);
}

/** Whether an opaque construct may use a file. */
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
