import type { Budget } from '../../../foundation/core/budget.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import { RUBY_CHAR_STEPS, type RubyToken, readRubyTokens } from './ruby-tokens.ts';

/** Names of the gems that a Gemfile or a gem specification requests. */
export interface GemRequests {
  /** Only requested by groups that production does not install. */
  readonly development: readonly string[];
  /** Requested by any other group. */
  readonly production: readonly string[];
  /** Whether the Gemfile also includes the requests of the specification in its directory. */
  readonly hasSpecification: boolean;
}

/** Groups that `bundle install --without development test` excludes. */
const DEVELOPMENT_GROUPS = ['development', 'test'] as const;
const OPENERS: ReadonlySet<string> = new Set(
  'if unless case while until for begin def class module'.split(' '),
);
const SEPARATORS: ReadonlySet<string> = new Set(['then', 'else', 'ensure', 'rescue']);
/**
 * Calls that may request gems that the file does not name: they run other code, call a method by a
 * computed name, or add to the list of gems themselves.
 */
const UNKNOWN_CALLS: ReadonlySet<string> = new Set(
  (
    '__send__ alias alias_method autoload binding Bundler class_eval class_exec define_method ' +
    'dependencies eval eval_gemfile instance_eval instance_exec instance_method ' +
    'instance_variable_get instance_variable_set load method module_eval module_exec ' +
    'public_method public_send require_relative send singleton_method'
  ).split(' '),
);
/** Specifications often run the file that defines their version, so running code is accepted. */
const INDIRECT_CALLS: ReadonlySet<string> = new Set(
  '__send__ alias alias_method dependencies method public_method public_send send'.split(' '),
);
/** Parts of Ruby itself, which request no gems. Any other file may. */
const HARMLESS_FILES: ReadonlySet<string> = new Set(
  (
    'date English erb etc fileutils json net/http open-uri open3 openssl ostruct pathname rbconfig ' +
    'rubygems set shellwords socket tempfile time tmpdir uri yaml'
  ).split(' '),
);
/** Code that runs elsewhere, where other groups may be open. */
const DEFERRED: ReadonlySet<string> = new Set(['lambda', 'proc', 'Proc', '>']);

/** Characters after which a statement continues on the next line. */
const CONTINUED: ReadonlySet<string> = new Set([',', '\\', '=>', '=', '+', '.']);

/** Stands for a group with a computed name. */
const UNKNOWN_GROUP = '';

interface GemCall {
  readonly name: string;
  readonly groups: readonly string[];
}

/**
 * Reads the groups that request each gem: Bundler, "gemfile(5)". A Gemfile is a program, which is
 * not run. Returns `undefined` if it may request unnamed gems outside of development groups, or if
 * the budget has no steps left: then no gem is proven to be for development only.
 */
export function readGemfile(text: string, budget: Budget): GemRequests | undefined {
  if (!budget.takeSteps(text.length * RUBY_CHAR_STEPS)) {
    return undefined;
  }
  const reader = new GemfileReader(budget.limits);
  const tokens = readRubyTokens(text);
  tokens?.forEach((token) => reader.addToken(token));
  return tokens && reader.finishRequests();
}

const DEVELOPMENT_CALL = 'add_development_dependency';
const DEPENDENCY_CALLS: ReadonlySet<string> = new Set([
  'add_dependency',
  DEVELOPMENT_CALL,
  'add_runtime_dependency',
]);

/**
 * Returns the gems that only development of a specification requires, e.g.
 * `spec.add_development_dependency "rake"`. Returns `undefined` if it may require unnamed gems, or
 * if the budget has no steps left.
 */
export function readDevelopmentDependencies(
  text: string,
  budget: Budget,
): readonly string[] | undefined {
  if (!text.includes(DEVELOPMENT_CALL)) {
    return [];
  }
  const tokens = budget.takeSteps(text.length * RUBY_CHAR_STEPS) ? readRubyTokens(text) : undefined;
  if (tokens === undefined || tokens.some(isIndirectCall)) {
    return undefined;
  }
  const development = new Set<string>();
  const production = new Set<string>();
  for (const [place, { kind, value }] of tokens.entries()) {
    if (kind !== 'word' || !DEPENDENCY_CALLS.has(value)) {
      continue;
    }
    const next = tokens[place + 1];
    const name = isMark(next, '(') ? tokens[place + 2] : next;
    const isNamed = name?.kind === 'text' && name.isDynamic !== true;
    if (isNamed) {
      (value === DEVELOPMENT_CALL ? development : production).add(name.value);
    } else if (value !== DEVELOPMENT_CALL) {
      return undefined;
    }
  }
  return [...development].filter((name) => !production.has(name));
}

/** Whether a specification may require gems by other means than the calls themselves. */
function isIndirectCall({ kind, value }: RubyToken): boolean {
  return kind === 'word' && INDIRECT_CALLS.has(value);
}

