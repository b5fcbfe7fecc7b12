import { pick, type Random } from './random-version.ts';

/** What a damaged or forged file may hold where a count, a size or a place is expected. */
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

/** Pieces that mean something to one reader or another. */
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
 * One of `seeds`, changed in one to four places: bits turned, bytes overwritten, numbers replaced,
 * pieces cut out, doubled, put in or taken from another seed, or the end cut off. Grows to at most
 * `bytesMax`.
 */
export function mutate(
  random: Random,
  seeds: readonly Uint8Array[],
  bytesMax = 256 * 1024,
): Uint8Array {
  let content: Uint8Array = Uint8Array.from(pick(random, seeds));
  const changes = 1 + below(random, CHANGES_MAX);
  const changed = random() < 0.5 ? changedJson(content, random, changes) : undefined;
  if (changed !== undefined) return changed.subarray(0, bytesMax);
  for (let change = 0; change < changes; change++) {
    content = pick(random, CHANGES)(content, random, seeds);
  }
  return content.length > bytesMax ? content.subarray(0, bytesMax) : content;
}

/** Values that a reader may not expect where it finds them. */
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

/** A JSON document with other values at some places; `undefined` where the content is none. */
function changedJson(content: Uint8Array, random: Random, changes: number): Uint8Array | undefined {
  const first = content[0];
  if (first !== 0x7b && first !== 0x5b) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return undefined;
  }
  for (let change = 0; change < changes; change++) {
    const holder = pick(random, holdersIn(root));
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

/** All objects and lists in a value, itself first. */
function holdersIn(root: unknown): Record<string, unknown>[] {
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

/** Common ones stand several times. */
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
  double,
  repeat,
  insertPiece,
  insertPiece,
  insertNoise,
  splice,
];

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** A place and a length, mostly short, within `readLength`. */
function span(random: Random, length: number): readonly [start: number, end: number] {
  const start = below(random, length + 1);
  const longest = random() < 0.8 ? Math.min(32, length - start) : length - start;
  return [start, start + below(random, longest + 1)];
}

function replaced(
  content: Uint8Array,
  [start, end]: readonly [number, number],
  piece: Uint8Array,
): Uint8Array {
  return Buffer.concat([content.subarray(0, start), piece, content.subarray(end)]);
}

function turnBit(content: Uint8Array, random: Random): Uint8Array {
  const at = below(random, content.length);
  content[at] = (content[at] ?? 0) ^ (1 << below(random, 8));
  return content;
}

function overwriteBytes(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(random, content.length);
  return content.fill(below(random, 256), start, end);
}

/** Writes a number of one to eight bytes, in either order. */
function overwriteNumber(content: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.alloc(8);
  const number = pick(random, NUMBERS);
  const width = pick(random, [1, 2, 4, 8]);
  const isLittle = random() < 0.5;
  if (isLittle) bytes.writeBigUInt64LE(number);
  else bytes.writeBigUInt64BE(number);
  const at = below(random, content.length);
  const piece = isLittle ? bytes.subarray(0, width) : bytes.subarray(8 - width);
  content.set(piece.subarray(0, content.length - at), at);
  return content;
}

/** Puts another number in place of the first run of digits behind some place. */
function overwriteDigits(content: Uint8Array, random: Random): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  let start = below(random, content.length);
  while (start < content.length && !isDigit(content[start])) start++;
  let end = start;
  while (isDigit(content[end])) end++;
  const number = pick(random, NUMBERS).toString(pick(random, [8, 10]));
  const text = random() < 0.2 ? `-${number}` : number;
  // A field of fixed width keeps its width, as in the header of a tar entry.
  const piece = random() < 0.5 ? text.slice(-(end - start)).padStart(end - start, '0') : text;
  return start === end ? content : replaced(content, [start, end], Buffer.from(piece));
}

function cutEnd(content: Uint8Array, random: Random): Uint8Array {
  return content.subarray(0, below(random, content.length + 1));
}

function cutOut(content: Uint8Array, random: Random): Uint8Array {
  return replaced(content, span(random, content.length), new Uint8Array());
}

function double(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(random, content.length);
  return replaced(content, [end, end], content.subarray(start, end));
}

/** One piece many times over, as what opens a level of nesting. */
function repeat(content: Uint8Array, random: Random): Uint8Array {
  const [start, end] = span(random, content.length);
  const isTaken = end > start && end - start <= 32 && random() < 0.5;
  const piece = isTaken ? content.subarray(start, end) : pick(random, PIECES);
  const times = 1 + below(random, REPEATS_MAX);
  return replaced(content, [start, start], Buffer.concat(Array<Uint8Array>(times).fill(piece)));
}

function insertPiece(content: Uint8Array, random: Random): Uint8Array {
  return replaced(content, span(random, content.length), pick(random, PIECES));
}

function insertNoise(content: Uint8Array, random: Random): Uint8Array {
  const at = below(random, content.length + 1);
  const noise = Uint8Array.from({ length: 1 + below(random, 16) }, () => below(random, 256));
  return replaced(content, [at, at], noise);
}

function splice(content: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const other = pick(random, seeds);
  const [start, end] = span(random, other.length);
  return replaced(content, span(random, content.length), other.subarray(start, end));
}
