import { compareText } from '../core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { countOf } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import { type TableCell, type TextTableOptions, writeTextTable } from './text-table.ts';

/**
 * The packages of an inventory for people: one line a name, version and type, with how many more
 * there are.
 */
export function writePackageTable(
  sink: Sink,
  inventory: Inventory,
  options: TextTableOptions,
): void {
  if (inventory.packages.length === 0) {
    sink.write('No packages discovered\n');
    return;
  }
  const columns = [
    { title: 'NAME', canShrink: true },
    { title: 'VERSION', canShrink: true },
    { title: 'TYPE' },
    { title: '' },
  ];
  writeTextTable(sink, { columns, rows: packageRows(inventory.packages) }, options);
}

function packageRows(packages: readonly InventoryPackage[]): TableCell[][] {
  const sorted = packages.toSorted(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.type, right.type),
  );
  const copies = Map.groupBy(sorted, ({ name, version, type }) => [name, version, type].join('\0'));
  return [...copies.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [[first.name, first.version, first.type, duplicateNote(same.length - 1)]];
  });
}

function duplicateNote(duplicates: number): TableCell {
  return duplicates === 0 ? '' : [{ text: `(+${countOf(duplicates, 'duplicate')})`, style: 'dim' }];
}
