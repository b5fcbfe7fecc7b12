import { getBaseName } from '../../../foundation/core/base-name.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { getParentPath } from '../../../image/view/path.ts';
import { isFolder, listDescendantFiles } from '../folder-index.ts';
import { parseShell } from '../language/shell/parse-shell.ts';
import type {
  ShellCommand,
  ShellPart,
  ShellScript,
  ShellWord,
} from '../language/shell/shell-script.ts';
import type { ReachWorld } from '../rule-contract.ts';

/** The possible values of a word. */
export interface ShellValue {
  /** The known texts, at most 64. */
  readonly texts: readonly string[];
  /** Whether it may have other values. */
  readonly isOpen: boolean;
  /** Unquoted: blanks split it into words, and an empty value is not a word. */
  readonly isSplit: boolean;
}

const TEXTS_MAX = 64;
/** Number of texts that may be combined for one program. */
const STEPS_MAX = 200_000;
const OPEN: ShellValue = { texts: [], isOpen: true, isSplit: false };
const EMPTY: ShellValue = { texts: [''], isOpen: false, isSplit: true };

/** One script of a program; sourced scripts share its variables. */
export interface ProgramPart {
  readonly path: string;
  readonly script: ShellScript;
}

/** Shell commands with assignments as arguments. */
const DECLARING: ReadonlySet<string> = new Set([
  'export',
  'readonly',
  'local',
  'declare',
  'typeset',
]);
const READING: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray', 'getopts']);
const NAMED = /^([A-Za-z_][A-Za-z0-9_]*)\+?=/;
/** Variables that the shell sets or that differ between runs. */
const OPEN_VARIABLES: ReadonlySet<string> = new Set([
  'HOSTNAME',
  'UID',
  'EUID',
  'RANDOM',
  'OLDPWD',
  'HOME',
  'USER',
  'SHELL',
  'PPID',
  '!',
  '?',
  '$',
  '#',
  '-',
]);

type Source =
  | { readonly kind: 'word'; readonly word: ShellWord; readonly at: ProgramPart }
  | { readonly kind: 'fed'; readonly by: ShellCommand; readonly at: ProgramPart }
  | { readonly kind: 'unknown' };

/**
 * The possible values of the variables of a program: every constant that is assigned anywhere, in
 * any order, and the values of the configuration.
 */
export class ShellValues {
  readonly #world: ReachWorld;
  readonly #sources = new Map<string, Source[]>();
  readonly #known = new Map<string, ShellValue>();
  readonly #pending = new Set<string>();
  /** Words are evaluated in every round over the program. */
  readonly #values = new WeakMap<ShellWord, ShellValue>();
  #stepsLeft = STEPS_MAX;

  constructor(parts: readonly ProgramPart[], world: ReachWorld) {
    this.#world = world;
    for (const part of parts) {
      for (const command of part.script.commands) {
        this.#recordCommand(command, part);
      }
    }
  }

  /** Returns the value of a word. Words that stand for several arguments have no value. */
  evaluate(word: ShellWord, at: ProgramPart): ShellValue {
    const known = this.#values.get(word);
    if (known !== undefined) {
      return known;
    }
    const made = this.#compose(word, at);
    // A value computed from a variable that is being evaluated is incomplete.
    if (this.#pending.size === 0) {
      this.#values.set(word, made);
    }
    return made;
  }

