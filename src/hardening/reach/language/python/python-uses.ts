import {
  findLineStart,
  findOffsets,
  isCutOff,
  isWordByte,
  markTable,
  type ProgramUse,
  UseCollector,
} from '../program-use.ts';

/**
 * The text of an import is `module` or `module:name,name`, with leading dots if it is relative.
 */
export type PythonUse = ProgramUse<
  /** An import that always runs with the module. */
  | 'import'
  /** An import that may run. */
  | 'conditional-import'
  /** An import that runs if the file is the main program. */
  | 'main-import'
  /** The literal argument of `import_module` or `__import__`. */
  | 'import-call'
  /** The literal start of a computed argument of these. */
  | 'computed'
  /** A group of entry points, `group:name` for one of them, `*` for any. */
  | 'entry-points'
  /** A string that looks like a dotted name. */
  | 'dotted-string'
>;

export interface PythonOptions {
  readonly usesMax: number;
  /**
   * Strings that look like dotted names count if they start with it: empty for the settings of an
   * application, the name of the package and a dot for an installed one. Absent if none counts.
   */
  readonly nameStart?: string;
}

const WORDS = ['import', 'entry_point'];
const QUOTE = 34;
const APOSTROPHE = 39;
const BACKSLASH = 92;
const NEWLINE = 10;
const HASH = 35;
const LETTER_E = 101;
const CLAUSE_BYTES_MAX = 65_536;
const LOOK_BACK_BYTES_MAX = 4_096;

/** The Python Language Reference, 2 "Lexical analysis" and 7.11 "The import statement". */
export function readPythonUses(bytes: Buffer, options: PythonOptions): readonly PythonUse[] {
  const collector = new UseCollector<PythonUse['kind']>(bytes, options.usesMax);
  const onText = nameFinder(bytes, options.nameStart, collector);
  const lexer = new PythonLexer(bytes, onText);
  const offsets = findOffsets(bytes, WORDS);
  if (isCutOff(offsets)) {
    collector.add('computed', 0, '?');
  }
  for (const at of offsets) {
    const read = findReader(bytes, at);
    if (read !== undefined && at >= lexer.at && lexer.seek(at)) {
      read({ bytes, at, lexer, collector });
    }
  }
  if (onText !== undefined) {
    lexer.seek(bytes.length);
  }
  return collector.uses;
}

interface Place {
  readonly bytes: Buffer;
  readonly at: number;
  readonly lexer: PythonLexer;
  readonly collector: UseCollector<PythonUse['kind']>;
}

/**
 * Returns the reader for a word, chosen by the text around it. The word may still be outside of
 * code.
 */
function findReader(bytes: Buffer, at: number): ((place: Place) => void) | undefined {
  const [before, isE] = [bytes[at - 1], bytes[at] === LETTER_E];
  if (isE) {
    const start = bytes.toString('latin1', Math.max(0, at - 5), at);
    if (start === 'load_') {
      return readEntryPoint;
    }
    const isWhole = !isWordByte(before) || start === 'iter_';
    return isWhole && bytes[at + 11] === 115 && !isWordByte(bytes[at + 12]) ? readGroup : undefined;
  }
  const after = bytes[at + 6];
  if (after === 95 && (bytes[at + 7] === 109 || bytes[at + 7] === 95)) {
    return readCall;
  }
  const isWord = !isWordByte(before) && before !== 46 && !isWordByte(after);
  return isWord ? readStatement : undefined;
}

/** Returns the start of the line, including lines that end in a backslash before it. */
function findStatementStart(bytes: Buffer, at: number): number {
  let start = findLineStart(bytes, at, LOOK_BACK_BYTES_MAX) ?? 0;
  for (let lines = 0; lines < 4; lines += 1) {
    const last = bytes[start - 2] === 13 ? start - 3 : start - 2;
    if (bytes[last] !== BACKSLASH) {
      break;
    }
    start = findLineStart(bytes, start - 1, LOOK_BACK_BYTES_MAX) ?? 0;
  }
  return start;
}

