import { compareText } from '../core/compare-text.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { formatCount } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import {
  type TableCell,
  type TextColumn,
  type TextTableOptions,
  writeTextTable,
} from './text-table.ts';

/**
 * Writes the packages of an inventory for people: one line per name, version and type, with the
 * number of duplicates.
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
  writeTextTable(sink, { columns: COLUMNS, rows: createPackageRows(inventory.packages) }, options);
}

interface PackageRow {
  readonly package: InventoryPackage;
  /** Number of further packages with the same name, version and type. */
  readonly duplicates: number;
}

const COLUMNS: readonly TextColumn<PackageRow>[] = [
  { title: 'NAME', canShrink: true, cell: (row) => row.package.name },
  { title: 'VERSION', canShrink: true, cell: (row) => row.package.version },
  { title: 'TYPE', cell: (row) => row.package.type },
  { title: '', cell: (row) => describeDuplicates(row.duplicates) },
];

function createPackageRows(packages: readonly InventoryPackage[]): PackageRow[] {
  const sorted = packages.toSorted(
    (left, right) =>
      compareText(left.name, right.name) ||
      compareText(left.version, right.version) ||
      compareText(left.type, right.type),
  );
  const copies = Map.groupBy(sorted, ({ name, version, type }) => [name, version, type].join('\0'));
  return [...copies.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ package: first, duplicates: same.length - 1 }];
  });
}

function describeDuplicates(duplicates: number): TableCell {
  return duplicates === 0
    ? ''
    : [{ text: `(+${formatCount(duplicates, 'duplicate')})`, style: 'dim' }];
}
