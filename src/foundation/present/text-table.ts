import { escapeCiCommands, escapeText } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import type { Column } from './column.ts';
import { wrapPaths, wrapWords } from './fitted-lines.ts';
import { cutText, measureWidth } from './text-width.ts';

/** Select Graphic Rendition parameters. ECMA-48, 8.3.117; colors of the 256-color table. */
const STYLES = {
  plain: '',
  bold: '1',
  dim: '38;5;240',
  critical: '1;38;5;198',
  high: '38;5;203',
  medium: '38;5;178',
  low: '38;5;36',
  negligible: '38;5;240',
  unknown: '38;5;12',
  alarm: '1;7;38;5;198',
} as const;

export type TextStyle = keyof typeof STYLES;

/**
 * A run of text in one style. The text may come from an image: it is escaped when it is written.
 */
export interface TextSpan {
  readonly text: string;
  readonly style: TextStyle;
}

/** Content of one field of a table; a bare string is plain. */
export type TableCell = string | readonly TextSpan[];

/** One column of a table: title and content. */
export interface TextColumn<Row> extends Column<Row, TableCell>, ColumnLayout {}

interface ColumnLayout {
  /** Whether it may be narrower than its content if the terminal is too narrow. */
  readonly canShrink?: boolean;
  /**
   * Whether the column wraps its text, instead of cutting it, when the column is made narrower;
   * `paths` also wraps long paths between their directories.
   */
  readonly wraps?: boolean | 'paths';
  /**
   * Left out if the line does not fit even with all columns narrow, the lowest rank first; absent:
   * never.
   */
  readonly dropRank?: number;
}

export interface TextTable<Row> {
  readonly columns: readonly TextColumn<Row>[];
  readonly rows: readonly Row[];
}

export interface TextTableOptions {
  readonly isColoured: boolean;
  /** Columns of the terminal; if absent, nothing is cut. */
  readonly columns?: number;
}

const GAP = '  ';
const NARROWEST_COLUMN = 8;
/** Columns are left out before names are cut shorter than this. */
const READABLE_COLUMN = 10;
/** Wide enough for two or three words of wrapped text. */
const NARROWEST_WRAPPED = 20;

/** Writes a table row by row. A column that is empty in every row is left out with its title. */
export function writeTextTable<Row>(
  sink: Sink,
  table: TextTable<Row>,
  options: TextTableOptions,
): void {
  const rows = table.rows.map((row) => table.columns.map(({ cell }) => escapeCell(cell(row))));
  const wrappedMin = chooseWrappedMin(table.columns.length, options.columns);
  const filled = table.columns.flatMap((column, index) =>
    rows.some((row) => measureCell(row[index]) > 0)
      ? [measureColumn(column, index, { rows, wrappedMin })]
      : [],
  );
  const kept = selectColumns(filled, options.columns);
  const widths = fitWidths(kept, options.columns);
  const titles = table.columns.map(({ title }) => [{ text: title, style: 'bold' }] as const);
  const width = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  if (options.columns !== undefined && width > options.columns) {
    for (const row of [titles, ...rows]) {
      const cells = kept.map(({ index }) => row[index] ?? []);
      writeFoldedRow(sink, cells, { columns: options.columns, isColoured: options.isColoured });
    }
    return;
  }
  for (const row of [titles, ...rows]) {
    const cells = kept.map(({ index, wraps }, place) =>
      wrapCell(row[index] ?? [], widths[place] ?? 0, wraps),
    );
    const height = cells.reduce((most, { length }) => Math.max(most, length), 1);
    for (let line = 0; line < height; line += 1) {
      const parts = cells.map((lines) => lines[line] ?? []);
      sink.write(`${escapeCiCommands(formatLine(parts, widths, options.isColoured))}\n`);
    }
  }
}

/**
 * Writes a row of a table that is wider than the terminal: the fields one after another, each
 * complete, on as many lines as they need.
 */
function writeFoldedRow(
  sink: Sink,
  cells: readonly (readonly TextSpan[])[],
  { columns, isColoured }: Required<TextTableOptions>,
): void {
  let line = '';
  let used = 0;
  for (const spans of cells) {
    const width = measureCell(spans);
    if (width > 0) {
      const text = spans.map((span) => applyStyle(span, isColoured)).join('');
      const isContinued = used > 0 && used + GAP.length + width > columns;
      line += isContinued ? `\n${GAP}${text}` : `${used === 0 ? '' : GAP}${text}`;
      used = isContinued ? GAP.length + width : used + (used === 0 ? 0 : GAP.length) + width;
    }
  }
  sink.write(`${escapeCiCommands(line)}\n`);
}

/** In a narrow terminal, wrapped columns share its width. */
function chooseWrappedMin(count: number, columns: number | undefined): number {
  const share = ((columns ?? Number.POSITIVE_INFINITY) - GAP.length * (count - 1)) / count;
  return Math.min(NARROWEST_WRAPPED, Math.max(NARROWEST_COLUMN, Math.floor(share)));
}

