import { defined } from '../../../foundation/core/defined.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { unquoteGo } from './unquote.ts';

export interface GoModule {
  readonly path: string;
  /** Empty if absent; `(devel)` for a program built from its own sources. */
  readonly version: string;
  /** Digest of the module's files, e.g. `h1:…=`; empty if it was not verified. */
  readonly sum: string;
  /** The module that was built instead. */
  readonly replacement?: Omit<GoModule, 'replacement'>;
}

/** Modules of a program according to its build information. Type BuildInfo of Go. */
export interface GoModuleInfo {
  /** Import path of the main package; empty if unknown. */
  readonly path: string;
  readonly main?: GoModule;
  readonly dependencies: readonly GoModule[];
  readonly settings: readonly { readonly key: string; readonly value: string }[];
  readonly problems: readonly ProblemNote[];
}

/** Parses the lines of the build information. Malformed lines are skipped. */
export function parseGoModuleInfo(text: string, limits: Limits): GoModuleInfo {
  const reader = new ModuleInfoReader(limits);
  for (const { text: line } of splitLines(text)) {
    reader.addLine(line);
  }
  return reader.finishInfo();
}

class ModuleInfoReader {
  readonly #limits: Limits;
  #path = '';
  #main: GoModule | undefined;
  readonly #dependencies: GoModule[] = [];
  readonly #settings: { key: string; value: string }[] = [];
  readonly #problems = new Map<string, ProblemNote>();
  /** Adds a replacement to the module of the previous line. */
  #replace: ((replacement: GoModule) => void) | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  addLine(line: string): void {
    const tab = line.indexOf('\t');
    const word = tab < 0 ? line : line.slice(0, tab);
    const rest = tab < 0 ? '' : line.slice(tab + 1);
    switch (word) {
      case 'path':
        this.#path = rest;
        break;
      case 'mod':
      case 'dep':
        this.#addModule(word, rest);
        break;
      case '=>':
        this.#addReplacement(rest);
        break;
      case 'build':
        this.#addSetting(rest);
        break;
    }
  }

  addProblem(code: ProblemNote['code'], message: string): void {
    this.#problems.set(message, { code, message });
  }

  finishInfo(): GoModuleInfo {
    return {
      path: this.#path,
      ...defined({ main: this.#main }),
      dependencies: this.#dependencies,
      settings: this.#settings,
      problems: [...this.#problems.values()],
    };
  }

  #addModule(word: 'mod' | 'dep', rest: string): void {
    const module = parseModule(rest);
    this.#replace = undefined;
    if (module === undefined) {
      this.addProblem('P_RECORD', 'a module line was left out: it is malformed');
      return;
    }
    if (word === 'mod') {
      this.#main = module;
      this.#replace = (replacement) => {
        this.#main = { ...module, replacement };
      };
    } else if (this.#hasRoom(this.#dependencies)) {
      const index = this.#dependencies.push(module) - 1;
      this.#replace = (replacement) => {
        this.#dependencies[index] = { ...module, replacement };
      };
    }
  }

  #addReplacement(rest: string): void {
    const replacement = parseModule(rest);
    if (replacement === undefined || this.#replace === undefined) {
      this.addProblem('P_RECORD', 'a replacement line was left out: it is malformed');
      return;
    }
    this.#replace(replacement);
    this.#replace = undefined;
  }

  #addSetting(rest: string): void {
    const setting = parseSetting(rest);
    if (setting === undefined) {
      this.addProblem('P_RECORD', 'a build setting was left out: it is malformed');
    } else if (this.#hasRoom(this.#settings)) {
      this.#settings.push(setting);
    }
  }

  #hasRoom(list: readonly unknown[]): boolean {
    const isFit = list.length < this.#limits.recordsMax;
    if (!isFit) {
      const message = 'the build information has more modules or settings than recordsMax allows';
      this.addProblem('P_LIMIT', message);
    }
    return isFit;
  }
}

/** `path`, version and digest separated by tabs; the digest may be missing. */
function parseModule(rest: string): GoModule | undefined {
  const [path = '', version, sum = '', ...more] = rest.split('\t', 4);
  return path === '' || version === undefined || more.length > 0
    ? undefined
    : { path, version, sum };
}

const QUOTED = /^["`]/;

/** `key=value`; either is quoted if it contains a space or a quotation mark. */
function parseSetting(rest: string): { key: string; value: string } | undefined {
  const quoted = QUOTED.test(rest) ? unquoteGo(rest) : undefined;
  const equals = quoted === undefined ? rest.indexOf('=') : quoted.end;
  if (rest[equals] !== '=' || equals === 0 || (QUOTED.test(rest) && quoted === undefined)) {
    return undefined;
  }
  const key = quoted?.text ?? rest.slice(0, equals);
  const raw = rest.slice(equals + 1);
  if (!QUOTED.test(raw)) {
    return { key, value: raw };
  }
  const value = unquoteGo(raw);
  return value === undefined || value.end < raw.length ? undefined : { key, value: value.text };
}
