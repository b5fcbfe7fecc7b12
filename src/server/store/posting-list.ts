import { SEGMENT_IMAGES } from './counts.ts';
import { decodeNumbers, encodeNumbers } from './number-list.ts';

/*
 * The sorted places of images in a segment, as bytes: a list of numbers, or a bitmap if that is
 * shorter. A list may contain a place several times, a bitmap cannot.
 */

/** Two bytes that no list of numbers begins with: zero would be written as one byte. */
const MARK = [0x80, 0] as const;
const BYTE_BITS = 8;
const BITMAP_BYTES = MARK.length + SEGMENT_IMAGES / BYTE_BITS;

/** Writes places, each below {@link SEGMENT_IMAGES}. */
export function encodePlaces(sorted: readonly number[]): Uint8Array {
  // Each place takes at least one byte.
  const isLong = sorted.length > BITMAP_BYTES;
  return isLong && isDistinct(sorted) ? encodeBitmap(sorted) : encodeNumbers(sorted);
}

/** Reads the result of {@link encodePlaces}. */
export function decodePlaces(bytes: Uint8Array): readonly number[] {
  return bytes[0] === MARK[0] && bytes[1] === MARK[1] ? decodeBitmap(bytes) : decodeNumbers(bytes);
}

/** Counts the different places in the result of {@link encodePlaces}. */
export function countPlaces(bytes: Uint8Array): number {
  let count = 0;
  let last = -1;
  for (const place of decodePlaces(bytes)) {
    count += place === last ? 0 : 1;
    last = place;
  }
  return count;
}

function isDistinct(sorted: readonly number[]): boolean {
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at] === sorted[at - 1]) {
      return false;
    }
  }
  return true;
}

function encodeBitmap(places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(BITMAP_BYTES);
  bytes.set(MARK);
  for (const place of places) {
    const at = MARK.length + (place >>> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (place & 7));
  }
  return bytes;
}

function decodeBitmap(bytes: Uint8Array): readonly number[] {
  const places: number[] = [];
  for (let at = MARK.length; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const first = (at - MARK.length) * BYTE_BITS;
    for (let bit = 0; byte >>> bit > 0; bit += 1) {
      if (((byte >>> bit) & 1) === 1) {
        places.push(first + bit);
      }
    }
  }
  return places;
}
