import {
  findOffsets,
  isCutOff,
  isWordByte,
  type ProgramUse,
  UseCollector,
} from '../program-use.ts';
import { JavascriptLexer } from './javascript-lexer.ts';

export type JavascriptUse = ProgramUse<
  /** `require` of a literal that always runs with the file. */
  | 'require'
  /** `require` of a literal that may run. */
  | 'conditional-require'
  /** A static import or export. */
  | 'import'
  /** `import()` of a literal. */
  | 'dynamic-import'
  /** A literal that is only resolved. */
  | 'resolve'
  /** A path relative to the directory of the file. */
  | 'path'
  /** A URL relative to the file. */
  | 'url'
  /** The literal start of a computed module name. */
  | 'computed'
  /** The directory of the file, for any purpose. */
  | 'directory'
>;

const WORDS = ['require', 'import', 'from', '__dirname'];
const OPEN = 40;
const DOT = 46;

interface Place {
  readonly bytes: Buffer;
  readonly at: number;
  readonly lexer: JavascriptLexer;
  readonly collector: UseCollector<JavascriptUse['kind']>;
}

type Reader = (place: Place) => void;

/** Rules: ECMAScript, 12 "Lexical Grammar" and 16.2 "Modules". */
export function readJavascriptUses(bytes: Buffer, usesMax: number): readonly JavascriptUse[] {
  const collector = new UseCollector<JavascriptUse['kind']>(bytes, usesMax);
  const lexer = new JavascriptLexer(bytes);
  const offsets = findOffsets(bytes, WORDS);
  if (isCutOff(offsets)) {
    collector.add('computed', 0, '?');
  }
  for (const at of offsets) {
    const read = findReader(bytes, at);
    if (read === undefined || at < lexer.at) {
      continue;
    }
    if (lexer.seek(at)) {
      read({ bytes, at, lexer, collector });
    } else if (
      /\bFunction\([^\n]{0,60}$/.test(bytes.toString('latin1', Math.max(0, at - 80), at))
    ) {
      collector.add('computed', at, '?');
    }
  }
  return collector.uses;
}

/** Returns the reader for a word, chosen by the bytes around it. */
function findReader(bytes: Buffer, at: number): Reader | undefined {
  const before = bytes[at - 1];
  const isMember = before === DOT && bytes[at - 2] !== DOT;
  switch (bytes[at]) {
    case 114: {
      const isHelper = before === 95 && bytes[at - 2] === 95 && !isWordByte(bytes[at - 3]);
      const isFree = !isWordByte(before) && !isMember;
      return (isFree || isHelper) && !isWordByte(bytes[at + 7]) ? readRequire : undefined;
    }
    case 105:
      return isWordByte(before) || isMember || isWordByte(bytes[at + 6]) ? undefined : readImport;
    case 102:
      return isWordByte(before) || isMember || !isQuoteNext(bytes, at + 4)
        ? undefined
        : readFromClause;
    default:
      return isWordByte(before) || isWordByte(bytes[at + 9]) ? undefined : readFolder;
  }
}

function isQuoteNext(bytes: Buffer, from: number): boolean {
  const next = bytes[skipBlanks(bytes, from)];
  return next === 34 || next === 39;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) <= 32) {
    at += 1;
  }
  return at;
}

function readRequire({ bytes, at, lexer, collector }: Place): void {
  const after = skipBlanks(bytes, at + 7);
  if (bytes[after] === DOT && bytes.toString('latin1', after + 1, after + 9) === 'resolve(') {
    const argument = readArgument(bytes, after + 8);
    collector.add(argument.isLiteral ? 'resolve' : 'computed', at, argument.text || '?');
    return;
  }
  const isDefinition = /\bfunction\s*$/.test(bytes.toString('latin1', Math.max(0, at - 12), at));
  if (bytes[after] !== OPEN || isDefinition) {
    return;
  }
  const argument = readArgument(bytes, after);
  if (argument.isLiteral) {
    collector.add(lexer.depth === 0 ? 'require' : 'conditional-require', at, argument.text);
  } else if (!argument.isFolder) {
    collector.add('computed', at, argument.text || '?');
  }
}

function readImport({ bytes, at, collector }: Place): void {
  const after = skipBlanks(bytes, at + 6);
  const next = bytes[after];
  if (next === OPEN) {
    const argument = readArgument(bytes, after);
    if (!argument.isFolder) {
      collector.add(argument.isLiteral ? 'dynamic-import' : 'computed', at, argument.text || '?');
    }
  } else if (next === 34 || next === 39) {
    collector.add('import', at, readLiteral(bytes, after)?.text ?? '');
  } else if (next === DOT) {
    readMeta({ bytes, at, collector });
  }
}