  #compose(word: ShellWord, at: ProgramPart): ShellValue {
    const [only, second] = word;
    if (only?.kind === 'text' && second === undefined) {
      return { texts: [only.text], isOpen: false, isSplit: false };
    }
    let texts: readonly string[] = [''];
    let isOpen = false;
    let isSplit = word.length > 0;
    for (const part of word) {
      if (this.#stepsLeft < 0) {
        return OPEN;
      }
      const value = this.#evaluatePart(part, at);
      this.#stepsLeft -= 1 + texts.length * value.texts.length;
      isOpen ||= value.isOpen;
      isSplit &&= value.isSplit;
      // A text that doubles with each of a few variables would exceed the memory.
      const combined = texts.flatMap((text) => value.texts.map((more) => text + more));
      const longer = combined.filter(({ length }) => length <= DEFAULT_LIMITS.pathBytesMax);
      isOpen ||= longer.length > TEXTS_MAX || longer.length < combined.length;
      texts = [...new Set(longer)].slice(0, TEXTS_MAX);
    }
    return { texts, isOpen, isSplit };
  }

  #recordCommand(command: ShellCommand, at: ProgramPart): void {
    for (const { name, value } of command.assignments) {
      this.#addSource(name, { kind: 'word', word: value, at });
    }
    for (const word of command.loop?.values ?? []) {
      this.#addSource(command.loop?.name ?? '', { kind: 'word', word, at });
    }
    const [first, ...rest] = command.words;
    const name = getConstant(first ?? []) ?? '';
    for (const word of rest) {
      if (DECLARING.has(name)) {
        this.#recordDeclared(word, at);
      } else if (READING.has(name)) {
        this.#recordRead(command, getConstant(word) ?? '', at);
      } else if (name === ':') {
        this.#recordDefault(word, at);
      }
    }
  }

  /** `${name:=word}` as an argument of the no-op command. */
  #recordDefault(word: ShellWord, at: ProgramPart): void {
    for (const part of word) {
      if (part.kind === 'variable' && part.operator?.endsWith('=') === true) {
        this.#addSource(part.name, { kind: 'word', word: part.word ?? [], at });
      }
    }
  }

  #recordDeclared(word: ShellWord, at: ProgramPart): void {
    const [first, ...rest] = word;
    const found = first?.kind === 'text' ? NAMED.exec(first.text) : null;
    if (first?.kind === 'text' && found !== null) {
      const value = [{ ...first, text: first.text.slice(found[0].length) }, ...rest];
      this.#addSource(found[1] ?? '', { kind: 'word', word: value, at });
    }
  }

  #recordRead(command: ShellCommand, name: string, at: ProgramPart): void {
    if (!/^[A-Za-z_]/.test(name)) {
      return;
    }
    const by =
      command.inputIndex === undefined ? undefined : at.script.commands[command.inputIndex];
    const isListing = ['find', 'ls'].includes(getConstant(by?.words[0] ?? []) ?? '');
    this.#addSource(
      name,
      by !== undefined && isListing ? { kind: 'fed', by, at } : { kind: 'unknown' },
    );
  }

  #addSource(name: string, source: Source): void {
    const known = this.#sources.get(name);
    if (known === undefined) {
      this.#sources.set(name, [source]);
    } else {
      known.push(source);
    }
  }

  #evaluatePart(part: ShellPart, at: ProgramPart): ShellValue {
    switch (part.kind) {
      case 'text':
        return { texts: [part.text], isOpen: false, isSplit: false };
      case 'other':
        return OPEN;
      case 'output':
        return { ...this.#evaluateOutput(part.source, at), isSplit: !part.isQuoted };
      case 'variable':
        return { ...this.#evaluateExpansion(part, at), isSplit: !part.isQuoted };
    }
  }

  #evaluateExpansion(part: ShellPart & { kind: 'variable' }, at: ProgramPart): ShellValue {
    const { name, operator = '', word = [] } = part;
    if (name === '0' || name === 'BASH_SOURCE') {
      return editTexts([at.path], operator, getConstant(word));
    }
    if (operator.endsWith('+')) {
      return { ...joinValues(this.evaluate(word, at), EMPTY), isSplit: true };
    }
    const value = this.#evaluateVariable(name);
    if (operator.endsWith('-') || operator.endsWith('=')) {
      const texts = value.texts.filter((text) => text !== '');
      const isUnset = value.isOpen && texts.length === 0 && !this.#sources.has(name);
      return joinValues(
        { ...value, texts, isOpen: value.isOpen && !isUnset },
        this.evaluate(word, at),
      );
    }
    if (operator === '' || operator.endsWith('?') || operator === '@' || operator === '[') {
      return value;
    }
    const result = editTexts(value.texts, operator, getConstant(word));
    return { ...result, isOpen: result.isOpen || value.isOpen };
  }

  #evaluateVariable(name: string): ShellValue {
    const known = this.#known.get(name);
    if (known !== undefined) {
      return known;
    }
    // A variable defined by itself adds nothing to its other assignments.
    if (this.#pending.has(name)) {
      return { texts: [''], isOpen: false, isSplit: true };
    }
    if (this.#pending.size >= DEFAULT_LIMITS.shellDepthMax) {
      return OPEN;
    }
    this.#pending.add(name);
    const value = this.#collect(name);
    this.#pending.delete(name);
    this.#known.set(name, value);
    return value;
  }

  #collect(name: string): ShellValue {
    const { environment, workingFolder } = this.#world.config;
    const given = environment.get(name);
    const sources = this.#sources.get(name) ?? [];
    let value: ShellValue = {
      texts: given === undefined ? [] : [given],
      isOpen: OPEN_VARIABLES.has(name),
      isSplit: true,
    };
    if (name === 'PWD') {
      return { texts: [workingFolder], isOpen: false, isSplit: true };
    }
    if (sources.length === 0 && given === undefined) {
      return { texts: [''], isOpen: true, isSplit: true };
    }
    for (const source of sources) {
      value = joinValues(value, this.#evaluateSource(source));
    }
    return value;
  }

  #evaluateSource(source: Source): ShellValue {
    switch (source.kind) {
      case 'unknown':
        return OPEN;
      case 'fed':
        return this.#evaluateListing(source.by, source.at);
      case 'word':
        return this.evaluate(source.word, source.at);
    }
  }

  /** Returns the files that `find FOLDER` or `ls FOLDER` lists. */
  #evaluateListing(by: ShellCommand, at: ProgramPart): ShellValue {
    const folders = by.words
      .slice(1)
      .flatMap((word) => this.evaluate(word, at).texts)
      .filter((text) => text.startsWith('/'));
    const texts = folders
      .filter((folder) => isFolder(folder, this.#world))
      .flatMap((folder) => listDescendantFiles(folder, this.#world, 4));
    return folders.length === 0 ? OPEN : { texts, isOpen: false, isSplit: false };
  }

  /** Returns the output of a substitution, if it can be determined. */
  #evaluateOutput(source: string, at: ProgramPart): ShellValue {
    const { commands } = parseShell(source, DEFAULT_LIMITS);
    const named = commands.filter(({ words, isPrinted }) => words.length > 0 && isPrinted !== true);
    const [first, second] = named.map(({ words }) => words);
    if (first === undefined || named.length > 2) {
      return OPEN;
    }
    const name = getConstant(first[0] ?? []);
    const last = first.at(-1) ?? [];
    const isMoved = name === 'cd' && getConstant(second?.[0] ?? []) === 'pwd';
    if (isMoved || (named.length === 1 && PRINTS_LAST.has(name ?? '') && first.length > 1)) {
      return this.evaluate(last, at);
    }
    if (name === 'dirname') {
      return editTexts(this.evaluate(first[1] ?? [], at).texts, '%', '/*');
    }
    if (name === 'basename') {
      return editTexts(this.evaluate(first[1] ?? [], at).texts, '##', '*/');
    }
    return OPEN;
  }
}

/** Commands that print their last argument or its location. */
const PRINTS_LAST: ReadonlySet<string> = new Set([
  'echo',
  'which',
  'command',
  'type',
  'readlink',
  'realpath',
]);

/** Returns the text of a word without run-time parts. */
export function getConstant(word: ShellWord): string | undefined {
  let text = '';
  for (const part of word) {
    if (part.kind !== 'text') {
      return undefined;
    }
    text += part.text;
  }
  return text;
}

/** Takes the directory or the base name of paths; other patterns are not followed. */
function editTexts(
  texts: readonly string[],
  operator: string,
  pattern: string | undefined,
): ShellValue {
  if (operator === '' || operator === '[') {
    return { texts, isOpen: false, isSplit: true };
  }
  if (operator === '%' && pattern === '/*') {
    return { texts: texts.map(getParentPath), isOpen: false, isSplit: true };
  }
  if (operator === '##' && pattern === '*/') {
    const names = texts.map((text) => getBaseName(text));
    return { texts: names, isOpen: false, isSplit: true };
  }
  return OPEN;
}

function joinValues(left: ShellValue, right: ShellValue): ShellValue {
  const texts = [...new Set([...left.texts, ...right.texts])];
  const isMany = texts.length > TEXTS_MAX;
  return {
    texts: isMany ? texts.slice(0, TEXTS_MAX) : texts,
    isOpen: left.isOpen || right.isOpen || isMany,
    isSplit: true,
  };
}
