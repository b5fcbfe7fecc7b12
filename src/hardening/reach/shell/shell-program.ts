import { getBaseName } from '../../../foundation/core/base-name.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { isFolder, listDescendantFiles } from '../folder-index.ts';
import { parseShell } from '../language/shell/parse-shell.ts';
import type { ShellCommand, ShellScript, ShellWord } from '../language/shell/shell-script.ts';
import type { ReachWorld } from '../rule-contract.ts';
import { expandPattern, isFittingName } from '../shell-pattern.ts';
import {
  type Argument,
  getOptionValue,
  getPosition,
  getToken,
  isNoOption,
  isShellWord,
  mergeRows,
} from './argument.ts';
import { ShellPaths } from './shell-paths.ts';
import { getConstant, type ProgramPart, ShellValues } from './shell-values.ts';
import { findWrappedCommand } from './wrapped-command.ts';
import { BUILTINS, HANDLERS, SHELLS } from './wrappers.data.ts';

/** A file that a shell program uses. */
export interface ShellUse {
  readonly to: string;
  /** `run`: started or sourced; `argument`: passed to a program; `handled`: only inspected. */
  readonly kind: 'run' | 'argument' | 'handled';
  /** The script that contains it: the started one or one that it sources. */
  readonly path: string;
  readonly line: number;
  /** A part of the word as it occurs on the line. */
  readonly token: string;
}

/** A command that cannot be determined from the script. */
export interface ShellOpacity {
  readonly what: string;
  readonly path: string;
  readonly line: number;
  readonly token: string;
}

export interface ShellReading {
  readonly uses: readonly ShellUse[];
  readonly opacities: readonly ShellOpacity[];
  /** Real paths of sourced scripts; their commands are included. */
  readonly sourced: ReadonlySet<string>;
}

export interface ShellStart {
  readonly path: string;
  readonly script: ShellScript;
  /** Parameters of the script; `undefined` if they are unknown. */
  readonly parameters: readonly string[] | undefined;
}

/** Returns the script at a real path, as read from the layers. */
export type ScriptAt = (path: string) => ShellScript | undefined;

const SOURCED_MAX = 64;
const NESTED_MAX = 8;
const USES_MAX = 20_000;

/**
 * Analyzes the files that a shell script uses: its commands and those of sourced scripts, without
 * functions that are never called, with constants substituted for variables.
 */
export function readShellProgram(
  start: ShellStart,
  world: ReachWorld,
  scriptAt: ScriptAt,
): ShellReading {
  return new ShellProgram(start, world, scriptAt).readProgram();
}

interface Place {
  readonly line: number;
  /** The place of the text that is run, if it does not occur literally in the script. */
  readonly outer?: Pick<Argument, 'path' | 'line' | 'token'>;
  readonly at: ProgramPart;
  readonly depth: number;
}

class ShellProgram {
  readonly #world: ReachWorld;
  readonly #scriptAt: ScriptAt;
  readonly #parts: ProgramPart[];
  readonly #parameters: readonly string[] | undefined;
  readonly #uses = new Map<string, ShellUse>();
  readonly #opacities = new Map<string, ShellOpacity>();
  readonly #sourced = new Set<string>();
  #values: ShellValues;
  #paths: ShellPaths;
  /** The arguments of each function call. */
  readonly #calls = new Map<string, (readonly Argument[])[]>();
  /** Parsed texts that are run, by line. */
  readonly #texts = new Map<string, ShellScript>();
  #isAnyCalled = false;
  #isChanged = false;

  constructor({ path, script, parameters }: ShellStart, world: ReachWorld, scriptAt: ScriptAt) {
    this.#world = world;
    this.#scriptAt = scriptAt;
    this.#parameters = parameters;
    this.#parts = [{ path, script }];
    this.#values = new ShellValues(this.#parts, world);
    this.#paths = new ShellPaths(this.#parts, this.#values, world);
  }

