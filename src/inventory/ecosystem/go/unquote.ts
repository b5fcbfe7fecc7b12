/** A Go string literal and its end, including the closing quote. */
export interface GoLiteral {
  readonly text: string;
  readonly end: number;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/**
 * Parses the interpreted or raw string literal at the start of a text; `undefined` if there is
 * none. Go specification, "String literals".
 */
export function unquoteGo(text: string): GoLiteral | undefined {
  if (text.startsWith('`')) {
    const end = text.indexOf('`', 1);
    return end < 0 ? undefined : { text: text.slice(1, end).replaceAll('\r', ''), end: end + 1 };
  }
  if (!text.startsWith('"')) {
    return undefined;
  }
  const parts: Buffer[] = [];
  let at = 1;
  while (at < text.length) {
    const stop = nextMark(text, at);
    parts.push(Buffer.from(text.slice(at, stop)));
    if (text[stop] === '"') {
      return { text: Buffer.concat(parts).toString('utf8'), end: stop + 1 };
    }
    const escape = parseEscape(text, stop);
    if (escape === undefined) {
      return undefined;
    }
    parts.push(escape.bytes);
    at = stop + escape.length;
  }
  return undefined;
}

function nextMark(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '"' && text[at] !== '\\') {
    at += 1;
  }
  return at;
}

/** `\x` and octal escapes are bytes, the others characters. */
function parseEscape(
  text: string,
  at: number,
): { readonly bytes: Buffer; readonly length: number } | undefined {
  const kind = text[at + 1] ?? '';
  const simple = SIMPLE_ESCAPES.get(kind);
  if (simple !== undefined) {
    return { bytes: Buffer.from(simple), length: 2 };
  }
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) {
    return { bytes: Buffer.of(Number.parseInt(octal, 8)), length: 4 };
  }
  const count = HEX_DIGITS.get(kind);
  const digits = text.slice(at + 2, at + 2 + (count ?? 0));
  if (count === undefined || digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) {
    return undefined;
  }
  const code = Number.parseInt(digits, 16);
  if (count === 2) {
    return { bytes: Buffer.of(code), length: 4 };
  }
  return code > 0x10ffff
    ? undefined
    : { bytes: Buffer.from(String.fromCodePoint(code)), length: 2 + count };
}
