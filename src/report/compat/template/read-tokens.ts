import { createTemplateError } from './template-error.ts';

/** A piece of a template: text between actions, or the tokens of one action. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly line: number };

export interface Token {
  readonly kind: 'string' | 'number' | 'word' | 'field' | 'variable' | 'symbol';
  /** The value of a string; otherwise the source text. */
  readonly text: string;
  /** White space precedes it, so that `.a .b` are two operands. */
  readonly isSpaced: boolean;
}

const OPEN = '{{';
const CLOSE = '}}';
/** White space that Go's templates trim. */
const SPACE = /[ \t\r\n]/;

/** Splits a template into pieces. Go, package text/template, "Text and spaces", "Actions". */
export function readPieces(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let isTrimmed = false;
  while (at < template.length) {
    const open = template.indexOf(OPEN, at);
    const end = open < 0 ? template.length : open;
    const trimsBefore = template[open + 2] === '-' && SPACE.test(template[open + 3] ?? '');
    let text = template.slice(at, end);
    text = isTrimmed ? trimStartSpace(text) : text;
    text = open >= 0 && trimsBefore ? trimEndSpace(text) : text;
    if (text !== '') {
      pieces.push({ kind: 'text', text });
    }
    if (open < 0) {
      break;
    }
    const line = computeLine(template, open);
    const action = readAction(template, open + (trimsBefore ? 3 : 2), line);
    if (action.tokens.length > 0) {
      pieces.push({ kind: 'action', tokens: action.tokens, line });
    }
    ({ end: at, isTrimmed } = action);
  }
  return pieces;
}

function trimStartSpace(text: string): string {
  let at = 0;
  while (at < text.length && SPACE.test(text.charAt(at))) {
    at += 1;
  }
  return text.slice(at);
}

function trimEndSpace(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end);
}

function computeLine(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

interface Action {
  readonly tokens: readonly Token[];
  /** Offset at which the text continues, and whether it is trimmed there. */
  readonly end: number;
  readonly isTrimmed: boolean;
}

function readAction(template: string, start: number, line: number): Action {
  const tokens: Token[] = [];
  let at = start;
  let isSpaced = false;
  for (;;) {
    const rest = template.slice(at, at + 3);
    if (rest.startsWith(CLOSE)) {
      return { tokens, end: at + CLOSE.length, isTrimmed: false };
    }
    if (rest === `-${CLOSE}` && isSpaced) {
      return { tokens, end: at + CLOSE.length + 1, isTrimmed: true };
    }
    if (at >= template.length) {
      throw createTemplateError('the action is not closed by "}}"', line);
    }
    if (SPACE.test(template.charAt(at))) {
      at += 1;
      isSpaced = true;
    } else if (rest.startsWith('/*')) {
      at = endOfComment(template, at, line);
    } else {
      const token = readToken(template, at, line);
      tokens.push({ kind: token.kind, text: token.text, isSpaced });
      at = token.end;
      isSpaced = false;
    }
  }
}

function endOfComment(template: string, at: number, line: number): number {
  const end = template.indexOf('*/', at + 2);
  if (end < 0) {
    throw createTemplateError('the comment is not closed by "*/"', line);
  }
  return end + 2;
}

interface ReadToken {
  readonly kind: Token['kind'];
  readonly text: string;
  readonly end: number;
}

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['number', /[+-]?(?:0[xX][0-9a-fA-F]{1,13}|\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?)/y],
  ['variable', /\$[\p{L}\p{N}_]{0,200}/uy],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]{0,200}/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]{0,200}/uy],
  ['symbol', /:=|[|(),.=]/y],
];

function readToken(template: string, at: number, line: number): ReadToken {
  const quote = template.charAt(at);
  if (quote === '"' || quote === '`' || quote === "'") {
    return readString(template, at, line);
  }
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(template)?.[0];
    if (text !== undefined) {
      return { kind, text, end: at + text.length };
    }
  }
  throw createTemplateError(`unexpected ${JSON.stringify(quote)}`, line);
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    '"': '"',
    "'": "'",
    a: '\u0007',
    b: '\b',
    f: '\f',
    v: '\v',
  }),
);
const HEX_DIGITS: ReadonlyMap<string, number> = new Map(Object.entries({ x: 2, u: 4, U: 8 }));

/** Reads a string in double quotes or back quotes; a character in single quotes is its number. */
function readString(template: string, start: number, line: number): ReadToken {
  const quote = template.charAt(start);
  let text = '';
  let at = start + 1;
  while (at < template.length && template.charAt(at) !== quote) {
    const character = template.charAt(at);
    if (character === '\n' && quote !== '`') {
      break;
    }
    if (character === '\\' && quote !== '`') {
      const escape = readEscape(template, at + 1, line);
      text += escape.text;
      at = escape.end;
    } else {
      text += character;
      at += 1;
    }
  }
  if (template.charAt(at) !== quote) {
    throw createTemplateError('the string is not closed', line);
  }
  return quote === "'"
    ? { kind: 'number', text: String(text.codePointAt(0) ?? 0), end: at + 1 }
    : { kind: 'string', text, end: at + 1 };
}

function readEscape(
  template: string,
  at: number,
  line: number,
): { readonly text: string; readonly end: number } {
  const letter = template.charAt(at);
  const digits = HEX_DIGITS.get(letter);
  if (digits === undefined) {
    const text = ESCAPES.get(letter);
    if (text === undefined) {
      throw createTemplateError(`invalid escape "\\${letter}"`, line);
    }
    return { text, end: at + 1 };
  }
  const hex = template.slice(at + 1, at + 1 + digits);
  const code = /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : -1;
  if (hex.length !== digits || code < 0 || code > 0x10_ff_ff) {
    throw createTemplateError(`invalid character "\\${letter}${hex}"`, line);
  }
  return { text: String.fromCodePoint(code), end: at + 1 + digits };
}
