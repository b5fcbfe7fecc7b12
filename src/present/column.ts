/** One column of a table or list: its title beside what it shows of a row. */
export interface Column<Row, Cell = string> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
}
