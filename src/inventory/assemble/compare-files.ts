import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';

/** Orders files by path, then by layer. */
export function compareFiles(left: InventoryFile, right: InventoryFile): number {
  return compareText(left.path, right.path) || compareText(left.layer ?? '', right.layer ?? '');
}
