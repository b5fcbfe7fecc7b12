import assert from 'node:assert/strict';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
]);

/** Returns the text that a browser shows for HTML. */
export function readText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES.get(entity) ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Returns the number in a text after a pattern's first group; 0 if the page does not have it. */
export function readNumber(text: string, pattern: RegExp): number {
  return toNumber(pattern.exec(text)?.[1] ?? '0');
}

function toNumber(text: string): number {
  const number = Number(text.replaceAll(',', ''));
  assert.ok(Number.isInteger(number), text);
  return number;
}

/** Returns the number at the start of a cell or heading. */
function startNumber(text: string): number {
  const [, number] = /^([\d,]+)(?!\S)/.exec(text) ?? [];
  assert.ok(number !== undefined, `no number: ${text}`);
  return toNumber(number);
}

export function readHeading(html: string): string {
  return readText(/<h1>([^]*?)<\/h1>/.exec(html)?.[1] ?? '');
}

/** Returns a section of a page; empty if the page does not have it. */
export function readSection(html: string, id: string): string {
  return new RegExp(`<section id="${id}">([^]*?)</section>`).exec(html)?.[1] ?? '';
}

/** A row of a table: the cells by the titles of their columns. The first one names the row. */
export interface PageRow {
  readonly name: string;
  readonly html: string;
  readonly cells: ReadonlyMap<string, string>;
}

/** Returns the rows of the tables in a part of a page. */
export function readRows(html: string): readonly PageRow[] {
  return [...html.matchAll(/<tr>(<th scope="row">[^]*?)<\/tr>/g)].map(([, row = '']) => {
    const [, name = ''] = /<th scope="row">([^]*?)<\/th>/.exec(row) ?? [];
    const cells = [...row.matchAll(/<td[^>]*data-h="([^"]*)"[^>]*>([^]*?)<\/td>/g)];
    return {
      name: readText(name),
      html: row,
      cells: new Map(cells.map(([, title = '', cell = '']) => [readText(title), readText(cell)])),
    };
  });
}

/** Returns the number of a cell; 0 if it is empty. */
export function readCell({ name, cells }: PageRow, title: string): number {
  const cell = cells.get(title);
  assert.ok(cell !== undefined, `${name} has no column ${title}`);
  return cell === '' ? 0 : startNumber(cell);
}
