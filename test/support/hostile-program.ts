/**
 * Texts that are expensive for a reader of program files that backtracks, or looks ahead without a
 * limit.
 */
export const HOSTILE_PROGRAMS: readonly (readonly [name: string, text: string])[] = [
  ['quotes', '"'.repeat(200_001)],
  ['a text that does not end', `require("${'x'.repeat(300_000)}`],
  ['one word over and over', 'require '.repeat(60_000)],
  ['imports on one line', 'import '.repeat(60_000)],
  ['imports joined by backslashes', 'import \\\n'.repeat(60_000)],
  ['calls that do not end', 'require('.repeat(60_000)],
  ['modules on one line', 'use A::B '.repeat(60_000)],
  ['a long line', `${' '.repeat(500_000)}import a`],
  ['templates in each other', '`${'.repeat(60_000)],
  ['patterns', '/['.repeat(100_000)],
  ['here-documents', '<<A\n'.repeat(40_000)],
  ['here-documents on one line', '<<A '.repeat(60_000)],
  ['documentation', '\n=pod\n'.repeat(40_000)],
  ['comments', '/*'.repeat(100_000)],
  ['tags', '<?php include '.repeat(30_000)],
  ['NUL bytes', '\0'.repeat(200_000)],
  ['look-ups of entry points', 'entry_points('.repeat(50_000)],
  ['a long name', `from ${'a.'.repeat(100_000)}`],
  ['deep indents', `${'\t'.repeat(2_000)}import x\n`.repeat(200)],
  ['folders', '__dirname, '.repeat(50_000)],
];

/** Maximum processor time in microseconds for half a megabyte of anything. */
export const HOSTILE_MICROSECONDS_MAX = 3_000_000;