/** Formats one text in a style, if colors are enabled. Escapes the text. */
function applyStyle({ text, style }: TextSpan, isColoured: boolean): string {
  const safe = escapeText(text);
  const parameters = STYLES[style];
  return isColoured && parameters !== '' && safe !== ''
    ? `\u001b[${parameters}m${safe}\u001b[0m`
    : safe;
}

function escapeCell(cell: TableCell): readonly TextSpan[] {
  const spans = typeof cell === 'string' ? [{ text: cell, style: 'plain' } as const] : cell;
  return spans.map(({ text, style }) => ({ text: escapeText(text), style }));
}

function measureCell(spans: readonly TextSpan[] | undefined): number {
  return (spans ?? []).reduce((sum, { text }) => sum + measureWidth(text), 0);
}

interface Measured {
  readonly index: number;
  readonly wraps: boolean | 'paths';
  /** Minimum number of columns. */
  readonly widthMin: number;
  readonly dropRank: number | undefined;
  readonly width: number;
}

function measureColumn(
  {
    title,
    canShrink = false,
    wraps = false,
    dropRank,
  }: ColumnLayout & Pick<Column<never>, 'title'>,
  index: number,
  {
    rows,
    wrappedMin,
  }: { readonly rows: readonly (readonly TextSpan[])[][]; readonly wrappedMin: number },
): Measured {
  const width = rows.reduce(
    (widest, row) => Math.max(widest, measureCell(row[index])),
    title.length,
  );
  const floor = wraps ? wrappedMin : NARROWEST_COLUMN;
  return { index, wraps, widthMin: canShrink ? Math.min(width, floor) : width, dropRank, width };
}

/** Returns the columns that remain after leaving out enough for the line to fit. */
function selectColumns(all: readonly Measured[], columns: number | undefined): readonly Measured[] {
  const dropped = [...all]
    .filter(({ dropRank }) => dropRank !== undefined)
    .sort((left, right) => (left.dropRank ?? 0) - (right.dropRank ?? 0));
  let kept = all;
  for (const one of dropped) {
    if (columns === undefined || sumMinimumWidths(kept) <= columns) {
      break;
    }
    kept = kept.filter((each) => each !== one);
  }
  return kept;
}

function sumMinimumWidths(kept: readonly Measured[]): number {
  const gaps = GAP.length * Math.max(0, kept.length - 1);
  return kept.reduce(
    (sum, { widthMin, width }) => sum + Math.min(width, Math.max(widthMin, READABLE_COLUMN)),
    gaps,
  );
}

/** Takes the excess from the widest column that can shrink, until the line fits or none can. */
function fitWidths(kept: readonly Measured[], columns: number | undefined): number[] {
  const widths = kept.map(({ width }) => width);
  const gaps = GAP.length * Math.max(0, kept.length - 1);
  let excess =
    columns === undefined ? 0 : gaps + widths.reduce((sum, width) => sum + width, 0) - columns;
  while (excess > 0) {
    const [widest, next] = kept
      .flatMap(({ widthMin }, index) => {
        const width = widths[index] ?? 0;
        return width > widthMin ? [{ index, width, widthMin }] : [];
      })
      .sort((left, right) => right.width - left.width || left.index - right.index);
    if (widest === undefined) {
      break;
    }
    const floor = Math.max(widest.widthMin, Math.min(next?.width ?? 0, widest.width - 1));
    const cut = Math.min(excess, widest.width - floor);
    widths[widest.index] = widest.width - cut;
    excess -= cut;
  }
  return widths;
}

/** Returns the lines of one field: one line that is cut, or as many as wrapping needs. */
function wrapCell(
  spans: readonly TextSpan[],
  columns: number,
  wraps: boolean | 'paths',
): readonly (readonly TextSpan[])[] {
  const [only, ...others] = spans;
  if (!wraps || only === undefined || others.length > 0) {
    return [cutCell(spans, columns)];
  }
  const lines = (wraps === 'paths' ? wrapPaths : wrapWords)(only.text, columns);
  return lines.map((text) => cutCell([{ ...only, text }], columns));
}

function formatLine(
  cells: readonly (readonly TextSpan[])[],
  widths: readonly number[],
  isColoured: boolean,
): string {
  let line = '';
  let pending = '';
  for (const [index, spans] of cells.entries()) {
    const width = measureCell(spans);
    if (width > 0) {
      line += pending + spans.map((span) => applyStyle(span, isColoured)).join('');
      pending = '';
    }
    pending += ' '.repeat((widths[index] ?? 0) - width) + GAP;
  }
  return line;
}

function cutCell(spans: readonly TextSpan[], columns: number): readonly TextSpan[] {
  if (measureCell(spans) <= columns) {
    return spans;
  }
  const kept: TextSpan[] = [];
  let left = columns;
  for (const span of spans) {
    const width = measureWidth(span.text);
    if (width >= left) {
      kept.push({
        ...span,
        text: width === left ? cutText(`${span.text} `, left) : cutText(span.text, left),
      });
      break;
    }
    kept.push(span);
    left -= width;
  }
  return kept;
}
