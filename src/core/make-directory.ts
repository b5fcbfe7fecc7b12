/** The last part of a path, with the separators before and after it. */
const LAST_PART = /[/\\]+[^/\\]*[/\\]*$/;

/**
 * Makes a directory and those above it that are missing. The recursion of `fs.mkdirSync` never ends
 * below `/proc`, where every name is missing and none can be made. What is there already may be
 * anything: who uses it will see.
 *
 * @param make makes one directory, such as `fs.mkdirSync`
 */
export function makeDirectory(path: string, make: (path: string) => void): void {
  try {
    make(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const parent = path.replace(LAST_PART, '');
    if (code === 'EEXIST') {
      return;
    }
    if (code !== 'ENOENT' || parent === '' || parent === path) {
      throw error;
    }
    makeDirectory(parent, make);
    make(path);
  }
}
