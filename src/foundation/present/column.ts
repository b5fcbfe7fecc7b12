/** One column of a table or list: its title and its content in a row. */
export interface Column<Row, Cell = string> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
}
