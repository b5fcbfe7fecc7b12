import type { Limits } from '../../core/limits.ts';
import type { ShellAssignment, ShellCommand, ShellScript, ShellWord } from './shell-script.ts';
import { type NestedReader, passArithmetic, type ShellCursor, WordReader } from './word-reader.ts';

type ShellLimits = Pick<Limits, 'shellCommandsMax' | 'shellDepthMax'>;

/**
 * What a script of a POSIX shell does, bash's additions included. POSIX.1-2024, Shell Command
 * Language, 2.10. Where the grammar ends, what was read before stands, and the line is told.
 */
export function parseShell(text: string, limits: ShellLimits, line = 1): ShellScript {
  const parser = new ShellParser({ text, at: 0, line }, limits);
  return parser.parse();
}

/** Words that end a list of commands where they stand as a command. */
const CLOSERS: ReadonlySet<string> = new Set([
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'esac',
  '}',
]);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=/;

interface HereDocument {
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly isIndented: boolean;
}

interface SimpleCommand {
  readonly line: number;
  readonly words: ShellWord[];
  readonly lines: number[];
  readonly assignments: ShellAssignment[];
  readonly inputs: ShellWord[];
}

/** Reads the commands of one text into one list. */
class ShellParser implements NestedReader {
  readonly #cursor: ShellCursor;
  readonly #limits: ShellLimits;
  readonly #words: WordReader;
  readonly #commands: ShellCommand[];
  readonly #functions: Set<string>;
  #waiting: HereDocument[] = [];
  #depth = 0;
  #inside: string | undefined;
  #fedBy: number | undefined;
  #brokenAt: number | undefined;
  #isPrinted = false;

