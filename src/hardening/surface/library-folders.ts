import type { FileView } from '../../foundation/core/cataloger.ts';
import { getParentPath } from '../../image/view/path.ts';
import type { ElfTraits } from './elf-traits.ts';
import { findForeignFolders } from './file-flaws.ts';

const OTHERS_WRITE = 0o002;
const ORIGIN = /^\$(?:ORIGIN|\{ORIGIN\})/;

/**
 * Returns the loader's search directories of a file that users other than root may fill: ld.so(8).
 * A relative one depends on the working directory; a missing one can be created if anybody may
 * write to its parent.
 */
export function listOpenFolders(
  path: string,
  { libraryFolders }: ElfTraits,
  view: FileView,
): readonly string[] {
  return libraryFolders.filter((written) => {
    const folder = written.replace(ORIGIN, getParentPath(path).replace(/\/$/, ''));
    return !folder.startsWith('/') || canBeFilled(folder, view);
  });
}

function canBeFilled(folder: string, view: FileView): boolean {
  if (view.resolve(folder) !== undefined) {
    return findForeignFolders(view, [folder]).length > 0;
  }
  let above = getParentPath(folder);
  while (above !== '/' && view.resolve(above) === undefined) {
    above = getParentPath(above);
  }
  const found = view.resolve(above);
  const mode = found && view.layers[found.ref.layer]?.files.getMode(found.ref.row);
  return mode !== undefined && (mode & OTHERS_WRITE) !== 0;
}
