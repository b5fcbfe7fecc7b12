import { defined } from '../../../../foundation/core/defined.ts';
import type { Limits } from '../../../../foundation/core/limits.ts';
import { LineReader } from './line-reader.ts';
import { isArithmetic, passCasePatterns, passCondition } from './patterns.ts';
import { passRedirection, type ScriptReaders } from './redirection.ts';
import type { ShellAssignment, ShellCommand, ShellScript, ShellWord } from './shell-script.ts';
import { type NestedReader, passArithmetic, type ShellCursor, WordReader } from './word-reader.ts';

type ShellLimits = Pick<Limits, 'shellCommandsMax' | 'shellDepthMax'>;

/**
 * Parses a POSIX shell script, including the additions of bash. POSIX.1-2024, Shell Command
 * Language, 2.10. If the grammar is violated, the commands before that line are kept and the line
 * is recorded.
 */
export function parseShell(text: string, limits: ShellLimits, line = 1): ShellScript {
  const parser = new ShellParser({ text, at: 0, line }, limits);
  return parser.parse();
}

/** Words that end a list of commands if they are in command position. */
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

interface SimpleCommand {
  readonly line: number;
  readonly words: ShellWord[];
  readonly lines: number[];
  readonly assignments: ShellAssignment[];
  readonly inputs: ShellWord[];
}

/** Parses the commands of one text into one list. */
class ShellParser implements NestedReader {
  readonly #cursor: ShellCursor;
  readonly #limits: ShellLimits;
  readonly #words: WordReader;
  readonly #lines: LineReader;
  readonly #readers: ScriptReaders;
  readonly #commands: ShellCommand[];
  readonly #functions: Set<string>;
  #depth = 0;
  #inside: string | undefined;
  #inputIndex: number | undefined;
  #brokenAt: number | undefined;
  #isPrinted = false;