  constructor(cursor: ShellCursor, limits: ShellLimits, outer?: ShellParser) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.#words = new WordReader(cursor, this);
    this.#commands = outer === undefined ? [] : outer.#commands;
    this.#functions = outer === undefined ? new Set() : outer.#functions;
    if (outer !== undefined) {
      this.#depth = outer.#depth;
      this.#inside = outer.#inside;
      this.#isPrinted = true;
    }
  }

  parse(): ShellScript {
    const { text } = this.#cursor;
    while (this.#cursor.at < text.length && this.#brokenAt === undefined) {
      this.#list();
      if (this.#cursor.at < text.length && this.#brokenAt === undefined) {
        this.#break();
      }
    }
    return {
      commands: this.#commands,
      functions: [...this.#functions],
      ...(this.#brokenAt === undefined ? {} : { brokenAt: this.#brokenAt }),
    };
  }

  commandsInParentheses(): void {
    const outer = this.#isPrinted;
    this.#isPrinted = true;
    this.#list();
    this.#isPrinted = outer;
    this.#expect(')');
  }

  commandsOf(source: string): void {
    if (this.enter()) {
      const inner = { text: source, at: 0, line: this.#cursor.line };
      new ShellParser(inner, this.#limits, this).parse();
      this.leave();
    }
  }

  enter(): boolean {
    this.#depth += 1;
    const isDeep = this.#depth > this.#limits.shellDepthMax;
    if (isDeep) {
      this.#break();
    }
    return !isDeep;
  }

  leave(): void {
    this.#depth -= 1;
  }

  #break(): void {
    this.#brokenAt ??= this.#cursor.line;
    this.#cursor.at = this.#cursor.text.length;
  }

  /** Blanks, comments and continued lines. */
  #blanks(): void {
    const cursor = this.#cursor;
    for (;;) {
      const char = cursor.text[cursor.at];
      if (char === ' ' || char === '\t' || char === '\r') {
        cursor.at += 1;
      } else if (char === '\\' && cursor.text[cursor.at + 1] === '\n') {
        cursor.at += 2;
        cursor.line += 1;
      } else if (char === '#') {
        const end = cursor.text.indexOf('\n', cursor.at);
        cursor.at = end < 0 ? cursor.text.length : end;
      } else {
        return;
      }
    }
  }

  #newline(): void {
    const cursor = this.#cursor;
    cursor.at += 1;
    cursor.line += 1;
    for (const document of this.#waiting.splice(0)) {
      this.#hereDocument(document);
    }
  }

  #hereDocument({ delimiter, isQuoted, isIndented }: HereDocument): void {
    const cursor = this.#cursor;
    let start = cursor.at;
    for (;;) {
      const found = cursor.text.indexOf('\n', start);
      const end = found < 0 ? cursor.text.length : found;
      const text = cursor.text.slice(start, end);
      if (
        (isIndented ? text.replace(/^\t+/, '') : text) === delimiter ||
        start >= cursor.text.length
      ) {
        const lines = cursor.text.slice(cursor.at, start).split('\n').length - 1;
        const line = cursor.line;
        if (!isQuoted) {
          this.#words.readHereText(start);
        }
        cursor.at = Math.min(end + 1, cursor.text.length);
        cursor.line = line + lines + 1;
        return;
      }
      start = end + 1;
    }
  }

  /** Newlines, and blanks between them. */
  #newlines(): void {
    this.#blanks();
    while (this.#cursor.text[this.#cursor.at] === '\n') {
      this.#newline();
      this.#blanks();
    }
  }

  /** Commands up to a word or sign that ends the list, which is left. */
  #list(): void {
    const { text } = this.#cursor;
    for (;;) {
      this.#newlines();
      const char = text[this.#cursor.at];
      const isEnd = char === undefined || char === ')' || text.startsWith(';;', this.#cursor.at);
      if (isEnd || this.#brokenAt !== undefined || CLOSERS.has(this.#plainWord())) {
        return;
      }
      if (char === ';' || char === '&' || char === '|') {
        this.#cursor.at += 1;
        continue;
      }
      const before = this.#cursor.at;
      this.#pipeline();
      if (this.#cursor.at === before) {
        return;
      }
    }
  }

  #pipeline(): void {
    const { text } = this.#cursor;
    const outer = this.#fedBy;
    const first = this.#commands.length;
    this.#command();
    for (;;) {
      this.#blanks();
      const isPipe = text[this.#cursor.at] === '|' && text[this.#cursor.at + 1] !== '|';
      if (!isPipe) {
        break;
      }
      this.#cursor.at += text[this.#cursor.at + 1] === '&' ? 2 : 1;
      this.#newlines();
      this.#fedBy = first;
      this.#command();
    }
    this.#fedBy = outer;
  }

  #command(): void {
    if (this.enter()) {
      this.#blanks();
      this.#anyCommand();
      this.leave();
    }
  }

  #anyCommand(): void {
    const { text, at } = this.#cursor;
    if (text[at] === '(') {
      this.#group();
      return;
    }
    const word = this.#plainWord();
    switch (word) {
      case '!':
      case 'time':
      case 'coproc':
        this.#cursor.at += word.length;
        this.#command();
        return;
      case '{':
        this.#cursor.at += 1;
        this.#listAndWord('}');
        break;
      case 'if':
        this.#cursor.at += 2;
        this.#if();
        break;
      case 'while':
      case 'until':
        this.#cursor.at += word.length;
        this.#listAndWord('do');
        this.#listAndWord('done');
        break;
      case 'for':
      case 'select':
        this.#cursor.at += word.length;
        this.#for();
        break;
      case 'case':
        this.#cursor.at += 4;
        this.#case();
        break;
      case 'function':
        this.#cursor.at += 8;
        this.#functionByWord();
        return;
      case '[[':
        this.#cursor.at += 2;
        this.#condition();
        break;
      default:
        this.#simple();
        return;
    }
    this.#redirections([]);
  }

  #group(): void {
    const cursor = this.#cursor;
    if (cursor.text.startsWith('((', cursor.at) && isArithmetic(cursor)) {
      cursor.at += 2;
      passArithmetic(cursor);
      return;
    }
    cursor.at += 1;
    this.#list();
    this.#expect(')');
    this.#redirections([]);
  }

  #expect(sign: string): void {
    if (this.#cursor.text[this.#cursor.at] === sign) {
      this.#cursor.at += 1;
    } else {
      this.#break();
    }
  }

  #listAndWord(word: string): void {
    this.#list();
    if (this.#plainWord() === word) {
      this.#cursor.at += word.length;
    } else {
      this.#break();
    }
  }

  #if(): void {
    this.#listAndWord('then');
    for (;;) {
      this.#list();
      const word = this.#plainWord();
      this.#cursor.at += word.length;
      if (word === 'fi') {
        return;
      }
      if (word === 'elif') {
        this.#listAndWord('then');
      } else if (word !== 'else') {
        this.#break();
        return;
      }
    }
  }

  #for(): void {
    const { text } = this.#cursor;
    const { line } = this.#cursor;
    this.#blanks();
    if (text.startsWith('((', this.#cursor.at)) {
      this.#cursor.at += 2;
      passArithmetic(this.#cursor);
    } else {
      const name = this.#plainWord();
      this.#cursor.at += name.length;
      this.#newlines();
      let values: readonly ShellWord[] = [[{ kind: 'variable', name: '@', isQuoted: true }]];
      if (this.#plainWord() === 'in') {
        this.#cursor.at += 2;
        values = this.#wordsOfLine();
      }
      this.#add({ line, words: [], lines: [], assignments: [], inputs: [] }, { name, values });
    }
    this.#blanks();
    if (text[this.#cursor.at] === ';') {
      this.#cursor.at += 1;
    }
    this.#newlines();
    if (this.#plainWord() === '{') {
      this.#cursor.at += 1;
      this.#listAndWord('}');
    } else {
      this.#listAndWord('do');
      this.#listAndWord('done');
    }
  }

  #wordsOfLine(): ShellWord[] {
    const words: ShellWord[] = [];
    for (;;) {
      this.#blanks();
      const word = this.#words.read();
      if (word === undefined) {
        return words;
      }
      words.push(word);
    }
  }

  #case(): void {
    const { text } = this.#cursor;
    this.#blanks();
    this.#words.read();
    this.#newlines();
    if (this.#plainWord() !== 'in') {
      this.#break();
      return;
    }
    this.#cursor.at += 2;
    for (;;) {
      this.#newlines();
      if (this.#plainWord() === 'esac') {
        this.#cursor.at += 4;
        return;
      }
      if (!this.#casePatterns()) {
        this.#break();
        return;
      }
      this.#list();
      if (text.startsWith(';;', this.#cursor.at)) {
        this.#cursor.at += text[this.#cursor.at + 2] === '&' ? 3 : 2;
      } else if (this.#plainWord() !== 'esac') {
        this.#break();
        return;
      }
    }
  }

  /** `(a|b)` with or without the first parenthesis; false where there are none. */
  #casePatterns(): boolean {
    const { text } = this.#cursor;
    if (text[this.#cursor.at] === '(') {
      this.#cursor.at += 1;
    }
    for (;;) {
      this.#blanks();
      const word = this.#words.read();
      this.#blanks();
      const char = text[this.#cursor.at];
      if (char === ')') {
        this.#cursor.at += 1;
        return true;
      }
      // An extended pattern of bash: `@(a|b)`.
      if (char === '(' && word !== undefined) {
        this.#cursor.at += 1;
        if (!this.#casePatterns()) {
          return false;
        }
        continue;
      }
      if (char !== '|') {
        return false;
      }
      this.#cursor.at += 1;
    }
  }

  /** `[[ … ]]`: its words are no commands, but substitutions in them are. */
  #condition(): void {
    const cursor = this.#cursor;
    while (cursor.at < cursor.text.length) {
      this.#newlines();
      if (cursor.text.startsWith(']]', cursor.at)) {
        cursor.at += 2;
        return;
      }
      if (this.#words.read() === undefined) {
        cursor.at += 1;
      }
    }
    this.#break();
  }

  #functionByWord(): void {
    this.#blanks();
    const name = plainText(this.#words.read() ?? []) ?? '';
    this.#blanks();
    if (this.#cursor.text[this.#cursor.at] === '(') {
      this.#cursor.at += 1;
      this.#blanks();
      this.#expect(')');
    }
    this.#functionBody(name);
  }

  #functionBody(name: string): void {
    this.#functions.add(name);
    const outer = this.#inside;
    this.#inside = name;
    this.#newlines();
    this.#command();
    this.#inside = outer;
  }

  /** The word here where it is unquoted letters only, without passing it; else empty. */
  #plainWord(): string {
    const { text, at } = this.#cursor;
    let end = at;
    while (end < text.length && !' \t\r\n;&|<>()'.includes(text[end] ?? '')) {
      const char = text[end] ?? '';
      if ('\'"\\$`'.includes(char) || end - at > 64) {
        return '';
      }
      end += 1;
    }
    return text.slice(at, end);
  }

  #simple(): void {
    const { text, line } = this.#cursor;
    const command: SimpleCommand = { line, words: [], lines: [], assignments: [], inputs: [] };
    for (;;) {
      this.#blanks();
      if (this.#redirection(command.inputs)) {
        continue;
      }
      const before = this.#cursor.line;
      const word = this.#words.read();
      if (word === undefined) {
        break;
      }
      this.#addWord(word, before, command);
      if (command.words.length === 1 && text[this.#cursor.at] === '(') {
        this.#functionOrBreak(word);
        return;
      }
      this.#blanks();
      if (command.words.length === 1 && text[this.#cursor.at] === '(') {
        this.#functionOrBreak(word);
        return;
      }
    }
    const { words, assignments, inputs } = command;
    if (words.length + assignments.length + inputs.length > 0) {
      this.#add(command);
    }
  }

  #addWord(word: ShellWord, line: number, command: SimpleCommand): void {
    const [first, ...rest] = word;
    const found =
      command.words.length === 0 && first?.kind === 'text' && !first.isQuoted
        ? ASSIGNMENT.exec(first.text)
        : null;
    if (first?.kind !== 'text' || found === null) {
      command.words.push(word);
      command.lines.push(line);
      return;
    }
    const [head, name = ''] = found;
    const text = first.text.slice(head.length);
    const value: ShellWord = text === '' ? rest : [{ ...first, text }, ...rest];
    command.assignments.push({ name, value });
    if (value.length === 0 && this.#cursor.text[this.#cursor.at] === '(') {
      this.#cursor.at += 1;
      this.#arrayOf(name, command);
    }
  }

  /** `name=(a b c)`: each word is a value that the variable may have. */
  #arrayOf(name: string, command: SimpleCommand): void {
    for (;;) {
      this.#newlines();
      const word = this.#words.read();
      if (word === undefined) {
        break;
      }
      command.assignments.push({ name, value: word });
    }
    this.#expect(')');
  }

  #functionOrBreak(word: ShellWord): void {
    const name = plainText(word);
    this.#cursor.at += 1;
    this.#blanks();
    if (name === undefined || this.#cursor.text[this.#cursor.at] !== ')') {
      this.#break();
      return;
    }
    this.#cursor.at += 1;
    this.#functionBody(name);
  }

  #redirections(inputs: ShellWord[]): void {
    this.#blanks();
    while (this.#redirection(inputs)) {
      this.#blanks();
    }
    if (inputs.length > 0) {
      this.#add({ line: this.#cursor.line, words: [], lines: [], assignments: [], inputs });
    }
  }

  /** Passes one redirection, if there is one: `2>&1`, `<file`, `<<EOF`. */
  #redirection(inputs: ShellWord[]): boolean {
    const cursor = this.#cursor;
    let at = cursor.at;
    while (/[0-9]/.test(cursor.text[at] ?? '')) {
      at += 1;
    }
    if (cursor.text.startsWith('&>', at)) {
      at += 1;
    }
    const sign = cursor.text[at];
    if ((sign !== '<' && sign !== '>') || cursor.text[at + 1] === '(') {
      return false;
    }
    if (cursor.text.startsWith('<<', at) && cursor.text[at + 2] !== '<') {
      cursor.at = at + 2;
      this.#hereDocumentWord();
      return true;
    }
    const operator =
      /^(?:<<<|<&|<>|<|>>|>&|>\||>)/.exec(cursor.text.slice(at, at + 3))?.[0] ?? sign;
    cursor.at = at + operator.length;
    this.#blanks();
    const word = this.#words.read();
    if (operator === '<' && word !== undefined) {
      inputs.push(word);
    }
    return true;
  }

  #hereDocumentWord(): void {
    const cursor = this.#cursor;
    const isIndented = cursor.text[cursor.at] === '-';
    cursor.at += isIndented ? 1 : 0;
    this.#blanks();
    const word = this.#words.read() ?? [];
    this.#waiting.push({
      delimiter: word.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
      isQuoted: word.some((part) => part.kind === 'text' && part.isQuoted),
      isIndented,
    });
  }

  #add(command: SimpleCommand, loop?: ShellCommand['loop']): void {
    if (this.#commands.length >= this.#limits.shellCommandsMax) {
      this.#break();
      return;
    }
    const { lines, ...rest } = command;
    this.#commands.push({
      ...rest,
      ...(lines.some((line) => line !== rest.line) ? { wordLines: lines } : {}),
      ...(this.#inside === undefined ? {} : { inside: this.#inside }),
      ...(this.#fedBy === undefined ? {} : { fedBy: this.#fedBy }),
      ...(loop === undefined ? {} : { loop }),
      ...(this.#isPrinted ? { isPrinted: true } : {}),
    });
  }
}

/** Two groups may begin like arithmetic does, which ends with two signs side by side. */
function isArithmetic({ text, at }: ShellCursor): boolean {
  let depth = 0;
  for (let end = at; end < text.length; end += 1) {
    const char = text[end];
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth === 1 && char === ')') {
      return text[end + 1] === ')';
    }
  }
  return false;
}

/** The text of a word that the shell leaves as it is. */
function plainText(word: ShellWord): string | undefined {
  return word.every((part) => part.kind === 'text')
    ? word.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    : undefined;
}
