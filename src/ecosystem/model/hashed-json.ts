/**
 * JSON as the encoder of Go writes it. The digest of a model's header is taken over such a text, so
 * that every tool gives the same model the same digest; it is the one that Syft takes.
 */

/** A text with what browsers could take for markup escaped, and line separators. */
export function hashedText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029\u007f]/g, (character) =>
    character === '\u007f'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A number with as few digits as tell it from its neighbours; `isSingle`: those of 32 bits. */
export function hashedNumber(value: number, isSingle: boolean): string {
  const shortest = isSingle ? shortestSingle(value) : value;
  const magnitude = Math.abs(value);
  const isPlain = magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  const text = Object.is(shortest, -0) ? '-0' : String(shortest);
  // Both languages leave the exponent out within the same bounds, and write it alike.
  return isPlain || text.includes('e') ? text : shortest.toExponential();
}

/** The shortest decimal number that reads as the same number of 32 bits. */
export function shortestSingle(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) {
      return candidate;
    }
  }
  return value;
}