function readStatement({ bytes, at, lexer, collector }: Place): void {
  const start = findStatementStart(bytes, at);
  if (at - start > LOOK_BACK_BYTES_MAX) {
    return;
  }
  const line = bytes.toString('latin1', start, at).replace(/\\\r?\n/g, ' ');
  const cut = Math.max(line.lastIndexOf(';'), line.lastIndexOf(':')) + 1;
  const head = line.slice(cut).trim();
  const from = /^from\s*(\.*\s*[\w.\x80-\xff]*)$/.exec(head);
  if (head !== '' && from === null) {
    return;
  }
  const indent = line.length - line.trimStart().length;
  const isInBlock = indent > 0 || line.includes(':');
  const block = indent > 0 ? findEnclosingBlock(bytes, start, indent) : undefined;
  if (block === 'typing') {
    return;
  }
  const kind = block === 'main' ? 'main-import' : isInBlock ? 'conditional-import' : 'import';
  const clause = lexer.readClause(at + 6);
  const texts =
    from === null
      ? listNames(clause).filter((name) => MODULE.test(name))
      : [`${(from[1] ?? '').replace(/\s/g, '')}:${listNames(clause).join(',')}`];
  for (const text of texts) {
    collector.add(kind, at, Buffer.from(text, 'latin1').toString('utf8'));
  }
}

/** Returns whether the block runs only for type checkers or only as a program. */
function findEnclosingBlock(
  bytes: Buffer,
  start: number,
  indent: number,
): 'typing' | 'main' | undefined {
  const first = Math.max(0, start - LOOK_BACK_BYTES_MAX);
  let end = start - 1;
  while (end > first) {
    const begin = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    let at = begin;
    while (bytes[at] === 32 || bytes[at] === 9) {
      at += 1;
    }
    if (at < end && at - begin < indent) {
      const line = bytes.toString('latin1', at, Math.min(end, at + 100));
      if (/^if (?:[a-z_]{1,20}\.)?TYPE_CHECKING\s*:/.test(line)) {
        return 'typing';
      }
      return /^if __name__\s*==/.test(line) ? 'main' : undefined;
    }
    end = begin - 1;
  }
  return undefined;
}

const MODULE = /^[\w.\x80-\xff]+$/;

/** Returns the imported names without their aliases. */
function listNames(clause: string): readonly string[] {
  return clause
    .replace(/[()]/g, ' ')
    .split(',')
    .map((part) => part.trim().split(/\s+/, 1)[0] ?? '')
    .filter((name) => name !== '');
}

/** `import_module(…)` and `__import__(…)`, also as attributes. */
function readCall({ bytes, at, lexer, collector }: Place): void {
  const word = bytes.toString('latin1', at, at + 13);
  const before = bytes.toString('latin1', Math.max(0, at - 12), at);
  const isDunder = word.startsWith('import__') && before.endsWith('__');
  const length = word === 'import_module' ? 13 : isDunder ? 8 : 0;
  const isDefinition = /\bdef\s*_{0,2}$/.test(before);
  const open = lexer.skipBlanks(at + length);
  if (length === 0 || bytes[open] !== 40 || isDefinition) {
    return;
  }
  const { text, end } = lexer.readLiteral(lexer.skipBlanks(open + 1));
  const next = bytes[end === undefined ? 0 : lexer.skipBlanks(end)];
  if (text !== undefined && (next === 41 || next === 44)) {
    collector.add('import-call', at, text);
  } else {
    collector.add('computed', at, text ?? '?');
  }
}

