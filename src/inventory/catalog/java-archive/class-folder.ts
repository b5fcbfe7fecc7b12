/** Longer names are not realistic Java packages. */
const FOLDER_CHARS_MAX = 200;

/**
 * Returns the directory that contains all classes of an archive; `known` is that of the previous
 * ones. Empty if they have none in common. Classes of releases and modules are separate and do not
 * count.
 */
export function findCommonDirectory(
  known: string | undefined,
  entryName: string,
): string | undefined {
  if (!isClassOfPackage(entryName) || known === '') {
    return known;
  }
  if (known === undefined) {
    const folder = entryName.slice(0, entryName.lastIndexOf('/') + 1);
    return folder.length > FOLDER_CHARS_MAX ? '' : folder;
  }
  let folder = known;
  while (!entryName.startsWith(folder)) {
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return folder;
}

function isClassOfPackage(entryName: string): boolean {
  return (
    entryName.endsWith('.class') &&
    !entryName.startsWith('META-INF/') &&
    entryName !== 'module-info.class'
  );
}

/** Archives of one project have few packages; many packages do not identify a project. */
const PACKAGES_MAX = 64;

/** Adds the Java packages with two and with three names that contain a class. */
export function addJavaPackages(known: Set<string>, entryName: string): void {
  if (!isClassOfPackage(entryName) || known.size >= PACKAGES_MAX) {
    return;
  }
  const [first = '', second = '', third = '', fourth] = entryName.split('/', 4);
  const isDeep = fourth !== undefined;
  if (third !== '' && first.length + second.length + third.length <= FOLDER_CHARS_MAX) {
    known.add(`${first}.${second}`);
    if (isDeep) {
      known.add(`${first}.${second}.${third}`);
    }
  }
}
