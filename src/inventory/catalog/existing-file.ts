import type { FileView } from '../../foundation/core/cataloger.ts';

/** Returns whether anything but a directory exists at the path, also as a link. */
export function isExistingFile(view: FileView, path: string): boolean {
  const ref = view.find(path) ?? view.resolve(path)?.ref;
  return ref !== undefined && view.layers[ref.layer]?.files.getType(ref.row) !== 'directory';
}
