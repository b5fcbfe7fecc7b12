/** Absolute, normalised paths as the file table holds them: `/`, `/a`, `/a/b`. */

export function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** Whether `path` lies somewhere below `folder`. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '/'
    ? path.length > 1
    : path.length > folder.length && path.startsWith(folder) && path[folder.length] === '/';
}
