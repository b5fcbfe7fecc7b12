/** Meanings of the most common system errors. POSIX.1-2024, "Error Numbers". */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOENT', 'no such file or directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['ENOSPC', 'no space left'],
  ['EDQUOT', 'quota exceeded'],
  ['EFBIG', 'file too large'],
  ['EROFS', 'read-only file system'],
  ['EIO', 'input/output error'],
  ['ELOOP', 'too many levels of symbolic links'],
  ['EMFILE', 'too many open files'],
  ['ENAMETOOLONG', 'name too long'],
]);

/** Formats a system error code with its meaning: `permission denied (EACCES)`. */
export function formatSystemError(code: string): string {
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? code : `${meaning} (${code})`;
}
