import type { Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { unquoteGo } from './unquote.ts';

export interface ModuleVersion {
  readonly path: string;
  /** Empty if absent. */
  readonly version: string;
}

export interface ModuleRequirement extends ModuleVersion {
  /** Starts at 1. */
  readonly line: number;
}

export interface ModuleReplacement {
  /** Without a version it matches every version. */
  readonly old: ModuleVersion;
  /** Without a version it is a directory. */
  readonly new: ModuleVersion;
  readonly line: number;
}

/** Content of a go.mod file. Go modules reference, "go.mod files". */
export interface GoModFile {
  /** Path of the module itself; empty if absent. */
  readonly module: string;
  /** Minimum version of Go, e.g. `1.21`; empty if absent. */
  readonly goVersion: string;
  readonly requirements: readonly ModuleRequirement[];
  readonly replacements: readonly ModuleReplacement[];
  readonly exclusions: readonly ModuleVersion[];
  readonly problems: readonly ProblemNote[];
}

/** Parses the file. Malformed lines are skipped. */
export function parseGoMod(text: string, limits: Limits): GoModFile {
  const reader = new GoModReader(limits);
  for (const { text: line, number } of splitLines(text)) {
    reader.addLine(line, number);
  }
  return reader.finishFile();
}

const CUT_OFF: ProblemNote = {
  code: 'P_LIMIT',
  message: 'the file has more modules in a list than recordsMax allows',
};

/** Directives that are not used; their lines are skipped. */
const OTHER_WORDS: ReadonlySet<string> = new Set([
  'toolchain',
  'godebug',
  'retract',
  'tool',
  'ignore',
]);
const COMMENT = '//';
const ARROW = '=>';

class GoModReader {
  readonly #limits: Limits;
  #module = '';
  #goVersion = '';
  /** The directive of the open block; empty outside of blocks. */
  #block = '';
  readonly #requirements: ModuleRequirement[] = [];
  readonly #replacements: ModuleReplacement[] = [];
  readonly #exclusions: ModuleVersion[] = [];
  readonly #problems: ProblemNote[] = [];
  #isCutOff = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  addLine(line: string, number: number): void {
    const words = splitWords(line);
    if (words === undefined) {
      this.addProblem('P_RECORD', 'a quoted string is not closed', number);
      return;
    }
    const [first = '', second] = words;
    if (first === '') {
      return;
    }
    if (this.#block !== '') {
      if (first === ')') {
        this.#block = '';
      } else {
        this.#addEntry(this.#block, words, number);
      }
    } else if (second === '(') {
      this.#block = first;
    } else {
      this.#addEntry(first, words.slice(1), number);
    }
  }

  addProblem(code: ProblemNote['code'], message: string, line: number): void {
    // One note beyond the limit is enough to report that there are more.
    if (this.#problems.length <= this.#limits.problemsMax) {
      this.#problems.push({ code, message, line });
    }
  }

  finishFile(): GoModFile {
    return {
      module: this.#module,
      goVersion: this.#goVersion,
      requirements: this.#requirements,
      replacements: this.#replacements,
      exclusions: this.#exclusions,
      problems: this.#isCutOff ? [...this.#problems, CUT_OFF] : this.#problems,
    };
  }

  #addEntry(word: string, values: readonly string[], line: number): void {
    const [path = '', version = ''] = values;
    switch (word) {
      case 'module':
        this.#module = path;
        break;
      case 'go':
        this.#goVersion = path;
        break;
      case 'require':
      case 'exclude':
        if (path === '' || version === '' || values.length > 2) {
          this.addProblem(
            'P_RECORD',
            `a ${word} line does not consist of a module and a version`,
            line,
          );
        } else if (word === 'require') {
          this.#addItem(this.#requirements, { path, version, line });
        } else {
          this.#addItem(this.#exclusions, { path, version });
        }
        break;
      case 'replace':
        this.#addReplacement(values, line);
        break;
      default:
        if (!OTHER_WORDS.has(word)) {
          this.addProblem('P_RECORD', 'a line does not begin with a go.mod directive', line);
        }
    }
  }

  #addItem<Item>(list: Item[], item: Item): void {
    this.#isCutOff ||= list.length >= this.#limits.recordsMax;
    if (!this.#isCutOff) {
      list.push(item);
    }
  }

  #addReplacement(values: readonly string[], line: number): void {
    const arrow = values.indexOf(ARROW);
    const [before, after] = [values.slice(0, Math.max(arrow, 0)), values.slice(arrow + 1)];
    const [oldPath, oldVersion = ''] = before;
    const [newPath, newVersion = ''] = after;
    const isSound = before.length <= 2 && after.length <= 2;
    if (arrow < 0 || oldPath === undefined || newPath === undefined || !isSound) {
      this.addProblem('P_RECORD', 'a replace line is malformed', line);
      return;
    }
    this.#addItem(this.#replacements, {
      old: { path: oldPath, version: oldVersion },
      new: { path: newPath, version: newVersion },
      line,
    });
  }
}

/** Splits a line without its comment into words; `undefined` if a literal is not terminated. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  for (let at = findNextWord(line, 0); at < line.length; at = findNextWord(line, at)) {
    const first = line[at];
    if (line.startsWith(COMMENT, at)) {
      break;
    }
    if (first === '"' || first === '`') {
      const literal = unquoteGo(line.slice(at));
      if (literal === undefined) {
        return undefined;
      }
      words.push(literal.text);
      at += literal.end;
    } else {
      const end = first === '(' || first === ')' ? at + 1 : findWordEnd(line, at);
      words.push(line.slice(at, end));
      at = end;
    }
  }
  return words;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}

function findNextWord(line: string, start: number): number {
  let at = start;
  while (at < line.length && isSpace(line[at])) {
    at += 1;
  }
  return at;
}

function findWordEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && !isSpace(line[at]) && line[at] !== '(' && line[at] !== ')') {
    if (line.startsWith(COMMENT, at)) {
      break;
    }
    at += 1;
  }
  return at;
}
