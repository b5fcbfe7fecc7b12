export interface Line {
  /** Without its line end, LF or CR LF. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

export interface PlacedLine extends Line {
  /** Offset of its first character in the whole text. */
  readonly start: number;
}

/** Yields the lines of a text one at a time, so that a large text is not held twice. */
export function* splitLines(text: string): Generator<PlacedLine> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const isCarriageReturn = end > start && text.charCodeAt(end - 1) === 0x0d;
    number++;
    yield { text: text.slice(start, isCarriageReturn ? end - 1 : end), number, start };
    start = end + 1;
  }
}
