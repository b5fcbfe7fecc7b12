/** Meanings of the most common system errors. POSIX.1-2024, "Error Numbers". */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOENT', 'it is not there'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['ENOSPC', 'no space is left'],
  ['EDQUOT', 'the quota is used up'],
  ['EFBIG', 'the file grows too large'],
  ['EROFS', 'the file system is read-only'],
  ['EIO', 'the device failed'],
  ['ELOOP', 'links lead in circles'],
  ['EMFILE', 'too many files are open'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** Formats a system error code with its meaning: `permission denied (EACCES)`. */
export function systemErrorText(code: string): string {
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? code : `${meaning} (${code})`;
}
