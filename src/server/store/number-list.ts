/*
 * A sorted list of numbers as bytes: the difference of each number to the one before, 7 bits in a
 * byte. A number may repeat.
 */

const BITS = 7;
const MORE = 0x80;

/** Bytes of the largest difference: 53 bits. */
const BYTES_MAX = 8;

export function encodeNumbers(sorted: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(sorted.length * BYTES_MAX);
  let length = 0;
  let last = 0;
  for (const number of sorted) {
    let rest = number - last;
    last = number;
    while (rest >= MORE) {
      bytes[length] = (rest % MORE) | MORE;
      length += 1;
      rest = Math.floor(rest / MORE);
    }
    bytes[length] = rest;
    length += 1;
  }
  return bytes.slice(0, length);
}

export function decodeNumbers(bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  let last = 0;
  let rest = 0;
  let scale = 1;
  for (const byte of bytes) {
    rest += (byte % MORE) * scale;
    if (byte >= MORE) {
      scale *= 2 ** BITS;
      continue;
    }
    last += rest;
    numbers.push(last);
    rest = 0;
    scale = 1;
  }
  return numbers;
}

/** Returns the numbers of a list that are wanted, without reading those after the last one. */
export function selectNumbers(
  bytes: Uint8Array,
  wanted: { readonly numbers: ReadonlySet<number>; readonly last: number },
): readonly number[] {
  const found: number[] = [];
  let number = 0;
  let scale = 1;
  for (const byte of bytes) {
    number += (byte % MORE) * scale;
    if (byte >= MORE) {
      scale *= 2 ** BITS;
      continue;
    }
    scale = 1;
    if (number > wanted.last) {
      break;
    }
    if (wanted.numbers.has(number)) {
      found.push(number);
    }
  }
  return found;
}
