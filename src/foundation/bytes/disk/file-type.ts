import type { FileType } from '../../core/file-table.ts';

/** Format bits of the mode, as in stat(2). */
const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0x1000, 'fifo'],
  [0x2000, 'character-device'],
  [0x4000, 'directory'],
  [0x6000, 'block-device'],
  [0x8000, 'regular'],
  [0xa000, 'symlink'],
]);

/** Returns the type of a file by its mode. */
export function readFileType(mode: number): FileType {
  return TYPES.get(mode & 0xf000) ?? 'other';
}
