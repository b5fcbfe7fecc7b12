import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toCellColumns } from '../../../test/support/cell-columns.ts';
import { escapeLines, escapeText, formatCount, groupDigits } from '../core/screen-text.ts';
import { type TableCell, type TextTableOptions, writeTextTable } from './text-table.ts';
import { cutText, measureWidth } from './text-width.ts';

interface CellTable {
  readonly columns: Parameters<typeof toCellColumns>[0];
  readonly rows: readonly (readonly TableCell[])[];
}

function writeLines(
  { columns, rows }: CellTable,
  options: Partial<TextTableOptions> = {},
): readonly string[] {
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  writeTextTable(
    { write },
    { columns: toCellColumns(columns), rows },
    { isColoured: false, ...options },
  );
  return text.split('\n').slice(0, -1);
}

const COLUMNS = [{ title: 'NAME', canShrink: true }, { title: 'NOTE' }, { title: 'TYPE' }];

suite('text on screens', () => {
  test('contains no control, invisible or bidirectional characters', () => {
    assert.equal(
      escapeText('a\u001b[2Jb\u009bc\u202ed\u200be\r\n'),
      'a\\u{1b}[2Jb\\u{9b}c\\u{202e}d\\u{200b}e\\u{d}\\u{a}',
    );
    assert.equal(escapeText('\u{e0041}\ud800'), '\\u{e0041}\\u{d800}');
    assert.equal(escapeText('größe 日本 𝒳'), 'größe 日本 𝒳');
  });

  test('keeps line ends and tabs', () => {
    assert.equal(escapeLines('a\tb\u0007\nc'), 'a\tb\\u{7}\nc');
  });

  test('measures width in columns, not characters', () => {
    assert.equal(measureWidth('abc'), 3);
    assert.equal(measureWidth('日本'), 4);
    assert.equal(cutText('日本語', 4), '日…');
    assert.equal(cutText('abcdef', 4), 'abc…');
    assert.equal(cutText('abcd', 4), 'abcd');
    assert.equal(cutText('abcd', 0), '');
  });

  test('formats counts with digit groups and plurals', () => {
    assert.equal(groupDigits(1234567), '1,234,567');
    assert.equal(formatCount(1, 'package'), '1 package');
    assert.equal(formatCount(1000, 'package'), '1,000 packages');
  });
});