  readProgram(): ShellReading {
    for (let round = 0; round < SOURCED_MAX; round += 1) {
      const known = this.#parts.length;
      this.#findSourced();
      if (this.#parts.length === known) {
        break;
      }
      this.#values = new ShellValues(this.#parts, this.#world);
      this.#paths = new ShellPaths(this.#parts, this.#values, this.#world);
    }
    // Visiting a called function finds more calls; this repeats until there are none.
    for (let round = 0; round < SOURCED_MAX; round += 1) {
      this.#isChanged = false;
      this.#uses.clear();
      this.#opacities.clear();
      this.#lookAtAll();
      if (!this.#isChanged) {
        break;
      }
    }
    return {
      uses: [...this.#uses.values()],
      opacities: [...this.#opacities.values()],
      sourced: this.#sourced,
    };
  }

  #findSourced(): void {
    const known = this.#parts.slice();
    for (const at of known) {
      for (const { words } of at.script.commands) {
        const name = getConstant(words[0] ?? []);
        if (name === '.' || name === 'source') {
          this.#paths
            .findPaths(this.#values.evaluate(words[1] ?? [], at).texts)
            .forEach((path) => this.#addSourced(path));
        }
      }
    }
  }

  /** Skips a script that is already a part, or that exceeds the limit. */
  #addSourced(path: string): void {
    const real = this.#world.view.resolve(path)?.path ?? path;
    const script = this.#scriptAt(real);
    const isNew = !this.#parts.some((part) => part.path === real);
    if (script !== undefined && isNew && this.#parts.length < SOURCED_MAX) {
      this.#parts.push({ path: real, script });
      this.#sourced.add(real);
    }
  }

  #lookAtAll(): void {
    const functions = new Set(this.#parts.flatMap(({ script }) => script.functions));
    for (const at of this.#parts) {
      const { brokenAt } = at.script;
      for (const command of at.script.commands) {
        const { inside } = command;
        if (inside === undefined || this.#isAnyCalled || this.#calls.has(inside)) {
          this.#visitCommand(command, { line: command.line, at, depth: 0 }, functions);
        }
      }
      if (brokenAt !== undefined) {
        this.#recordOpacity(
          'its shell syntax could not be analyzed',
          { line: brokenAt, at, depth: 0 },
          at.path,
        );
      }
    }
  }

  #visitCommand(command: ShellCommand, place: Place, functions: ReadonlySet<string>): void {
    for (const input of command.inputs) {
      const { texts, isOpen } = this.#values.evaluate(input, place.at);
      const word = {
        texts,
        isOpen,
        path: place.at.path,
        line: place.line,
        token: getToken(input),
      };
      this.#usePaths(word, 'argument');
    }
    const words = this.#readArguments(command.words, command, place);
    this.#runCommand(words, place, functions);
  }

