import { drawNumber, pick, type Random } from './random-version.ts';

/** Values that a damaged or forged file may contain as a count, size or offset. */
const NUMBERS = [
  0n,
  1n,
  2n,
  3n,
  7n,
  16n,
  64n,
  127n,
  128n,
  255n,
  256n,
  512n,
  4_095n,
  4_096n,
  32_767n,
  32_768n,
  65_535n,
  65_536n,
  0x7f_ff_ff_ffn,
  0x80_00_00_00n,
  0xff_ff_ff_ffn,
  0x7f_ff_ff_ff_ff_ff_ff_ffn,
  0xff_ff_ff_ff_ff_ff_ff_ffn,
] as const;

/** Pieces with a meaning for some reader. */
const PIECES = [
  '\0',
  '\n',
  '\r\n',
  '\n\n',
  ' ',
  '\t',
  ',',
  ':',
  ';',
  '=',
  '"',
  "'",
  '\\',
  '\\u0000',
  '\\ud800',
  '/',
  '//',
  '../',
  '..',
  '@',
  '%',
  '%00',
  '%2f',
  '%zz',
  '#',
  '?',
  '*',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '{}',
  '[]',
  'null',
  'true',
  '-1',
  '1e999',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  ' AND ',
  ' OR ',
  '||',
  '>=',
  '~',
  '^',
  '-',
  '+',
  '_',
  '.',
  '\u{feff}',
  '\u{202e}',
  '\ud83d\ude00',
].map((text) => Buffer.from(text));

const REPEATS_MAX = 2_000;
const CHANGES_MAX = 4;

/**
 * Changes one of `seeds` in one to four places: flips bits, overwrites bytes, replaces numbers,
 * removes, duplicates or inserts pieces, copies some from another seed, or truncates. The result
 * has at most `bytesMax` bytes.
 */
export function mutate(
  random: Random,
  seeds: readonly Uint8Array[],
  bytesMax = 256 * 1024,
): Uint8Array {
  let content: Uint8Array = Uint8Array.from(pick(random, seeds));
  const changes = 1 + drawNumber(random, CHANGES_MAX);
  const changed = random() < 0.5 ? mutateJson(content, random, changes) : undefined;
  if (changed !== undefined) return changed.subarray(0, bytesMax);
  for (let change = 0; change < changes; change++) {
    content = pick(random, CHANGES)(content, random, seeds);
  }
  return content.length > bytesMax ? content.subarray(0, bytesMax) : content;
}

/** Values that a reader may not expect at their position. */
const VALUES: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '9007199254740993',
  '1e308',
  '""',
  '"x"',
  '"__proto__"',
  '"../x"',
  '"\\ud800"',
  JSON.stringify('x'.repeat(5_000)),
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '{"length":1}',
  '{"toString":1,"constructor":2,"name":3,"version":[4]}',
];

/**
 * Returns a JSON document with other values in some places; `undefined` if the content is not JSON.
 */
function mutateJson(content: Uint8Array, random: Random, changes: number): Uint8Array | undefined {
  const first = content[0];
  if (first !== 0x7b && first !== 0x5b) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return undefined;
  }
  for (let change = 0; change < changes; change++) {
    const holder = pick(random, findHolders(root));
    const keys = Object.keys(holder);
    const key = keys.length === 0 || random() < 0.1 ? '__proto__' : pick(random, keys);
    if (random() < 0.2) delete holder[key];
    else {
      // An inherited `__proto__` is the prototype of all objects, which must not become part of a
      // value.
      const from = pick(random, [key, ...keys]);
      const other = Object.hasOwn(holder, from) ? holder[from] : null;
      const value = random() < 0.8 ? (JSON.parse(pick(random, VALUES)) as unknown) : other;
      const flags = { enumerable: true, writable: true, configurable: true };
      Object.defineProperty(holder, key, { value, ...flags });
    }
  }
  return Buffer.from(JSON.stringify(root));
}

/** Returns all objects and lists in a value, itself first. */
function findHolders(root: unknown): Record<string, unknown>[] {
  const holders =
    typeof root === 'object' && root !== null ? [root as Record<string, unknown>] : [];
  for (const holder of holders) {
    for (const value of Object.values(holder)) {
      if (typeof value === 'object' && value !== null && holders.length < 10_000) {
        holders.push(value as Record<string, unknown>);
      }
    }
  }
  return holders;
}

