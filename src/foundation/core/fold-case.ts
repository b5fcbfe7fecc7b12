const UPPER_CASE = /[A-Z]+/g;
const NOT_ASCII = /[^\0-\x7f]/;

/** Lower-cases only ASCII letters, independent of the Unicode version. */
export function foldCase(text: string): string {
  return NOT_ASCII.test(text)
    ? text.replace(UPPER_CASE, (letters) => letters.toLowerCase())
    : text.toLowerCase();
}
