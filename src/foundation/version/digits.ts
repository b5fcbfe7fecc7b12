/** Compares two runs of decimal digits of any length by value. An empty run counts as zero. */
export function compareDigits(left: string, right: string): -1 | 0 | 1 {
  const leftStart = findNonZero(left);
  const rightStart = findNonZero(right);
  const byLength = compareNumbers(left.length - leftStart, right.length - rightStart);
  if (byLength !== 0) {
    return byLength;
  }
  for (let i = 0; leftStart + i < left.length; i += 1) {
    const byDigit = compareNumbers(
      left.charCodeAt(leftStart + i),
      right.charCodeAt(rightStart + i),
    );
    if (byDigit !== 0) {
      return byDigit;
    }
  }
  return 0;
}

/** Compares two lists of runs of digits, number by number; a list sorts after its prefixes. */
export function compareDigitLists(left: readonly string[], right: readonly string[]): -1 | 0 | 1 {
  for (const [at, digits] of left.entries()) {
    const other = right[at];
    const order = other === undefined ? 1 : compareDigits(digits, other);
    if (order !== 0) {
      return order;
    }
  }
  return left.length < right.length ? -1 : 0;
}

/** Like {@link compareDigitLists}, but missing numbers at the end of a list count as zero. */
export function comparePaddedDigitLists(
  left: readonly string[],
  right: readonly string[],
): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const order = compareDigits(left[i] ?? '', right[i] ?? '');
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

export function compareNumbers(left: number, right: number): -1 | 0 | 1 {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

/** Returns whether a UTF-16 code unit is one of `0` to `9`. */
export function isDigitCode(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Returns whether a UTF-16 code unit is an ASCII letter. */
export function isLetterCode(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function findNonZero(digits: string): number {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 0x30) {
    start += 1;
  }
  return start;
}

/** Returns the longest run of code units of one kind at an offset; empty if there is none. */
export function readRun(text: string, from: number, isInRun: (code: number) => boolean): string {
  let end = from;
  while (end < text.length && isInRun(text.charCodeAt(end))) {
    end += 1;
  }
  return text.slice(from, end);
}