/** `new URL('x', import.meta.url)`, `import.meta.resolve('x')`, `import.meta.dirname`. */
function readMeta({ bytes, at, collector }: Omit<Place, 'lexer'>): void {
  const member = bytes.toString('latin1', at, at + 40);
  const resolved = /^import\.meta\.resolve(?=\()/.exec(member);
  if (resolved !== null) {
    const argument = readArgument(bytes, at + resolved[0].length);
    collector.add(argument.isLiteral ? 'resolve' : 'computed', at, argument.text || '?');
    return;
  }
  const head = bytes.toString('utf8', Math.max(0, at - 200), at);
  const url = /\bURL\(\s*(["'`])([^"'`\n]{1,150})\1,\s*$/.exec(head);
  if (url !== null) {
    collector.add('url', at, url[2] ?? '');
  } else if (member.startsWith('import.meta.dirname')) {
    collector.add(...readFolderUse(bytes, at + 19, at));
  } else if (/^import\.meta\.(?:url|filename)/.test(member)) {
    collector.add('directory', at, '.');
  }
}

function readFromClause({ bytes, at, collector }: Place): void {
  const literal = readLiteral(bytes, skipBlanks(bytes, at + 4));
  collector.add('import', at, literal?.text ?? '');
}

function readFolder({ bytes, at, collector }: Place): void {
  collector.add(...readFolderUse(bytes, at + 9, at));
}

type FolderUse = [kind: 'directory' | 'path', at: number, text: string];

/** Reads the literal path after the directory of the file, or the directory alone. */
function readFolderUse(bytes: Buffer, from: number, at: number): FolderUse {
  const joined: string[] = [];
  for (let next = skipBlanks(bytes, from); bytes[next] === 44 || bytes[next] === 43; ) {
    const literal = readLiteral(bytes, skipBlanks(bytes, next + 1));
    if (literal === undefined) {
      return ['directory', at, joined.join('/') || '.'];
    }
    joined.push(literal.text);
    next = skipBlanks(bytes, literal.end);
  }
  if (joined.length === 0 && bytes[from] === 125) {
    const [text = ''] = bytes.toString('utf8', from + 1, from + 200).split(/[`$\n]/, 1);
    return text === '' ? ['directory', at, '.'] : ['path', at, text];
  }
  return joined.length === 0 ? ['directory', at, '.'] : ['path', at, joined.join('/')];
}

interface Argument {
  /** The literal part. */
  readonly text: string;
  readonly isLiteral: boolean;
  /** Whether it starts with the directory of the file, which is a use of its own. */
  readonly isFolder: boolean;
}

/** Reads the first argument of a call with the parenthesis at the offset. */
function readArgument(bytes: Buffer, open: number): Argument {
  let start = skipBlanks(bytes, open + 1);
  while (bytes[start] === 47 && bytes[start + 1] === 42) {
    const end = bytes.indexOf('*/', start + 2, 'latin1');
    start = end === -1 ? bytes.length : skipBlanks(bytes, end + 2);
  }
  const literal = readLiteral(bytes, start);
  if (literal === undefined) {
    const head = bytes.toString('latin1', start, start + 40);
    return { text: '', isLiteral: false, isFolder: /^(?:[\w.]+\(\s*)?__dirname\b/.test(head) };
  }
  const next = bytes[skipBlanks(bytes, literal.end)];
  const isLiteral = literal.isLiteral && (next === 41 || next === 44);
  return { text: literal.text, isLiteral, isFolder: false };
}

const TEXT_BYTES_MAX = 1_024;

interface Literal {
  readonly text: string;
  readonly end: number;
  /** False for a template with values; the text then ends before the first value. */
  readonly isLiteral: boolean;
}

function readLiteral(bytes: Buffer, at: number): Literal | undefined {
  const quote = bytes[at];
  if (quote !== 34 && quote !== 39 && quote !== 96) {
    return undefined;
  }
  const end = bytes.indexOf(quote, at + 1);
  if (end === -1 || end - at > TEXT_BYTES_MAX) {
    return undefined;
  }
  const text = bytes.toString('utf8', at + 1, end);
  const value = quote === 96 ? text.indexOf('${') : -1;
  return value === -1
    ? { text, end: end + 1, isLiteral: true }
    : { text: text.slice(0, value), end: end + 1, isLiteral: false };
}