/** `entry_points(…)`, `iter_entry_points(…)`: the first string in the call is the group. */
function readGroup({ bytes, at, lexer, collector }: Place): void {
  const open = lexer.skipBlanks(at + 12);
  if (bytes[open] !== 40) {
    return;
  }
  let start = lexer.skipBlanks(open + 1);
  if (bytes.toString('latin1', start, start + 5) === 'group') {
    start = lexer.skipBlanks(lexer.skipBlanks(start + 5) + 1);
  }
  const { text } = lexer.readLiteral(start);
  if (text !== undefined) {
    collector.add('entry-points', at, text);
    return;
  }
  const after = bytes.toString('latin1', open, open + 120);
  const selection = /^\(\)\s*(?:\.get\(|\.select\(\s*group\s*=|\[)\s*["']([\w.-]+)["']/.exec(after);
  collector.add('entry-points', at, selection?.[1] ?? '*');
}

/** `load_entry_point('Name==1.0', 'console_scripts', 'program')`. */
function readEntryPoint({ bytes, at, collector }: Place): void {
  const call = bytes.toString('latin1', at + 11, at + 400);
  const texts = /^\(\s*(["'])[^"'\n]*\1\s*,\s*(["'])([\w.-]+)\2\s*,\s*(["'])([\w.-]+)\4/.exec(call);
  if (texts !== null) {
    collector.add('entry-points', at, `${texts[3] ?? ''}:${texts[5] ?? ''}`);
  }
}

const DOTTED = /^[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,8}(?::\w{1,60})?$/;
const NAME_BYTES_MAX = 200;

function nameFinder(
  bytes: Buffer,
  nameStart: string | undefined,
  collector: UseCollector<PythonUse['kind']>,
): TextListener | undefined {
  const isWritten = (quote: string): boolean => bytes.includes(`${quote}${nameStart}`);
  if (nameStart === undefined || (nameStart !== '' && !isWritten('"') && !isWritten("'"))) {
    return undefined;
  }
  return (start, end) => {
    if (end - start <= NAME_BYTES_MAX && end - start > 2) {
      const text = bytes.toString('latin1', start, end);
      if (text.startsWith(nameStart) && DOTTED.test(text)) {
        collector.add('dotted-string', start, text);
      }
    }
  };
}

/** Receives the range of each string without its quotes. */
type TextListener = (start: number, end: number) => void;

const MARKS = markTable('"\'#');

/** Scans a file and separates code from strings and comments. One pass. */
class PythonLexer {
  readonly #bytes: Buffer;
  readonly #onText: TextListener | undefined;
  at = 0;

  constructor(bytes: Buffer, onText: TextListener | undefined) {
    this.#bytes = bytes;
    this.#onText = onText;
  }

  /**
   * Advances to an offset. Returns false if it is in a string or a comment; the position is then
   * after it.
   */
  seek(target: number): boolean {
    const bytes = this.#bytes;
    let at = this.at;
    while (at < target) {
      const byte = bytes[at] as number;
      if (MARKS[byte] === 0) {
        at += 1;
      } else {
        at = byte === HASH ? this.#endOfLine(at) : this.#endOfText(byte, at);
      }
    }
    this.at = at;
    return at === target;
  }

  #endOfLine(at: number): number {
    const end = this.#bytes.indexOf(NEWLINE, at);
    return end === -1 ? this.#bytes.length : end;
  }

  #endOfText(quote: number, at: number): number {
    const bytes = this.#bytes;
    const isLong = bytes[at + 1] === quote && bytes[at + 2] === quote;
    return isLong ? this.#endOfLongText(quote, at) : this.#endOfShortText(quote, at);
  }

  #endOfShortText(quote: number, start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) {
        this.#onText?.(start + 1, at);
        return at + 1;
      }
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === NEWLINE) {
        return at;
      }
    }
    return bytes.length;
  }

  #endOfLongText(quote: number, start: number): number {
    const bytes = this.#bytes;
    const mark = String.fromCharCode(quote).repeat(3);
    for (let end = bytes.indexOf(mark, start + 3, 'latin1'); end !== -1; ) {
      let slashes = 0;
      while (bytes[end - 1 - slashes] === BACKSLASH && end - 1 - slashes >= start + 3) {
        slashes += 1;
      }
      if (slashes % 2 === 0) {
        return end + 3;
      }
      end = bytes.indexOf(mark, end + 1, 'latin1');
    }
    return bytes.length;
  }

  /** Returns the rest of the statement as one line without comments. */
  readClause(from: number): string {
    // Its contents belong to this statement.
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, from + CLAUSE_BYTES_MAX);
    let text = '';
    let depth = 0;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      this.at = Math.max(this.at, at);
      if (byte === HASH) {
        at = this.#endOfLine(at) - 1;
      } else if (byte === 59 || (byte === NEWLINE && depth === 0)) {
        break;
      } else if (byte === BACKSLASH) {
        at += bytes[at + 1] === 13 ? 2 : 1;
        text += ' ';
      } else {
        depth += byte === 40 ? 1 : byte === 41 ? -1 : 0;
        text += byte === NEWLINE ? ' ' : String.fromCharCode(byte);
      }
    }
    return text;
  }

  skipBlanks(from: number): number {
    let at = from;
    while (at < this.#bytes.length && (this.#bytes[at] as number) <= 32) {
      at += 1;
    }
    return at;
  }

  /** Reads the plain string at an offset; formatted strings up to their first value. */
  readLiteral(from: number): { readonly text?: string; readonly end?: number } {
    const bytes = this.#bytes;
    const prefix = /^[fFrRbBuU]{0,2}/.exec(bytes.toString('latin1', from, from + 2))?.[0] ?? '';
    const start = from + prefix.length;
    const quote = bytes[start];
    if (quote !== QUOTE && quote !== APOSTROPHE) {
      return {};
    }
    const close = bytes.indexOf(quote, start + 1);
    if (close === -1 || close - start > NAME_BYTES_MAX) {
      return {};
    }
    const text = bytes.toString('utf8', start + 1, close);
    const brace = /f/i.test(prefix) ? text.indexOf('{') : -1;
    return brace === -1 ? { text, end: close + 1 } : { text: text.slice(0, brace) || '?', end: 0 };
  }
}
