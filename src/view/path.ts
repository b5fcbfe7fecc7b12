/** Absolute, normalised paths as the file table holds them: `/`, `/a`, `/a/b`. */

export function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

/**
 * Whether {@link parentOf} a path is a folder, without a text made of it. Members of a layer come
 * folder by folder, so that most have the folder of their neighbour.
 */
export function isParentOf(folder: string, path: string): boolean {
  return folder.length === Math.max(path.lastIndexOf('/'), 1) && path.startsWith(folder);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a text is the name of an entry, and neither a path nor a folder itself or above. */
export function isPlainName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/');
}

export function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/**
 * An absolute path without empty names, `.` and `..`; what would lead above the root stays in it.
 */
export function normalPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') {
      names.pop();
    } else if (name !== '' && name !== '.') {
      names.push(name);
    }
  }
  return `/${names.join('/')}`;
}
