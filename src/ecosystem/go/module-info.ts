import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { unquoteGo } from './unquote.ts';

export interface GoModule {
  readonly path: string;
  /** Empty where there is none; `(devel)` for a program built from its own sources. */
  readonly version: string;
  /** Digest of the module's files, e.g. `h1:…=`; empty where it was not checked. */
  readonly sum: string;
  /** What was built in its place. */
  readonly replacement?: Omit<GoModule, 'replacement'>;
}

/** What the build information says of the modules in a program. Type BuildInfo of Go. */
export interface GoModuleInfo {
  /** Import path of the main package, empty where it is not known. */
  readonly path: string;
  readonly main?: GoModule;
  readonly dependencies: readonly GoModule[];
  readonly settings: readonly { readonly key: string; readonly value: string }[];
  readonly problems: readonly ProblemNote[];
}

/** Reads the lines of the build information. A line that cannot be understood costs that line. */
export function parseGoModuleInfo(text: string, limits: Limits): GoModuleInfo {
  const reader = new ModuleInfoReader();
  let count = 0;
  for (const { text: line } of splitLines(text)) {
    count += 1;
    if (count > limits.recordsMax) {
      reader.note('P_LIMIT', 'the build information has more lines than recordsMax allows');
      break;
    }
    reader.add(line);
  }
  return reader.finish();
}

class ModuleInfoReader {
  #path = '';
  #main: GoModule | undefined;
  readonly #dependencies: GoModule[] = [];
  readonly #settings: { key: string; value: string }[] = [];
  readonly #problems = new Map<string, ProblemNote>();
  /** Puts a replacement to the module of the line before. */
  #replace: ((replacement: GoModule) => void) | undefined;

  add(line: string): void {
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

  note(code: ProblemNote['code'], message: string): void {
    this.#problems.set(message, { code, message });
  }

  finish(): GoModuleInfo {
    return {
      path: this.#path,
      ...(this.#main === undefined ? {} : { main: this.#main }),
      dependencies: this.#dependencies,
      settings: this.#settings,
      problems: [...this.#problems.values()],
    };
  }

  #addModule(word: 'mod' | 'dep', rest: string): void {
    const module = moduleOf(rest);
    this.#replace = undefined;
    if (module === undefined) {
      this.note('P_RECORD', 'a module line was left out: it is malformed');
      return;
    }
    if (word === 'mod') {
      this.#main = module;
      this.#replace = (replacement) => {
        this.#main = { ...module, replacement };
      };
    } else {
      const index = this.#dependencies.push(module) - 1;
      this.#replace = (replacement) => {
        this.#dependencies[index] = { ...module, replacement };
      };
    }
  }

  #addReplacement(rest: string): void {
    const replacement = moduleOf(rest);
    if (replacement === undefined || this.#replace === undefined) {
      this.note('P_RECORD', 'a replacement line was left out: it is malformed');
      return;
    }
    this.#replace(replacement);
    this.#replace = undefined;
  }

  #addSetting(rest: string): void {
    const setting = settingOf(rest);
    if (setting === undefined) {
      this.note('P_RECORD', 'a build setting was left out: it is malformed');
    } else {
      this.#settings.push(setting);
    }
  }
}

/** `getPath`, version and digest between tabs; the digest may be missing. */
function moduleOf(rest: string): GoModule | undefined {
  const [path = '', version, sum = '', ...more] = rest.split('\t', 4);
  return path === '' || version === undefined || more.length > 0
    ? undefined
    : { path, version, sum };
}

const QUOTED = /^["`]/;

/** `key=value`, either of them quoted where it holds a space or a quotation mark. */
function settingOf(rest: string): { key: string; value: string } | undefined {
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
