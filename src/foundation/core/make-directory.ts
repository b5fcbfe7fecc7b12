/** The last part of a path with its separators. */
const LAST_PART = /[/\\]+[^/\\]*[/\\]*$/;

/**
 * Creates a directory and its missing parents. The recursion of `fs.mkdirSync` never ends below
 * `/proc`, where every name is missing and none can be created. An existing path may be anything;
 * its user will notice.
 *
 * @param make creates one directory, such as `fs.mkdirSync`
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
