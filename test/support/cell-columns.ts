import type { TableCell, TextColumn } from '../../src/foundation/present/text-table.ts';

type Cells = readonly TableCell[];

/**
 * Creates columns for a table whose rows are already cells: each shows the cell at its own index.
 */
export function toCellColumns(
  columns: readonly Omit<TextColumn<Cells>, 'cell'>[],
): readonly TextColumn<Cells>[] {
  return columns.map((column, index) => ({ ...column, cell: (row) => row[index] ?? '' }));
}