function isUnknownCall({ kind, value }: RubyToken): boolean {
  return kind === 'word' && UNKNOWN_CALLS.has(value);
}

class GemfileReader {
  readonly #limits: Limits;
  readonly #calls: GemCall[] = [];
  readonly #leftOut = new Set<string>(DEVELOPMENT_GROUPS);
  /** Groups added by each open block. */
  readonly #blocks: (readonly string[])[] = [];
  #statement: RubyToken[] = [];
  #depth = 0;
  #isUnknown = false;
  #hasSpecification = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  addToken(token: RubyToken): void {
    const { kind, value } = token;
    if (kind === 'word' && this.#takeKeyword(value)) {
      return;
    }
    if (kind === 'mark') {
      this.#addMark(token);
    } else if (kind === 'line') {
      this.#endLine();
    } else {
      this.#statement.push(token);
    }
  }

  finishRequests(): GemRequests | undefined {
    this.#endStatement();
    const isLeftOut = (call: GemCall): boolean =>
      call.groups.length > 0 && call.groups.every((group) => this.#leftOut.has(group));
    const isOpen = this.#calls.some((call) => call.name === '' && !isLeftOut(call));
    if (this.#isUnknown || isOpen || this.#blocks.length > 0) {
      return undefined;
    }
    const production = new Set(
      this.#calls.filter((call) => !isLeftOut(call)).map(({ name }) => name),
    );
    const named = new Set(this.#calls.map(({ name }) => name).filter((name) => name !== ''));
    return {
      development: [...named].filter((name) => !production.has(name)),
      production: [...production],
      hasSpecification: this.#hasSpecification,
    };
  }

  /**
   * Handles keywords that begin or end a block or a statement; `do` ends the line that opens its
   * block.
   */
  #takeKeyword(word: string): boolean {
    const last = this.#statement.at(-1);
    if (isMark(last, '.')) {
      return false;
    }
    const isAtStart = this.#statement.length === 0 || last?.value === '=';
    if (word === 'do') {
      const isLoop = /^(?:while|until|for)$/.test(this.#statement[0]?.value ?? '');
      this.#endStatement(!isLoop);
    } else if (word === 'end') {
      this.#endBlock();
    } else if (SEPARATORS.has(word)) {
      this.#endStatement();
    } else if (OPENERS.has(word) && isAtStart) {
      // A method may be called from another group than the one it is defined in.
      this.#isUnknown ||= word === 'def' && this.#blocks.flat().length > 0;
      this.#beginBlock([]);
      return false;
    } else {
      return false;
    }
    return true;
  }

  #addMark(token: RubyToken): void {
    const { value } = token;
    if (value === '{' && this.#depth === 0 && this.#statement[0]?.value === 'group') {
      this.#endStatement(true);
    } else if (value === '}' && this.#depth === 0) {
      this.#endBlock();
    } else if (value === ';' && this.#depth === 0) {
      this.#endStatement();
    } else {
      this.#depth += getDepthChange(token);
      this.#statement.push(token);
    }
  }

  #beginBlock(groups: readonly string[]): void {
    this.#blocks.push(groups);
    this.#isUnknown ||= this.#blocks.length > this.#limits.documentDepthMax;
  }

  /** An end without a beginning: the program was misread, and proves nothing. */
  #endBlock(): void {
    this.#endStatement();
    this.#isUnknown ||= this.#blocks.pop() === undefined;
  }

  #endLine(): void {
    const last = this.#statement.at(-1);
    const isContinued =
      this.#depth > 0 ||
      last?.kind === 'key' ||
      (last?.kind === 'mark' && CONTINUED.has(last.value));
    if (isMark(last, '\\')) {
      this.#statement.pop();
    }
    if (!isContinued) {
      this.#endStatement();
    }
  }

  #endStatement(opensBlock = false): void {
    const statement = this.#statement;
    this.#statement = [];
    this.#depth = 0;
    const [first, ...values] = statement;
    const isCall = first?.kind === 'word';
    if (isUnknownStatement(statement)) {
      this.#isUnknown = true;
    } else if (isCall && first.value === 'gem') {
      this.#addGem(values);
    } else if (isCall && first.value === 'gemspec') {
      this.#addSpecification(values);
    } else if (statement.some(({ kind, value }) => kind === 'word' && value === 'gem')) {
      this.#isUnknown ||= statement.some(({ value }) => DEFERRED.has(value));
      this.#addCall('', []);
    }
    if (opensBlock) {
      this.#beginBlock(isCall && first.value === 'group' ? this.#readGroups(values) : []);
    }
  }

  #addCall(name: string, groups: readonly string[]): void {
    if (!this.#isUnknown) {
      this.#calls.push({ name, groups: [...this.#blocks.flat(), ...groups] });
    }
  }

  #addGem(values: readonly RubyToken[]): void {
    this.#isUnknown ||= values.some(({ kind, value }) => kind === 'word' && value === 'gem');
    const [name, ...others] = splitArguments(values);
    const [token, ...more] = name ?? [];
    const isNamed = token?.kind === 'text' && token.isDynamic !== true && more.length === 0;
    const groups = others.flatMap((each) =>
      isGroupOption(each)
        ? readNames(getOptionValue(each))
        : isOpenArgument(each)
          ? [UNKNOWN_GROUP]
          : [],
    );
    this.#addCall(isNamed ? token.value : '', groups);
  }

  /** The group for the specification's development dependencies may have another name. */
  #addSpecification(values: readonly RubyToken[]): void {
    const isOther = splitArguments(values).some(
      (each) => getOptionKey(each) === 'development_group' || isOpenArgument(each),
    );
    this.#hasSpecification = !isOther;
  }

  #readGroups(values: readonly RubyToken[]): string[] {
    const given = splitArguments(values);
    const groups = given.filter((each) => getOptionKey(each) === undefined).flatMap(readNames);
    const isOptional = given.some(
      (each) => getOptionKey(each) === 'optional' && getOptionValue(each)[0]?.value === 'true',
    );
    for (const group of isOptional ? groups : []) {
      if (group !== UNKNOWN_GROUP) {
        this.#leftOut.add(group);
      }
    }
    return groups;
  }
}

