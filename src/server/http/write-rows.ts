/** A row with the same members as all others. */
export type ExportRow = Readonly<Record<string, number | string>>;

const BATCH_CHARS = 65_536;
/** A spreadsheet would compute a cell that begins with one of them. */
const FORMULA = /^[=+\-@\t\r]/;
const SPECIAL = /[",\r\n]/;

/** Writes rows as CSV (RFC 4180, with a header) or as JSON lines, in pieces of bounded length. */
export async function* writeRows(
  rows: AsyncIterable<ExportRow>,
  format: 'csv' | 'jsonl',
): AsyncGenerator<string> {
  let text = '';
  let isFirst = true;
  for await (const row of rows) {
    if (isFirst && format === 'csv') {
      text += formatLine(Object.keys(row));
    }
    isFirst = false;
    text += format === 'csv' ? formatLine(Object.values(row)) : `${JSON.stringify(row)}\n`;
    if (text.length >= BATCH_CHARS) {
      yield text;
      text = '';
    }
  }
  if (text !== '') {
    yield text;
  }
}

function formatLine(cells: readonly (number | string)[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

function formatCell(cell: number | string): string {
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
