import { createDamageError } from '../disk/disk-error.ts';

/** A section of LVM's configuration language, lvm.conf(5). */
export type LvmSection = ReadonlyMap<string, LvmValue>;
export type LvmValue = string | number | readonly (string | number)[] | LvmSection;

const TOKEN = /#[^\n]*|"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_.+-]+)|([{}[\]=,])|\s+/y;
const DEPTH_MAX = 8;

interface Token {
  readonly kind: 'mark' | 'string' | 'word';
  readonly text: string;
}

/**
 * Reads the description of a volume group.
 *
 * @throws UserError if it is malformed
 */
export function parseLvmText(text: string): LvmSection {
  const tokens = listTokens(text);
  const { section, next } = readSection(tokens, 0, 0);
  if (next !== tokens.length) throw createTextError();
  return section;
}

function listTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw createTextError();
    const [, string, word, mark] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: unescape(string) });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gu, '$1');
}

interface ReadSection {
  readonly section: LvmSection;
  /** Index of the token after it. */
  readonly next: number;
}

function readSection(tokens: readonly Token[], start: number, depth: number): ReadSection {
  if (depth > DEPTH_MAX) throw createTextError();
  const section = new Map<string, LvmValue>();
  let at = start;
  for (let name = tokens[at]; name?.kind === 'word'; name = tokens[at]) {
    if (section.has(name.text)) throw createTextError();
    if (isMark(tokens[at + 1], '{')) {
      const inner = readSection(tokens, at + 2, depth + 1);
      if (!isMark(tokens[inner.next], '}')) throw createTextError();
      section.set(name.text, inner.section);
      at = inner.next + 1;
    } else if (isMark(tokens[at + 1], '=')) {
      const { value, next } = readLvmValue(tokens, at + 2);
      section.set(name.text, value);
      at = next;
    } else {
      throw createTextError();
    }
  }
  return { section, next: at };
}

interface ReadValue {
  readonly value: LvmValue;
  readonly next: number;
}

function readLvmValue(tokens: readonly Token[], at: number): ReadValue {
  if (!isMark(tokens[at], '[')) return { value: readScalar(tokens[at]), next: at + 1 };
  const values: (string | number)[] = [];
  let next = at + 1;
  while (!isMark(tokens[next], ']')) {
    if (values.length > 0) {
      if (!isMark(tokens[next], ',')) throw createTextError();
      next++;
    }
    values.push(readScalar(tokens[next]));
    next++;
  }
  return { value: values, next: next + 1 };
}

function readScalar(token: Token | undefined): string | number {
  if (token === undefined || token.kind === 'mark') throw createTextError();
  if (token.kind === 'string') return token.text;
  const number = Number(token.text);
  if (!Number.isFinite(number)) throw createTextError();
  return number;
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function createTextError(): Error {
  return createDamageError('the description of the volume group is malformed');
}
