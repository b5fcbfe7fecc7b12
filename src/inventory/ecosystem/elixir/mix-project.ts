import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readMixTokens } from './mix-tokens.ts';

/** Names of the packages that Mix projects request. */
export interface MixRequests {
  /** Only requested by environments other than production. */
  readonly development: readonly string[];
  readonly production: readonly string[];
  /** Whether it may also request unnamed packages, such as those of a local dependency. */
  readonly isOpen: boolean;
  /** Directory of the projects of an umbrella; absent for other projects. */
  readonly appsFolder?: string;
}

const PRODUCTION = ':prod';
/** Cost of a character relative to one of plain text. */
const CHAR_STEPS = 5;

/**
 * Reads the environments that request each package from a `mix.exs`: `{:ex_doc, "~> 0.30", only:
 * :dev}`. Mix, "Mix.Tasks.Deps". The program is not run. Every package counts for production that
 * is not proven to be for other environments. Returns `undefined` if the program computes the list
 * of packages in any way, or if the budget has no steps left.
 */
export function readMixProject(text: string, budget: Budget): MixRequests | undefined {
  if (!budget.takeSteps(text.length * CHAR_STEPS)) {
    return undefined;
  }
  const tokens = readMixTokens(text);
  const key = tokens.indexOf('deps:');
  const apps = tokens.indexOf('apps_path:');
  const appsFolder = apps < 0 ? {} : { appsFolder: unquote(tokens[apps + 1] ?? '') };
  if (key < 0) {
    return { development: [], production: [], isOpen: apps < 0, ...appsFolder };
  }
  const isClear = tokens.lastIndexOf('deps:') === key && !tokens.includes(':deps');
  const reader = new MixListReader(tokens);
  return isClear && reader.readValue(key + 1) ? { ...reader.collect(), ...appsFolder } : undefined;
}

/** Tokens that may follow the list in `defp deps, do: […]` or `@deps […]`. */
const NEXT_STATEMENTS: ReadonlySet<string | undefined> = new Set([
  'end',
  'def',
  'defp',
  '@',
  undefined,
]);

/**
 * Reads lists of packages that are written out: `[…]`, `[…] ++ […]`, or the name of a function or
 * attribute of the module with such a list. Anything else is computed.
 */
class MixListReader {
  readonly #tokens: readonly string[];
  readonly #development = new Set<string>();
  readonly #production = new Set<string>();
  /** Functions and attributes (`@name`) whose lists belong to it. */
  readonly #names = new Set<string>();
  /** Places behind each mention of a function or attribute that may define it. */
  readonly #definitions = new Map<string, number[]>();
  #isOpen = false;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
    for (const [at, token] of tokens.entries()) {
      if (token === 'def' || token === 'defp' || token === '@') {
        const name = `${token === '@' ? '@' : ''}${tokens[at + 1] ?? ''}`;
        addToList(this.#definitions, name, at + 2);
      }
    }
  }

  /** Reads the value of the key `deps:`. Returns false if it is computed. */
  readValue(at: number): boolean {
    const end = this.#readList(at);
    const next = this.#tokens[end];
    if (end < 0 || (next !== ',' && next !== ']')) {
      return false;
    }
    // Iterating over a set also visits names that are added meanwhile.
    for (const name of this.#names) {
      if (!this.#readDefinitions(name)) {
        return false;
      }
    }
    return true;
  }

  collect(): MixRequests {
    const production = this.#production;
    return {
      development: [...this.#development].filter((name) => !production.has(name)),
      production: [...production],
      isOpen: this.#isOpen,
    };
  }

  /** Returns the place behind the lists; -1 if one of them is computed. */
  #readList(at: number): number {
    let end = this.#readOneList(at);
    while (end >= 0 && this.#tokens[end] === '++') {
      end = this.#readOneList(end + 1);
    }
    return end;
  }

  #readOneList(at: number): number {
    const [first = '', second = ''] = this.#tokens.slice(at, at + 2);
    if (first === '[') {
      return this.#readElements(at + 1);
    }
    if (first === '@' && /^[a-z_]\w*$/.test(second)) {
      this.#names.add(`@${second}`);
      return at + 2;
    }
    if (!/^[a-z_]\w*[?!]?$/.test(first)) {
      return -1;
    }
    this.#names.add(first);
    return second === '(' ? findBracketEnd(this.#tokens, at + 1) : at + 1;
  }

