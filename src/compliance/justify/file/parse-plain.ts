import type { EntryMap, EntryNode, EntryValue } from './entry-node.ts';

// A fast reader of the form that this program writes. Files of several thousand lines take the
// YAML library half a second. Everything else in a file is left to that library.

const ENTRY_LINE = /^- (?<name>[a-z][a-z-]*):(?: (?<text>.*))?$/;
const MEMBER_LINE = /^ {2}(?<name>[a-z][a-z-]*):(?: (?<text>.*))?$/;
const ITEM_LINE = /^ {4}- (?<text>\{.*)$/;
/** No line breaks other than those of lines, no tabs, and nothing that YAML does not print. */
const UNUSUAL = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ufdff\ufe10-\ufefe\uff00-\ufffd]/;

interface OpenEntry {
  readonly members: Map<string, EntryValue>;
  readonly line: number;
  /** The member that the next deeper lines belong to. */
  list: EntryMap[] | undefined;
}

/**
 * Returns the entries of a file in the form that this program writes; `undefined` if any line has
 * another form.
 */
export function parsePlainEntries(text: string): readonly EntryNode[] | undefined {
  if (UNUSUAL.test(text)) {
    return undefined;
  }
  const entries: OpenEntry[] = [];
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    if (content.trim() === '' || content.trimStart().startsWith('#')) {
      continue;
    }
    const start = ENTRY_LINE.exec(content);
    if (start !== null) {
      entries.push({ members: new Map(), line, list: undefined });
    }
    const entry = entries.at(-1);
    const isRead =
      entry !== undefined && readLine(entry, start ?? MEMBER_LINE.exec(content), content);
    if (!isRead) {
      return undefined;
    }
  }
  return entries;
}

/** Returns whether the line has the plain form. */
function readLine(entry: OpenEntry, found: RegExpExecArray | null, content: string): boolean {
  const { name, text = '' } = found?.groups ?? {};
  if (name === undefined) {
    const item = ITEM_LINE.exec(content)?.groups?.['text'];
    const map = item === undefined ? undefined : readFlowMap(item);
    if (map === undefined || entry.list === undefined) {
      return false;
    }
    entry.list.push(map);
    return true;
  }
  if (entry.members.has(name)) {
    return false;
  }
  entry.list = name === 'covers' && text.trim() === '' ? [] : undefined;
  const value = entry.list ?? readPlainValue(text);
  if (value !== undefined) {
    entry.members.set(name, value);
  }
  return value !== undefined;
}

function readPlainValue(text: string): EntryValue | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith('{') ? readFlowMap(trimmed) : readScalar(trimmed);
}

const QUOTED = /^"(?:[^"\\]|\\.)*"/;
/** Starts with a letter, a digit, a slash or a bracket; the rest has no indicator of YAML. */
const PLAIN = /^[A-Za-z0-9/(.](?:[^:#]|:(?=[^ ])|(?<! )#)*$/;

/** A comment may follow a value after a space. */
function readScalar(text: string): string | undefined {
  if (text === '') {
    return '';
  }
  const quoted = QUOTED.exec(text)?.[0];
  if (quoted !== undefined) {
    const rest = text.slice(quoted.length);
    return rest === '' || /^ +#/.test(rest) ? parseQuoted(quoted) : undefined;
  }
  const plain = text.replace(/ +#.*$/, '').trimEnd();
  return PLAIN.test(plain) && !plain.endsWith(':') ? plain : undefined;
}

/** Escapes that JSON does not have are left to the YAML library. */
function parseQuoted(quoted: string): string | undefined {
  if (!quoted.includes('\\')) {
    return quoted.slice(1, -1);
  }
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const FLOW_KEY = /(?<key>[a-z][a-z-]*): /y;
const FLOW_VALUE =
  /"(?:[^"\\]|\\.)*"|[A-Za-z0-9/(.](?:[A-Za-z0-9_./+~@%=()<>-]|:(?=[A-Za-z0-9]))*/y;
const FLOW_END = /, |\}(?= *$| +#)/y;

/** Reads `{ name: value, … }` on one line. */
function readFlowMap(text: string): EntryMap | undefined {
  const map = new Map<string, string>();
  let at = 1;
  while (text[at] === ' ') {
    at += 1;
  }
  if (text[at] === '}') {
    return /^\}(?: +#.*)? *$/.test(text.slice(at)) ? map : undefined;
  }
  for (;;) {
    const key = matchSticky(FLOW_KEY, text, at);
    const value = key === undefined ? undefined : matchSticky(FLOW_VALUE, text, at + key.length);
    const name = key?.slice(0, -2);
    if (key === undefined || name === undefined || value === undefined || map.has(name)) {
      return undefined;
    }
    const read = value.startsWith('"') ? parseQuoted(value) : value;
    if (read === undefined) {
      return undefined;
    }
    map.set(name, read);
    at += key.length + value.length;
    while (text[at] === ' ') {
      at += 1;
    }
    const end = matchSticky(FLOW_END, text, at);
    if (end !== ', ') {
      return end === undefined ? undefined : map;
    }
    at += end.length;
  }
}

function matchSticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