  constructor(cursor: ShellCursor, limits: ShellLimits, outer?: ShellParser) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.#words = new WordReader(cursor, this);
    this.#lines = new LineReader(cursor, this.#words);
    this.#readers = { cursor, words: this.#words, lines: this.#lines };
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
      this.#readList();
      if (this.#cursor.at < text.length && this.#brokenAt === undefined) {
        this.#break();
      }
    }
    return {
      commands: this.#commands,
      functions: [...this.#functions],
      ...defined({ brokenAt: this.#brokenAt }),
    };
  }

  readParenthesized(): void {
    const outer = this.#isPrinted;
    this.#isPrinted = true;
    this.#readList();
    this.#isPrinted = outer;
    this.#expect(')');
  }

  readCommands(source: string): void {
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

  /** Reads commands up to a word or operator that ends the list, which is not consumed. */
  #readList(): void {
    const { text } = this.#cursor;
    for (;;) {
      this.#lines.skipNewlines();
      const char = text[this.#cursor.at];
      const isEnd = char === undefined || char === ')' || text.startsWith(';;', this.#cursor.at);
      if (isEnd || this.#brokenAt !== undefined || CLOSERS.has(this.#lines.peekPlainWord())) {
        return;
      }
      if (char === ';' || char === '&' || char === '|') {
        this.#cursor.at += 1;
        continue;
      }
      const before = this.#cursor.at;
      this.#readPipeline();
      if (this.#cursor.at === before) {
        return;
      }
    }
  }

  #readPipeline(): void {
    const { text } = this.#cursor;
    const outer = this.#inputIndex;
    const first = this.#commands.length;
    this.#readCommand();
    for (;;) {
      this.#lines.skipBlanks();
      const isPipe = text[this.#cursor.at] === '|' && text[this.#cursor.at + 1] !== '|';
      if (!isPipe) {
        break;
      }
      this.#cursor.at += text[this.#cursor.at + 1] === '&' ? 2 : 1;
      this.#lines.skipNewlines();
      this.#inputIndex = first;
      this.#readCommand();
    }
    this.#inputIndex = outer;
  }

  #readCommand(): void {
    if (this.enter()) {
      this.#lines.skipBlanks();
      this.#readAnyCommand();
      this.leave();
    }
  }

  #readAnyCommand(): void {
    const { text, at } = this.#cursor;
    if (text[at] === '(') {
      this.#group();
      return;
    }
    const word = this.#lines.peekPlainWord();
    switch (word) {
      case '!':
      case 'time':
      case 'coproc':
        this.#cursor.at += word.length;
        this.#readCommand();
        return;
      case '{':
        this.#cursor.at += 1;
        this.#listAndWord('}');
        break;
      case 'if':
        this.#cursor.at += 2;
        this.#readIf();
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
        this.#readForLoop();
        break;
      case 'case':
        this.#cursor.at += 4;
        this.#readCase();
        break;
      case 'function':
        this.#cursor.at += 8;
        this.#readNamedFunction();
        return;
      case '[[':
        this.#cursor.at += 2;
        if (!passCondition(this.#readers)) {
          this.#break();
        }
        break;
      default:
        this.#readSimple();
        return;
    }
    this.#readRedirections([]);
  }

  #group(): void {
    const cursor = this.#cursor;
    if (cursor.text.startsWith('((', cursor.at) && isArithmetic(cursor)) {
      cursor.at += 2;
      passArithmetic(cursor);
      return;
    }
    cursor.at += 1;
    this.#readList();
    this.#expect(')');
    this.#readRedirections([]);
  }

  #expect(sign: string): void {
    if (this.#cursor.text[this.#cursor.at] === sign) {
      this.#cursor.at += 1;
    } else {
      this.#break();
    }
  }

  #listAndWord(word: string): void {
    this.#readList();
    if (this.#lines.peekPlainWord() === word) {
      this.#cursor.at += word.length;
    } else {
      this.#break();
    }
  }

  #readIf(): void {
    this.#listAndWord('then');
    for (;;) {
      this.#readList();
      const word = this.#lines.peekPlainWord();
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

  #readForLoop(): void {
    const { text } = this.#cursor;
    const { line } = this.#cursor;
    this.#lines.skipBlanks();
    if (text.startsWith('((', this.#cursor.at)) {
      this.#cursor.at += 2;
      passArithmetic(this.#cursor);
    } else {
      const name = this.#lines.peekPlainWord();
      this.#cursor.at += name.length;
      this.#lines.skipNewlines();
      let values: readonly ShellWord[] = [[{ kind: 'variable', name: '@', isQuoted: true }]];
      if (this.#lines.peekPlainWord() === 'in') {
        this.#cursor.at += 2;
        values = this.#readLineWords();
      }
      this.#addCommand(
        { line, words: [], lines: [], assignments: [], inputs: [] },
        { name, values },
      );
    }
    this.#lines.skipBlanks();
    if (text[this.#cursor.at] === ';') {
      this.#cursor.at += 1;
    }
    this.#lines.skipNewlines();
    if (this.#lines.peekPlainWord() === '{') {
      this.#cursor.at += 1;
      this.#listAndWord('}');
    } else {
      this.#listAndWord('do');
      this.#listAndWord('done');
    }
  }

  #readLineWords(): ShellWord[] {
    const words: ShellWord[] = [];
    for (;;) {
      this.#lines.skipBlanks();
      const word = this.#words.readWord();
      if (word === undefined) {
        return words;
      }
      words.push(word);
    }
  }

  #readCase(): void {
    const { text } = this.#cursor;
    this.#lines.skipBlanks();
    this.#words.readWord();
    this.#lines.skipNewlines();
    if (this.#lines.peekPlainWord() !== 'in') {
      this.#break();
      return;
    }
    this.#cursor.at += 2;
    for (;;) {
      this.#lines.skipNewlines();
      if (this.#lines.peekPlainWord() === 'esac') {
        this.#cursor.at += 4;
        return;
      }
      if (!passCasePatterns(this.#readers, this.#limits.shellDepthMax)) {
        this.#break();
        return;
      }
      this.#readList();
      if (text.startsWith(';;', this.#cursor.at)) {
        this.#cursor.at += text[this.#cursor.at + 2] === '&' ? 3 : 2;
      } else if (this.#lines.peekPlainWord() !== 'esac') {
        this.#break();
        return;
      }
    }
  }

  #readNamedFunction(): void {
    this.#lines.skipBlanks();
    const name = toPlainText(this.#words.readWord() ?? []) ?? '';
    this.#lines.skipBlanks();
    if (this.#cursor.text[this.#cursor.at] === '(') {
      this.#cursor.at += 1;
      this.#lines.skipBlanks();
      this.#expect(')');
    }
    this.#readFunctionBody(name);
  }

  #readFunctionBody(name: string): void {
    this.#functions.add(name);
    const outer = this.#inside;
    this.#inside = name;
    this.#lines.skipNewlines();
    this.#readCommand();
    this.#inside = outer;
  }

  #readSimple(): void {
    const { text, line } = this.#cursor;
    const command: SimpleCommand = { line, words: [], lines: [], assignments: [], inputs: [] };
    for (;;) {
      this.#lines.skipBlanks();
      if (passRedirection(this.#readers, command.inputs)) {
        continue;
      }
      const before = this.#cursor.line;
      const word = this.#words.readWord();
      if (word === undefined) {
        break;
      }
      this.#addWord(word, before, command);
      if (command.words.length === 1 && text[this.#cursor.at] === '(') {
        this.#readFunctionOrBreak(word);
        return;
      }
      this.#lines.skipBlanks();
      if (command.words.length === 1 && text[this.#cursor.at] === '(') {
        this.#readFunctionOrBreak(word);
        return;
      }
    }
    const { words, assignments, inputs } = command;
    if (words.length + assignments.length + inputs.length > 0) {
      this.#addCommand(command);
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
      this.#readArray(name, command);
    }
  }

  /** `name=(a b c)`: each word is a possible value of the variable. */
  #readArray(name: string, command: SimpleCommand): void {
    for (;;) {
      this.#lines.skipNewlines();
      const word = this.#words.readWord();
      if (word === undefined) {
        break;
      }
      command.assignments.push({ name, value: word });
    }
    this.#expect(')');
  }

  #readFunctionOrBreak(word: ShellWord): void {
    const name = toPlainText(word);
    this.#cursor.at += 1;
    this.#lines.skipBlanks();
    if (name === undefined || this.#cursor.text[this.#cursor.at] !== ')') {
      this.#break();
      return;
    }
    this.#cursor.at += 1;
    this.#readFunctionBody(name);
  }

  #readRedirections(inputs: ShellWord[]): void {
    this.#lines.skipBlanks();
    while (passRedirection(this.#readers, inputs)) {
      this.#lines.skipBlanks();
    }
    if (inputs.length > 0) {
      this.#addCommand({ line: this.#cursor.line, words: [], lines: [], assignments: [], inputs });
    }
  }

  #addCommand(command: SimpleCommand, loop?: ShellCommand['loop']): void {
    if (this.#commands.length >= this.#limits.shellCommandsMax) {
      this.#break();
      return;
    }
    const { lines, ...rest } = command;
    this.#commands.push({
      ...rest,
      ...(lines.some((line) => line !== rest.line) ? { wordLines: lines } : {}),
      ...defined({ inside: this.#inside, inputIndex: this.#inputIndex, loop }),
      ...(this.#isPrinted ? { isPrinted: true } : {}),
    });
  }
}

/** Returns the text of a word without expansions, or `undefined`. */
function toPlainText(word: ShellWord): string | undefined {
  return word.every((part) => part.kind === 'text')
    ? word.map((part) => (part.kind === 'text' ? part.text : '')).join('')
    : undefined;
}
