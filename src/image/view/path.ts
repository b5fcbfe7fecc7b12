/** Returns the parent of an absolute, normalized path as in the file table: `/`, `/a`, `/a/b`. */
export function getParentPath(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

/**
 * Returns whether {@link getParentPath} of a path equals a directory, without creating a string. A
 * layer lists its entries directory by directory, so most entries are in the same directory as the
 * previous one.
 */
export function isParent(folder: string, path: string): boolean {
  return folder.length === Math.max(path.lastIndexOf('/'), 1) && path.startsWith(folder);
}

/** Returns whether a text is the name of an entry, neither a path nor `.` or `..`. */
export function isPlainName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/');
}

export function joinPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/**
 * Returns an absolute path without empty names, `.` and `..`; `..` in the root stays in the root.
 */
export function normalizePath(path: string): string {
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