type Change = (content: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

/** Common changes are listed several times. */
const CHANGES: readonly Change[] = [
  turnBit,
  turnBit,
  overwriteBytes,
  overwriteNumber,
  overwriteNumber,
  overwriteDigits,
  overwriteDigits,
  cutEnd,
  cutOut,
  cutOut,
  duplicateSpan,
  repeat,
  insertPiece,
  insertPiece,
  insertNoise,
  spliceSpan,
];

/** Picks an offset and a length, mostly short, within `length`. */
function drawSpan(random: Random, length: number): readonly [start: number, end: number] {
  const start = drawNumber(random, length + 1);
  const longest = random() < 0.8 ? Math.min(32, length - start) : length - start;
  return [start, start + drawNumber(random, longest + 1)];
}

function replaceSpan(
  content: Uint8Array,
  [start, end]: readonly [number, number],
  piece: Uint8Array,
): Uint8Array {
  return Buffer.concat([content.subarray(0, start), piece, content.subarray(end)]);
}

function turnBit(content: Uint8Array, random: Random): Uint8Array {
  const at = drawNumber(random, content.length);
  content[at] = (content[at] ?? 0) ^ (1 << drawNumber(random, 8));
  return content;
}

function overwriteBytes(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = drawSpan(random, content.length);
  return content.fill(drawNumber(random, 256), start, end);
}

/** Writes a number of one to eight bytes, in either byte order. */
function overwriteNumber(content: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.alloc(8);
  const number = pick(random, NUMBERS);
  const width = pick(random, [1, 2, 4, 8]);
  const isLittle = random() < 0.5;
  if (isLittle) bytes.writeBigUInt64LE(number);
  else bytes.writeBigUInt64BE(number);
  const at = drawNumber(random, content.length);
  const piece = isLittle ? bytes.subarray(0, width) : bytes.subarray(8 - width);
  content.set(piece.subarray(0, content.length - at), at);
  return content;
}

/** Replaces the first run of digits after some offset with another number. */
function overwriteDigits(content: Uint8Array, random: Random): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  let start = drawNumber(random, content.length);
  while (start < content.length && !isDigit(content[start])) start++;
  let end = start;
  while (isDigit(content[end])) end++;
  const number = pick(random, NUMBERS).toString(pick(random, [8, 10]));
  const text = random() < 0.2 ? `-${number}` : number;
  // A field of fixed width keeps its width, as in the header of a tar entry.
  const piece = random() < 0.5 ? text.slice(-(end - start)).padStart(end - start, '0') : text;
  return start === end ? content : replaceSpan(content, [start, end], Buffer.from(piece));
}

function cutEnd(content: Uint8Array, random: Random): Uint8Array {
  return content.subarray(0, drawNumber(random, content.length + 1));
}

function cutOut(content: Uint8Array, random: Random): Uint8Array {
  return replaceSpan(content, drawSpan(random, content.length), new Uint8Array());
}

function duplicateSpan(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = drawSpan(random, content.length);
  return replaceSpan(content, [end, end], content.subarray(start, end));
}

/** Repeats one piece many times, such as one that opens a nesting level. */
function repeat(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = drawSpan(random, content.length);
  const isTaken = end > start && end - start <= 32 && random() < 0.5;
  const piece = isTaken ? content.subarray(start, end) : pick(random, PIECES);
  const times = 1 + drawNumber(random, REPEATS_MAX);
  return replaceSpan(content, [start, start], Buffer.concat(Array<Uint8Array>(times).fill(piece)));
}

function insertPiece(content: Uint8Array, random: Random): Uint8Array {
  return replaceSpan(content, drawSpan(random, content.length), pick(random, PIECES));
}

function insertNoise(content: Uint8Array, random: Random): Uint8Array {
  const at = drawNumber(random, content.length + 1);
  const noise = Uint8Array.from({ length: 1 + drawNumber(random, 16) }, () =>
    drawNumber(random, 256),
  );
  return replaceSpan(content, [at, at], noise);
}

function spliceSpan(content: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const other = pick(random, seeds);
  const [start, end] = drawSpan(random, other.length);
  return replaceSpan(content, drawSpan(random, content.length), other.subarray(start, end));
}