/** Whether a statement may request gems by other means than the call `gem`. */
function isUnknownStatement(statement: readonly RubyToken[]): boolean {
  const [first, second] = statement;
  if (first?.kind === 'word' && first.value === 'require') {
    return second?.kind !== 'text' || !HARMLESS_FILES.has(second.value) || statement.length > 2;
  }
  const isGem = first?.kind === 'word' && first.value === 'gem';
  return statement.some(
    (token) =>
      isUnknownCall(token) ||
      (token.kind === 'word' && token.value === 'require') ||
      (token.kind === 'text' && token.value === 'gem' && !isGem),
  );
}

/**
 * Returns the arguments of a call, with or without parentheses; a condition after them is not an
 * argument.
 */
function splitArguments(values: readonly RubyToken[]): RubyToken[][] {
  const isWrapped = isMark(values[0], '(');
  const found: RubyToken[][] = [[]];
  let depth = 0;
  for (const token of isWrapped ? values.slice(1) : values) {
    const { kind, value } = token;
    const isEnd = isWrapped
      ? isMark(token, ')') && depth === 0
      : kind === 'word' && depth === 0 && (value === 'if' || value === 'unless');
    if (isEnd) {
      break;
    }
    if (isMark(token, ',') && depth === 0) {
      found.push([]);
      continue;
    }
    depth += getDepthChange(token);
    found.at(-1)?.push(token);
  }
  return found.filter((each) => each.length > 0);
}

function isMark(token: RubyToken | undefined, value: string): boolean {
  return token?.kind === 'mark' && token.value === value;
}

/** Returns 1 for an opening bracket, -1 for a closing one, else 0. */
function getDepthChange({ kind, value }: RubyToken): number {
  if (kind !== 'mark') {
    return 0;
  }
  return '([{'.includes(value) ? 1 : ')]}'.includes(value) ? -1 : 0;
}

/** Returns the key of `key: value`, `:key => value` and `'key' => value`. */
function getOptionKey([first, second]: readonly RubyToken[]): string | undefined {
  const isArrow = first?.kind === 'text' && isMark(second, '=>');
  return first?.kind === 'key' || isArrow ? first.value : undefined;
}

function getOptionValue(tokens: readonly RubyToken[]): readonly RubyToken[] {
  return tokens[0]?.kind === 'key' ? tokens.slice(1) : tokens.slice(2);
}

function isGroupOption(tokens: readonly RubyToken[]): boolean {
  const key = getOptionKey(tokens);
  return key === 'group' || key === 'groups';
}

/** Whether an argument may contain any option: a variable, a call, `**options`, `{ … }`. */
function isOpenArgument(tokens: readonly RubyToken[]): boolean {
  return (
    getOptionKey(tokens) === undefined &&
    tokens.some(({ kind }) => kind === 'word' || kind === 'key')
  );
}

/**
 * Returns names of groups: `:test`, `'test'`, lists of them. Any other expression is a group with
 * an unknown name.
 */
function readNames(tokens: readonly RubyToken[]): string[] {
  return tokens.flatMap(({ kind, value, isDynamic }) => {
    if (kind === 'mark' && (value === '[' || value === ']' || value === ',')) {
      return [];
    }
    if (kind === 'list' && isDynamic !== true) {
      return value.split(/\s+/).filter((name) => name !== '');
    }
    return [kind === 'text' && isDynamic !== true ? value : UNKNOWN_GROUP];
  });
}