  /** Returns the words of a command as arguments, with words for several arguments expanded. */
  #readArguments(
    words: readonly ShellWord[],
    { inside, line, wordLines }: ShellCommand,
    { at, outer }: Pick<Place, 'at' | 'outer'>,
  ): readonly Argument[] {
    return words.flatMap((word, index) => {
      const position = getPosition(word);
      const source = outer ?? {
        path: at.path,
        line: wordLines?.[index] ?? line,
        token: getToken(word),
      };
      return position === undefined
        ? this.#split(word, source, at)
        : this.#findParameters(inside, position, source);
    });
  }

  #split(
    word: ShellWord,
    source: Pick<Argument, 'path' | 'line' | 'token'>,
    at: ProgramPart,
  ): readonly Argument[] {
    const { texts, isOpen, isSplit } = this.#values.evaluate(word, at);
    if (!isSplit || !texts.some((text) => /\s/.test(text))) {
      return [{ texts, isOpen, ...source }];
    }
    const rows = texts.map((text) => text.split(/\s+/).filter((part) => part !== ''));
    const width = Math.min(64, Math.max(...rows.map((row) => row.length)));
    return Array.from({ length: width }, (_, index) => ({
      texts: [...new Set(rows.flatMap((row) => row[index] ?? []))],
      isOpen,
      ...source,
    }));
  }

  /** Returns the values of `$@` or `$1` in a function or in the script. */
  #findParameters(
    inside: string | undefined,
    position: number | 'all',
    source: Pick<Argument, 'path' | 'line' | 'token'>,
  ): readonly Argument[] {
    const given = this.#parameters?.map((text): Argument => {
      return { texts: [text], isOpen: false, ...source };
    });
    const rows = inside === undefined ? [given] : (this.#calls.get(inside) ?? []);
    const known = rows.filter((row) => row !== undefined);
    if (known.length === 0) {
      return [{ texts: [], isOpen: true, isRemaining: true, ...source }];
    }
    const merged = mergeRows(known);
    return position === 'all' ? merged : merged.slice(position - 1, position);
  }

  #runCommand(words: readonly Argument[], place: Place, functions: ReadonlySet<string>): void {
    const [first, ...rest] = words;
    if (first === undefined || place.depth > NESTED_MAX) {
      return;
    }
    // An empty unquoted variable is not a word, so the next word is the command.
    if (first.texts.includes('')) {
      this.#runCommand(rest, { ...place, depth: place.depth + 1 }, functions);
    }
    if (first.isOpen) {
      this.#isAnyCalled ||= functions.size > 0 && first.isRemaining !== true;
      this.#recordOpacity(
        first.isRemaining === true
          ? 'it runs its own arguments as a command'
          : 'it runs a command that is known only at run time',
        place,
        first.texts.find((text) => text !== '') ?? '$',
      );
    }
    for (const name of first.texts.flatMap((text) => expandPattern(text, this.#world))) {
      if (functions.has(name)) {
        this.#call(name, rest);
      } else if (name !== '') {
        this.#runNamed(name, [{ ...first, texts: [name] }, ...rest], place, functions);
      }
    }
  }

  #call(name: string, given: readonly Argument[]): void {
    const known = this.#calls.get(name) ?? [];
    const text = JSON.stringify(given);
    if (known.length < 32 && !known.some((row) => JSON.stringify(row) === text)) {
      this.#calls.set(name, [...known, given]);
      this.#isChanged = true;
    }
  }

  #runNamed(
    name: string,
    [first, ...rest]: readonly [Argument, ...Argument[]],
    place: Place,
    functions: ReadonlySet<string>,
  ): void {
    const base = getBaseName(name);
    const next = { ...place, depth: place.depth + 1 };
    if (name === '.' || name === 'source') {
      this.#useSourced(rest[0], place);
      return;
    }
    if (name === 'eval' || name === 'trap') {
      this.#evaluate(name === 'eval' ? rest : rest.slice(0, 1), next, functions);
      return;
    }
    if (name === 'set') {
      this.#set(rest, next, functions);
      return;
    }
    if (BUILTINS.has(name)) {
      return;
    }
    const isHandler = HANDLERS.has(base);
    this.#useProgram(name, first);
    if (SHELLS.has(base) || base === 'su' || (base === 'busybox' && isShellWord(rest[0]))) {
      this.#runShell(rest, next, functions);
    }
    if (base === 'find') {
      this.#runFound(rest, next, functions);
      this.#listFound(rest);
    }
    if (base === 'run-parts') {
      this.#runFolder(rest);
    }
    const wrapped = findWrappedCommand(
      base,
      rest.map(({ texts, isOpen }) => (isOpen ? undefined : (texts[0] ?? ''))),
      (text) => this.#paths.findProgramPath(text) !== undefined,
    );
    if (wrapped !== undefined) {
      this.#runCommand(rest.slice(wrapped), next, functions);
    } else if (base === 'start-stop-daemon') {
      this.#runCommand(getOptionValue(rest, ['--exec', '--startas', '-x', '-a']), next, functions);
    }
    for (const word of rest) {
      this.#usePaths(word, isHandler ? 'handled' : 'argument');
    }
  }

  /** `set -- command "$@"`: later run as `"$@"`. */
  #set(rest: readonly Argument[], place: Place, functions: ReadonlySet<string>): void {
    const dashes = rest.findIndex(({ texts }) => texts.includes('--'));
    const words = rest.slice(dashes + 1);
    const [first] = words;
    const isProgram =
      first?.texts.some((text) => this.#paths.findProgramPath(text) !== undefined) === true;
    if (dashes >= 0 && isProgram) {
      this.#runCommand(words, place, functions);
    }
  }

  #evaluate(words: readonly Argument[], place: Place, functions: ReadonlySet<string>): void {
    const texts = words.reduce<readonly string[]>(
      (before, word) =>
        before.flatMap((text) => word.texts.map((more) => `${text} ${more}`)).slice(0, 16),
      [''],
    );
    if (words.some(({ isOpen }) => isOpen)) {
      this.#recordOpacity('it runs text that is computed at run time', place, 'eval');
    }
    const [first] = words;
    if (first === undefined) {
      return;
    }
    for (const text of texts) {
      this.#runText(text, first, place, functions);
    }
  }

  #runText(text: string, source: Argument, place: Place, functions: ReadonlySet<string>): void {
    if (place.depth > NESTED_MAX || text.trim() === '' || text.trim() === '-') {
      return;
    }
    const { path, line, token } = source;
    const script = this.#parseText(text, line);
    const at = { path: place.at.path, script };
    const inner = { ...place, at, line, outer: { path, line, token } };
    for (const command of script.commands) {
      this.#runCommand(this.#readArguments(command.words, command, inner), inner, functions);
    }
  }

  #parseText(text: string, line: number): ShellScript {
    const key = `${line} ${text}`;
    const made = this.#texts.get(key) ?? parseShell(text, DEFAULT_LIMITS, line);
    this.#texts.set(key, made);
    return made;
  }

  /** `sh -c TEXT`, `sh FILE`, or commands from standard input. */
  #runShell(rest: readonly Argument[], place: Place, functions: ReadonlySet<string>): void {
    const dash = rest.findIndex(({ texts }) => texts.some((text) => /^-[a-z]*c$/.test(text)));
    if (dash >= 0) {
      this.#evaluate(rest.slice(dash + 1, dash + 2), place, functions);
      return;
    }
    const hasFile = rest.some(({ texts, isOpen }) => isOpen || texts.some(isNoOption));
    const requestsHelp = rest.some(({ texts }) => texts.some((text) => text.startsWith('--')));
    if (!hasFile && !requestsHelp) {
      this.#recordOpacity('it starts a shell that accepts any command', place, 'sh');
    }
  }

  /** `find … -exec command … ;` */
  #runFound(rest: readonly Argument[], place: Place, functions: ReadonlySet<string>): void {
    for (const [index, { texts }] of rest.entries()) {
      if (texts.some((text) => /^-(?:exec|execdir|ok|okdir)$/.test(text))) {
        const words = rest.slice(index + 1);
        const end = words.findIndex((word) => word.texts.some((text) => /^[;+]$/.test(text)));
        this.#runCommand(end < 0 ? words : words.slice(0, end), place, functions);
      }
    }
  }

  /** `find DIRECTORY… -name PATTERN`: its results are passed on. */
  #listFound(rest: readonly Argument[]): void {
    const start = rest.findIndex(({ texts }) => texts.some((text) => /^[-!(]/.test(text)));
    const folders = rest.slice(0, Math.max(start, 0));
    const patterns = rest.filter((_, index) =>
      rest[index - 1]?.texts.some((text) => /^-i?name$/.test(text)),
    );
    const patternMatchers = patterns.flatMap(({ texts }) => texts).map(isFittingName);
    for (const word of folders) {
      for (const folder of this.#paths.findPaths(word.texts)) {
        const files = isFolder(folder, this.#world) ? listDescendantFiles(folder, this.#world) : [];
        patternMatchers
          .flatMap((fits) => files.filter((file) => fits(getBaseName(file))))
          .forEach((file) => this.#use(file, 'handled', word));
      }
    }
  }

  #runFolder(rest: readonly Argument[]): void {
    for (const word of rest) {
      word.texts
        .filter((text) => text.startsWith('/') && isFolder(text, this.#world))
        .flatMap((folder) => listDescendantFiles(folder, this.#world, 1))
        .forEach((path) => this.#use(path, 'run', word));
    }
  }

  #useSourced(word: Argument | undefined, place: Place): void {
    const paths = this.#paths.findPaths(word?.texts ?? []);
    for (const path of paths) {
      const real = this.#world.view.resolve(path)?.path;
      if (real !== undefined && word !== undefined) {
        this.#use(path, 'run', word);
      }
      if (real !== undefined && this.#scriptAt(real) === undefined) {
        this.#recordOpacity(`it sources ${path}, which was not read as a script`, place, path);
      }
    }
    if (word === undefined || word.isOpen) {
      this.#recordOpacity('it sources a file that is known only at run time', place, '.');
    }
  }

  #useProgram(name: string, word: Argument): void {
    const path = this.#paths.findProgramPath(name);
    if (path !== undefined) {
      this.#use(path, 'run', word);
    }
  }

  #usePaths(word: Argument, kind: ShellUse['kind']): void {
    for (const text of word.texts) {
      const value = text.startsWith('-') ? text.slice(text.indexOf('=') + 1) : text;
      // A class path or similar value is a list of paths.
      const values = value.includes(':/') ? [value, ...value.split(':')] : [value];
      for (const path of this.#paths.findPaths(values)) {
        if (!isFolder(path, this.#world)) {
          this.#use(path, kind, word);
        }
      }
    }
  }

  #use(to: string, kind: ShellUse['kind'], { path, line, token }: Argument): void {
    const key = `${kind} ${to}`;
    if (!this.#uses.has(key) && this.#uses.size < USES_MAX) {
      this.#uses.set(key, { to, kind, path, line, token });
    }
  }

  #recordOpacity(what: string, { line, at }: Place, token: string): void {
    const known = this.#opacities.get(what);
    if (known === undefined || known.line > line) {
      this.#opacities.set(what, { what, path: at.path, line, token });
    }
  }
}
