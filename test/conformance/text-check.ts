/**
 * Returns the problem of a text that another program reads line by line; empty if there is none.
 */
export type TextCheck = (text: string) => string;

/** Properties that each command may have for its location. */
const PROPERTIES: ReadonlySet<string> = new Set([
  'title',
  'file',
  'line',
  'endLine',
  'col',
  'endColumn',
]);

const ANNOTATIONS: ReadonlySet<string> = new Set(['error', 'warning', 'notice']);

/**
 * Parses a line of output as the runner of GitHub Actions does (`ActionCommand`): the command and
 * its properties end at the second `::`, properties are separated by commas, and `%25`, `%0D`,
 * `%0A`, `%3A` and `%2C` escape the delimiters. A line in another form is printed unchanged, so its
 * finding would be lost.
 */
export const checkAnnotations: TextCheck = (text) => {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (const line of lines) {
    const fault = findCommandFault(line);
    if (fault !== '') {
      return `${fault}: ${line.slice(0, 200)}`;
    }
  }
  return '';
};

function findCommandFault(line: string): string {
  const end = line.indexOf('::', 2);
  if (!line.startsWith('::') || end < 0) {
    return 'is no command';
  }
  const [, name = '', list = ''] = /^(\S+)(?: (.*))?$/s.exec(line.slice(2, end)) ?? [];
  if (!ANNOTATIONS.has(name)) {
    return 'is another command than an annotation';
  }
  for (const property of list.split(',')) {
    const [key = '', ...values] = property.split('=');
    if (!PROPERTIES.has(key) || values.join('=') === '') {
      return `has no property ${JSON.stringify(key)}`;
    }
    if (key === 'line' && !/^[1-9]\d*$/.test(values.join('='))) {
      return 'names no line';
    }
  }
  return line.slice(end + 2) === '' ? 'says nothing' : '';
}

/** RFC 4180: each record ends with CR LF and has as many fields as the first. */
export const checkCsv: TextCheck = (text) => {
  const widths = new Set<number>();
  const record = /(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,|(?=\r\n)))+\r\n/y;
  while (record.lastIndex < text.length) {
    const at = record.lastIndex;
    const found = record.exec(text)?.[0];
    if (found === undefined) {
      return `is no record: ${JSON.stringify(text.slice(at, at + 200))}`;
    }
    widths.add(countFields(found));
  }
  return widths.size <= 1 ? '' : `has records of ${[...widths].join(' and ')} fields`;
};

function countFields(record: string): number {
  return record.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length;
}

/**
 * A table of GitHub Flavored Markdown: all rows after the delimiter row have as many cells as it.
 * GitHub drops excess cells and shows missing ones as empty.
 */
export const checkMarkdown: TextCheck = (text) => {
  let width = 0;
  for (const line of text.split('\n')) {
    const isRow = line.startsWith('|');
    const cells = isRow ? line.replaceAll(/\\./g, '').split('|').length - 2 : 0;
    if (/^\|(?: ?:?-+:? ?\|)+$/.test(line)) {
      if (cells !== width) {
        return `a head of ${width} cells over ${cells} columns`;
      }
    } else if (isRow && width > 0 && cells !== width) {
      return `${cells} cells in a table of ${width} columns: ${line.slice(0, 200)}`;
    }
    width = cells;
  }
  return '';
};
