/**
 * JSON as Go's encoder writes it. The digest of a model's header is computed from this text, so
 * that it is equal to the digest that Syft and other tools compute.
 */

/** Formats a string with line separators and HTML characters escaped. */
export function encodeHashedText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029\u007f]/g, (character) =>
    character === '\u007f'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Formats a number with as few digits as identify it; `isSingle`: as a 32-bit number. */
export function encodeHashedNumber(value: number, isSingle: boolean): string {
  const shortest = isSingle ? findShortestSingle(value) : value;
  const magnitude = Math.abs(value);
  const isPlain = magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  const text = Object.is(shortest, -0) ? '-0' : String(shortest);
  // Both languages omit the exponent within the same limits, and write it the same way.
  return isPlain || text.includes('e') ? text : shortest.toExponential();
}

/** Returns the shortest decimal number that is read as the same 32-bit number. */
export function findShortestSingle(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) {
      return candidate;
    }
  }
  return value;
}