suite('text tables', () => {
  test('leaves out columns by rank only if narrow ones do not fit either', () => {
    const columns = [
      { title: 'NAME', canShrink: true },
      { title: 'EPSS', dropRank: 1 },
      { title: 'TYPE', dropRank: 2 },
    ];
    const rows = [['a-very-long-name', '12.3% (97th)', 'java-archive']];
    const writeTitles = (width?: number): string | undefined =>
      writeLines({ columns, rows }, width === undefined ? {} : { columns: width })[0]?.replaceAll(
        /\s+/g,
        ' ',
      );
    assert.equal(writeTitles(), 'NAME EPSS TYPE');
    assert.equal(writeTitles(38), 'NAME EPSS TYPE');
    assert.equal(writeTitles(37), 'NAME TYPE');
    assert.equal(writeTitles(21), 'NAME');
  });

  test('makes columns as wide as their widest field, and ends lines with their text', () => {
    const rows = [
      ['a', '', 'npm'],
      ['longer-name', 'x', 'deb'],
    ];
    assert.deepEqual(writeLines({ columns: COLUMNS, rows }), [
      'NAME         NOTE  TYPE',
      'a                  npm',
      'longer-name  x     deb',
    ]);
    assert.deepEqual(writeLines({ columns: COLUMNS, rows: [['a', 'b', '']] }), [
      'NAME  NOTE',
      'a     b',
    ]);
  });

  test('leaves out a column that is empty in every row, with its title', () => {
    assert.deepEqual(writeLines({ columns: COLUMNS, rows: [['a', '', 'npm']] }), [
      'NAME  TYPE',
      'a     npm',
    ]);
  });

  test('cuts the widest column that can shrink on a narrow terminal', () => {
    const table = { columns: COLUMNS, rows: [['abcdefghijklmnop', 'note', 'npm']] };
    assert.deepEqual(writeLines(table, { columns: 22 }), [
      'NAME        NOTE  TYPE',
      'abcdefghi…  note  npm',
    ]);
    assert.equal(writeLines(table)[1], 'abcdefghijklmnop  note  npm');
  });

  test('writes complete fields on several lines if no column can be narrow enough', () => {
    const table = {
      columns: [{ title: 'NAME' }, { title: 'NOTE' }, { title: 'EMPTY' }, { title: 'TYPE' }],
      rows: [
        ['libcrypto3', 'CVE-2024-12797', '', 'apk'],
        ['a', 'CVE-1', '', 'npm'],
      ],
    };
    assert.deepEqual(writeLines(table, { columns: 20 }), [
      'NAME  NOTE  TYPE',
      'libcrypto3',
      '  CVE-2024-12797',
      '  apk',
      'a  CVE-1  npm',
    ]);
    assert.equal(writeLines(table, { columns: 31 })[1], 'libcrypto3  CVE-2024-12797  apk');
  });

  test('wraps a column between words, and continues the line below', () => {
    const columns = [
      { title: '', canShrink: true, wraps: true },
      { title: 'A', canShrink: true, wraps: true },
      { title: 'CHANGE' },
    ];
    const rows = [
      ['share of missing hardening, of what is loaded', '28.7 %', '+7.2 %'],
      ['shells', '4', '−2'],
    ];
    assert.deepEqual(writeLines({ columns, rows }, { columns: 38 }), [
      '                        A       CHANGE',
      'share of missing        28.7 %  +7.2 %',
      'hardening, of what is',
      'loaded',
      'shells                  4       −2',
    ]);
  });

  test('wraps long paths between directories, and longer names anywhere', () => {
    const columns = [{ title: 'PATH', canShrink: true, wraps: 'paths' as const }, { title: 'N' }];
    const rows = [
      ['see /usr/lib/x86_64-linux-gnu/libc.so.6 and /usr/bin/a-very-long-name-of-a-file', '1'],
    ];
    assert.deepEqual(writeLines({ columns, rows }, { columns: 23 }), [
      'PATH                  N',
      'see                   1',
      '/usr/lib',
      '/x86_64-linux-gnu',
      '/libc.so.6',
      'and',
      '/usr/bin',
      '/a-very-long-name-of',
      '-a-file',
    ]);
  });

  test('writes styles only if colors are enabled, and never counts them as width', () => {
    const rows = [[[{ text: 'a', style: 'high' as const }], 'x', 'npm']];
    assert.equal(writeLines({ columns: COLUMNS, rows })[1], 'a     x     npm');
    assert.equal(
      writeLines({ columns: COLUMNS, rows }, { isColoured: true })[1],
      '\u001b[38;5;203ma\u001b[0m     x     npm',
    );
  });

  test('cuts a field of several styles like one text', () => {
    const cell = [
      { text: '1.2.3', style: 'plain' as const },
      { text: ', 4.5.6', style: 'dim' as const },
    ];
    assert.equal(
      writeLines({ columns: [COLUMNS[0] ?? { title: '' }], rows: [[cell]] }, { columns: 9 })[1],
      '1.2.3, 4…',
    );
    assert.equal(
      writeLines({ columns: [COLUMNS[0] ?? { title: '' }], rows: [[cell]] }, { columns: 8 })[1],
      '1.2.3, …',
    );
  });

  test('escapes control characters in names from images', () => {
    const rows = [['\u001b]0;owned\u0007', '', 'a\nb']];
    const [, line] = writeLines({ columns: COLUMNS, rows }, { isColoured: true });
    assert.equal(line, '\\u{1b}]0;owned\\u{7}  a\\u{a}b');
  });
});

test('wrapped columns share a terminal that is too narrow for their usual width', () => {
  const wide = { canShrink: true, wraps: true };
  const columns = ['A', 'B', 'C'].map((title) => ({
    title,
    ...wide,
    cell: () => 'several words of a long text',
  }));
  let text = '';
  const sink = { write: (piece: string) => void (text += piece) };
  writeTextTable(sink, { columns, rows: [{}] }, { isColoured: false, columns: 40 });
  const lines = text.trimEnd().split('\n');
  assert.ok(lines.length > 3);
  assert.ok(
    lines.every((line) => line.length <= 40),
    text,
  );
});
