import type { TableCell, TextColumn } from '../../src/present/text-table.ts';

type Cells = readonly TableCell[];

/** Columns of a table whose rows are cells already: each shows the cell at its own place. */
export function cellColumns(
  columns: readonly Omit<TextColumn<Cells>, 'cell'>[],
): readonly TextColumn<Cells>[] {
  return columns.map((column, index) => ({ ...column, cell: (row) => row[index] ?? '' }));
}