  /** Reads tuples and pairs up to the end of their list. */
  #readElements(start: number): number {
    let at = start;
    while (this.#tokens[at] !== ']') {
      const end = this.#findSeparator(at);
      const element = this.#tokens.slice(at, end);
      if (end < 0 || element.length === 0 || !this.#addElement(element)) {
        return -1;
      }
      at = this.#tokens[end] === ',' ? end + 1 : end;
    }
    return at + 1;
  }

  /** `{:name, "~> 1.0", only: :dev}` or `name: "~> 1.0"`. Returns false for anything else. */
  #addElement(element: readonly string[]): boolean {
    const [first = '', second = ''] = element;
    const isTuple = first === '{' && isBracketed(element);
    const [[name = '', ...more] = [], ...options] = isTuple
      ? splitList(element.slice(1, -1))
      : [[first.endsWith(':') ? `:${first.slice(0, -1)}` : ''], element.slice(1)];
    const found = /^:(?:"([^"#\\]+)"|(\w+[?!]?))$/.exec(name);
    if (found === null || more.length > 0 || (!isTuple && second === '')) {
      return false;
    }
    this.#isOpen ||= element.includes('path:') || element.includes(':path');
    const names = isForDevelopment(options) ? this.#development : this.#production;
    names.add(found[1] ?? found[2] ?? '');
    return true;
  }

  /** All clauses of a function count: which one is called depends on the environment. */
  #readDefinitions(name: string): boolean {
    const places = this.#definitions.get(name) ?? [];
    const bodies = name.startsWith('@')
      ? places.filter((at) => this.#tokens[at] === '[')
      : places.map((at) => this.#findBody(at));
    return (
      bodies.length > 0 &&
      bodies.every((at) => {
        const end = at < 0 ? -1 : this.#readList(at);
        return end >= 0 && NEXT_STATEMENTS.has(this.#tokens[end]);
      })
    );
  }

  /** Returns the place of the body of a clause; -1 if it has none. */
  #findBody(start: number): number {
    for (let at = start; at < this.#tokens.length; at++) {
      const token = this.#tokens[at] ?? '';
      if (token === 'do' || token === 'do:') {
        return at + 1;
      }
      if (token === 'end' || token === 'def' || token === 'defp') {
        return -1;
      }
    }
    return -1;
  }

  /** Returns the place of the comma or bracket that ends an element; -1 if nothing does. */
  #findSeparator(start: number): number {
    let depth = 0;
    for (let at = start; at < this.#tokens.length; at++) {
      const token = this.#tokens[at] ?? '';
      if (depth === 0 && (token === ',' || token === ']')) {
        return at;
      }
      depth += getDepthChange(token);
      if (depth < 0) {
        return -1;
      }
    }
    return -1;
  }
}

function getDepthChange(token: string): number {
  return token === '(' || token === '[' || token === '{'
    ? 1
    : token === ')' || token === ']' || token === '}'
      ? -1
      : 0;
}

/** Returns the place behind the bracket that closes the one at a place; -1 if it is not closed. */
function findBracketEnd(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    depth += getDepthChange(tokens[at] ?? '');
    if (depth === 0) {
      return at + 1;
    }
  }
  return -1;
}

/** Whether the first token opens a bracket that the last one closes. */
function isBracketed(tokens: readonly string[]): boolean {
  return findBracketEnd(tokens, 0) === tokens.length;
}

function splitList(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += getDepthChange(token);
    if (token === ',' && depth === 0) {
      parts.push([]);
    } else {
      parts.at(-1)?.push(token);
    }
  }
  return parts.filter((part) => part.length > 0);
}

/** `only: :dev` or `only: [:dev, :test]`, also in brackets; any other tuple is for production. */
function isForDevelopment(parts: readonly (readonly string[])[]): boolean {
  const options = parts.flatMap((part) =>
    part[0] === '[' && isBracketed(part) ? splitList(part.slice(1, -1)) : [part],
  );
  const values = options.filter(([key]) => key === 'only:').map(([, ...value]) => value);
  const [value = []] = values;
  const isList = value[0] === '[' && isBracketed(value);
  const names = isList ? splitList(value.slice(1, -1)) : [value];
  return (
    values.length === 1 &&
    names.length > 0 &&
    names.every(
      ([name = '', ...more]) => more.length === 0 && /^:\w/.test(name) && name !== PRODUCTION,
    )
  );
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
