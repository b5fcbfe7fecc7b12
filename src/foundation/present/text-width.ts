/** First and last code points of wide characters. Unicode Standard Annex 11, coarsened outwards. */
const WIDE_RANGES = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
] as const;

const FIRST_WIDE = 0x1100;

function countColumns(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  const isWide =
    code >= FIRST_WIDE && WIDE_RANGES.some(([first, last]) => code >= first && code <= last);
  return isWide ? 2 : 1;
}

/** Returns the maximum number of columns of an escaped text. */
export function measureWidth(text: string): number {
  let columns = 0;
  for (const character of text) {
    columns += countColumns(character);
  }
  return columns;
}

/** Cuts an escaped text to the given number of columns, with `…` at a cut. */
export function cutText(text: string, columns: number): string {
  if (columns < 1) {
    return '';
  }
  if (measureWidth(text) <= columns) {
    return text;
  }
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += countColumns(character);
    if (width > columns - 1) {
      break;
    }
    kept += character;
  }
  return `${kept}…`;
}
