import { compareText } from '../core/compare-text.ts';
import type { InventoryFile } from '../core/inventory.ts';

/** Orders files by path, and those of one path by layer. */
export function compareFiles(left: InventoryFile, right: InventoryFile): number {
  return compareText(left.path, right.path) || compareText(left.layer ?? '', right.layer ?? '');
}
