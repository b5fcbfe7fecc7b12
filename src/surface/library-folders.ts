import type { FileView } from '../core/cataloger.ts';
import { parentOf } from '../view/path.ts';
import type { ElfTraits } from './elf-traits.ts';
import { findForeignFolders } from './file-flaws.ts';

const OTHERS_WRITE = 0o002;
const ORIGIN = /^\$(?:ORIGIN|\{ORIGIN\})/;

/**
 * Which of the folders that a file has the loader search others than root may fill: ld.so(8). One
 * that is relative lies wherever the program is started, one that is not there may be made where
 * anybody may write above it.
 */
export function listOpenFolders(
  path: string,
  { libraryFolders }: ElfTraits,
  view: FileView,
): readonly string[] {
  return libraryFolders.filter((written) => {
    const folder = written.replace(ORIGIN, parentOf(path).replace(/\/$/, ''));
    return !folder.startsWith('/') || canBeFilled(folder, view);
  });
}

function canBeFilled(folder: string, view: FileView): boolean {
  if (view.resolve(folder) !== undefined) {
    return findForeignFolders(view, [folder]).length > 0;
  }
  let above = parentOf(folder);
  while (above !== '/' && view.resolve(above) === undefined) {
    above = parentOf(above);
  }
  const found = view.resolve(above);
  const mode = found && view.layers[found.ref.layer]?.files.getMode(found.ref.row);
  return mode !== undefined && (mode & OTHERS_WRITE) !== 0;
}
