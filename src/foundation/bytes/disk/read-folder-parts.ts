import { createDamageError } from './disk-error.ts';
import type { Folder, FolderEntry } from './file-system.ts';

/**
 * Reads the entries of a directory in parts. A damaged part ends at its damage; the others are
 * still read, unless the parts themselves cannot be found.
 */
export function readFolderParts(
  parts: Iterable<Iterable<FolderEntry>>,
  { entriesMax }: { readonly entriesMax: number },
): Folder {
  const entries: FolderEntry[] = [];
  let damage: unknown;
  try {
    for (const part of parts) {
      try {
        for (const entry of part) entries.push(entry);
      } catch (error) {
        damage ??= error;
      }
      if (entries.length > entriesMax) {
        throw createDamageError('the directory has more entries than the limit entriesMax');
      }
    }
  } catch (error) {
    damage ??= error;
  }
  return damage === undefined ? { entries } : { entries, damage };
}
