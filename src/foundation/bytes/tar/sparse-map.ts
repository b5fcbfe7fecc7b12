import { parseInt64 } from './pax-records.ts';
import { decodeBigInt } from './tar-header.ts';

/** A run of stored bytes of a sparse file; between runs are holes. */
export interface SparseFragment {
  readonly offset: bigint;
  readonly length: bigint;
}

/** A sparse file as its headers describe it. */
export interface SparseMap {
  readonly sizeBytes: bigint;
  readonly fragments: readonly SparseFragment[];
}

/** A form in which GNU tar marks sparse files. GNU tar manual, "Storing Sparse Files". */
export type SparseForm = 'map-in-records' | 'map-in-content';

/** Maximum size of a map in Go, `maxSpecialFileSize`. */
const MAP_BYTES_MAX = 1024 * 1024;

/**
 * Returns the form that the records of an extended header declare; `undefined` for a plain file.
 */
export function detectSparseForm(values: ReadonlyMap<string, string>): SparseForm | undefined {
  const major = values.get('GNU.sparse.major') ?? '';
  const minor = values.get('GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) {
    return 'map-in-records';
  }
  if (major === '1' && minor === '0') {
    return 'map-in-content';
  }
  const hasMap = (values.get('GNU.sparse.map') ?? '') !== '';
  return major === '' && minor === '' && hasMap ? 'map-in-records' : undefined;
}

/**
 * Returns the recorded size including holes; `null` if there is none, `undefined` if it is not a
 * number.
 */
export function readSparseSize(values: ReadonlyMap<string, string>): bigint | null | undefined {
  const text = [values.get('GNU.sparse.size'), values.get('GNU.sparse.realsize')].find(
    (value) => value !== undefined && value !== '',
  );
  return text === undefined ? null : parseInt64(text);
}

/** Parses the map of the formats 0.0 and 0.1; `undefined` if it is malformed. */
export function parseRecordedMap(
  values: ReadonlyMap<string, string>,
): readonly SparseFragment[] | undefined {
  const count = parseInt64(values.get('GNU.sparse.numblocks') ?? '');
  const map = values.get('GNU.sparse.map') ?? '';
  const numbers = map === '' ? [] : map.split(',');
  return count === undefined || BigInt(numbers.length) !== 2n * count
    ? undefined
    : toFragments(numbers);
}

function toFragments(numbers: readonly string[]): readonly SparseFragment[] | undefined {
  const fragments: SparseFragment[] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const offset = parseInt64(numbers[index] ?? '');
    const length = parseInt64(numbers[index + 1] ?? '');
    if (offset === undefined || length === undefined) {
      return undefined;
    }
    fragments.push({ offset, length });
  }
  return fragments;
}

/** Returns whether the fragments are within the file, in order and without overlaps. */
export function isValidMap({ fragments, sizeBytes }: SparseMap): boolean {
  let end = 0n;
  return (
    sizeBytes >= 0n &&
    fragments.every(({ offset, length }) => {
      const isValid = length >= 0n && offset >= end && offset + length <= sizeBytes;
      end = offset + length;
      return isValid;
    })
  );
}

/** Returns the number of bytes in the holes of a valid map. */
export function countHoleBytes({ fragments, sizeBytes }: SparseMap): bigint {
  return fragments.reduce((rest, { length }) => rest - length, sizeBytes);
}

/**
 * Progress of reading a map block by block: `false` if more are needed, `undefined` if malformed.
 */
type MapProgress = readonly SparseFragment[] | false | undefined;

/** Collects the map of format 1.0, which precedes the content of the file as lines. */
export class MapInContent {
  #text = '';
  #bytes = 0;
  #lines = 0;
  #linesNeeded = 1;

  takeBlock(block: Uint8Array): MapProgress {
    const text = Buffer.from(block).toString('latin1');
    this.#bytes += block.length;
    if (this.#bytes > MAP_BYTES_MAX) {
      return undefined;
    }
    this.#text += text;
    this.#lines += text.split('\n').length - 1;
    if (this.#lines < this.#linesNeeded) {
      return false;
    }
    const lines = this.#text.split('\n', this.#linesNeeded);
    const count = parseInt64(lines[0] ?? '');
    if (count === undefined || count < 0n || count > BigInt(MAP_BYTES_MAX)) {
      return undefined;
    }
    this.#linesNeeded = 1 + 2 * Number(count);
    return this.#lines < this.#linesNeeded
      ? false
      : toFragments(this.#text.split('\n', this.#linesNeeded).slice(1));
  }
}

const ENTRY_BYTES = 24;

/**
 * Collects the map of an old GNU header, which continues in the following blocks. GNU tar manual,
 * "Basic Tar Format".
 */
export class MapInHeaders {
  readonly #fragments: SparseFragment[] = [];
  #bytes = 0;

  takeBlock(block: Uint8Array): MapProgress {
    const isFirst = this.#bytes === 0;
    const [start, end] = isFirst ? [386, 482] : [0, 504];
    this.#bytes += isFirst ? end + 1 - start : block.length;
    if (this.#bytes >= MAP_BYTES_MAX) {
      return undefined;
    }
    for (let at = start; at < end && block[at] !== 0; at += ENTRY_BYTES) {
      const offset = decodeBigInt(block, at, 12);
      const length = decodeBigInt(block, at + 12, 12);
      if (offset === undefined || length === undefined) {
        return undefined;
      }
      this.#fragments.push({ offset, length });
    }
    return block[end] === 0 ? this.#fragments : false;
  }
}

/** Returns the size of an old GNU sparse file including holes; `undefined` if it is malformed. */
export function readHeaderSparseSize(block: Uint8Array): bigint | undefined {
  return decodeBigInt(block, 483, 12);
}
