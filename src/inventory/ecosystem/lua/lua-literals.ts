import type { Limits } from '../../../foundation/core/limits.ts';

/**
 * A literal value: strings, and tables with their members by name and those without a name in
 * order. Other values are `undefined`.
 */
export type LuaValue = string | LuaTable | undefined;

export interface LuaTable {
  readonly members: ReadonlyMap<string, LuaValue>;
  readonly items: readonly LuaValue[];
}

const TOKEN =
  /--\[(=*)\[|--[^\n]*|\[(=*)\[|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|\.\.\.?|[A-Za-z_]\w*|\d[\w.]*|[{}=,;[\]()]/g;

/**
 * Returns the values that a program assigns to names, if they are literals, names assigned before,
 * or such strings joined by `..`. The program is not run. Returns `undefined` if a table is not
 * closed or tables are nested too deep. Lua Reference Manual, "Lexical Conventions".
 */
export function parseLuaAssignments(
  text: string,
  limits: Limits,
): ReadonlyMap<string, LuaValue> | undefined {
  const reader = new LuaReader(tokenizeLua(text), limits);
  return reader.readAssignments();
}

/** `text` is a string literal; the others are tokens as written. */
interface Token {
  readonly kind: 'text' | 'word' | 'mark';
  readonly value: string;
}

function* tokenizeLua(text: string): Generator<Token> {
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    let next = TOKEN.lastIndex;
    const [token, comment, long] = found;
    const level = comment ?? long;
    if (level !== undefined) {
      const end = text.indexOf(`]${level}]`, next);
      const inner = text.slice(next, end < 0 ? text.length : end);
      next = end < 0 ? text.length : end + level.length + 2;
      if (comment === undefined) {
        yield { kind: 'text', value: inner.replace(/^\r?\n/, '') };
      }
    } else if (token.startsWith('"') || token.startsWith("'")) {
      yield { kind: 'text', value: token.slice(1, -1).replace(/\\(.)/g, '$1') };
    } else if (!token.startsWith('--')) {
      yield { kind: /^\w/.test(token) ? 'word' : 'mark', value: token };
    }
    TOKEN.lastIndex = next;
  }
}

class LuaReader {
  readonly #tokens: readonly Token[];
  readonly #limits: Limits;
  readonly #names = new Map<string, LuaValue>();
  #at = 0;
  #isBroken = false;

  constructor(tokens: Iterable<Token>, limits: Limits) {
    this.#tokens = [...tokens];
    this.#limits = limits;
  }

  readAssignments(): ReadonlyMap<string, LuaValue> | undefined {
    while (this.#at < this.#tokens.length && !this.#isBroken) {
      const token = this.#next();
      if (token?.kind === 'word' && this.#isMark('=') && !this.#isMark('=', 1)) {
        this.#at++;
        this.#names.set(token.value, this.#readExpression(0));
      }
    }
    return this.#isBroken ? undefined : this.#names;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #isMark(value: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'mark' && token.value === value;
  }

  /** Strings joined by `..` are one string; joined with an unknown value, the result is unknown. */
  #readExpression(depth: number): LuaValue {
    let value = this.#readSingle(depth);
    while (this.#isMark('..')) {
      this.#at++;
      const other = this.#readSingle(depth);
      value = this.#joinValues(value, other);
    }
    return value;
  }

  /** A name may be joined with itself repeatedly, so the length is limited. */
  #joinValues(left: LuaValue, right: LuaValue): LuaValue {
    const areTexts = typeof left === 'string' && typeof right === 'string';
    return areTexts && left.length + right.length <= this.#limits.propertyCharsMax
      ? left + right
      : undefined;
  }

  #readSingle(depth: number): LuaValue {
    const token = this.#next();
    if (token?.kind === 'text') {
      return token.value;
    }
    if (token?.kind === 'word') {
      return this.#names.get(token.value);
    }
    return token?.value === '{' ? this.#readTable(depth + 1) : undefined;
  }

  #readTable(depth: number): LuaTable | undefined {
    const members = new Map<string, LuaValue>();
    const items: LuaValue[] = [];
    if (depth > this.#limits.documentDepthMax) {
      this.#isBroken = true;
    }
    while (!this.#isBroken) {
      if (this.#at >= this.#tokens.length) {
        this.#isBroken = true;
      } else if (this.#isMark('}')) {
        this.#at++;
        return { members, items };
      } else if (this.#isMark(',') || this.#isMark(';')) {
        this.#at++;
      } else {
        this.#readMember(members, items, depth);
      }
    }
    return undefined;
  }

  /** `name = value`, `["name"] = value`, or a value alone. */
  #readMember(members: Map<string, LuaValue>, items: LuaValue[], depth: number): void {
    const start = this.#at;
    const isIndexed = this.#isMark('[') && this.#isMark(']', 2) && this.#isMark('=', 3);
    const isNamed = this.#tokens[start]?.kind === 'word' && this.#isMark('=', 1);
    if (isIndexed || isNamed) {
      const name = this.#tokens[isIndexed ? start + 1 : start]?.value ?? '';
      this.#at = start + (isIndexed ? 4 : 2);
      members.set(name, this.#readExpression(depth));
    } else {
      items.push(this.#readExpression(depth));
    }
  }
}

/** Returns the string member of a table; empty if there is none. */
export function getLuaText(value: LuaValue, name: string): string {
  const member = typeof value === 'object' ? value.members.get(name) : undefined;
  return typeof member === 'string' ? member : '';
}
