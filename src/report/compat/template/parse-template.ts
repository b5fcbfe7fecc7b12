import { type Piece, readPieces, type Token } from './read-tokens.ts';
import type { Body, Branch, Command, Definitions, Node, Operand, Pipeline } from './syntax.ts';
import { createTemplateError } from './template-error.ts';

/**
 * Parses a template of Go's package text/template.
 *
 * @throws UserError `E_TEMPLATE` if it is invalid
 */
export function parseTemplate(text: string, depthMax: number): Definitions {
  return new Parser(readPieces(text), depthMax).parse();
}

type Action = Piece & { readonly kind: 'action' };

/** The end of a body: the keyword and the part after it. */
interface Ending {
  readonly word: string;
  readonly reader: TokenReader;
  readonly line: number;
}

class Parser {
  readonly #pieces: readonly Piece[];
  readonly #depthMax: number;
  readonly #definitions = new Map<string, Body>();
  #at = 0;
  #depth = 0;

  constructor(pieces: readonly Piece[], depthMax: number) {
    this.#pieces = pieces;
    this.#depthMax = depthMax;
  }

  parse(): Definitions {
    const { body, ending } = this.#parseBody([]);
    this.#definitions.set('', body);
    if (ending !== undefined) {
      throw createTemplateError(`unexpected "${ending.word}": no block is open`, ending.line);
    }
    return this.#definitions;
  }

  /**
   * Parses nodes up to one of the keywords, which is `undefined` only at the end of the template.
   */
  #parseBody(words: readonly string[]): { body: Body; ending: Ending | undefined } {
    const body: Node[] = [];
    for (let piece = this.#pieces[this.#at]; piece; piece = this.#pieces[this.#at]) {
      this.#at += 1;
      if (piece.kind === 'text') {
        body.push(piece);
        continue;
      }
      const reader = new TokenReader(piece, this.#depthMax);
      const word = reader.readKeyword();
      if (word === 'end' || word === 'else') {
        if (!words.includes(word)) {
          throw createTemplateError(`unexpected "${word}": it is outside its block`, piece.line);
        }
        return { body, ending: { word, reader, line: piece.line } };
      }
      body.push(...this.#parseAction(word, reader, piece));
    }
    return { body, ending: undefined };
  }

  #parseAction(word: string | undefined, reader: TokenReader, { line }: Action): Node[] {
    switch (word) {
      case 'if':
      case 'with':
        return [this.#parseNested(line, () => this.#parseBranches(word, reader, line))];
      case 'range':
        return [this.#parseNested(line, () => this.#parseRange(reader, line))];
      case 'define':
        this.#parseNested(line, () => this.#define(reader, line));
        return [];
      case 'block':
        return [this.#parseNested(line, () => this.#define(reader, line))];
      case 'template':
        return [parseNamedTemplate(reader)];
      case 'break':
      case 'continue':
        reader.expectEnd();
        return [{ kind: word }];
      default: {
        const pipeline = reader.parsePipeline();
        reader.expectEnd();
        return [{ kind: 'output', pipeline }];
      }
    }
  }

  #parseNested<T>(line: number, parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.#depthMax) {
      throw createTemplateError(`actions are nested more than ${this.#depthMax} deep`, line);
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #parseBranches(kind: 'if' | 'with', reader: TokenReader, line: number): Node {
    const branches: Branch[] = [];
    let current: TokenReader | undefined = reader;
    while (current !== undefined) {
      const pipeline = current.parsePipeline();
      current.expectEnd();
      const { body, ending } = this.#parseBody(['end', 'else']);
      branches.push({ pipeline, body });
      const { word, reader: next } = requireEnding(ending, line);
      if (word === 'end') {
        next.expectEnd();
        return { kind, branches, otherwise: [] };
      }
      current = next.readKeyword(kind) === kind ? next : undefined;
      if (current === undefined) {
        next.expectEnd();
      }
    }
    return { kind, branches, otherwise: this.#parseRest(line) };
  }

  #parseRange(reader: TokenReader, line: number): Node {
    const pipeline = reader.parsePipeline();
    reader.expectEnd();
    const { body, ending } = this.#parseBody(['end', 'else']);
    const { word, reader: rest } = requireEnding(ending, line);
    rest.expectEnd();
    const otherwise = word === 'else' ? this.#parseRest(line) : [];
    return { kind: 'range', pipeline, body, otherwise };
  }

  #parseRest(line: number): Body {
    const { body, ending } = this.#parseBody(['end']);
    requireEnding(ending, line).reader.expectEnd();
    return body;
  }

  #define(reader: TokenReader, line: number): Node {
    const node = parseNamedTemplate(reader);
    this.#definitions.set(node.name, this.#parseRest(line));
    return node;
  }
}

function parseNamedTemplate(reader: TokenReader): Node & { readonly kind: 'template' } {
  const name = reader.readQuotedName();
  const pipeline = reader.isAtEnd ? undefined : reader.parsePipeline();
  reader.expectEnd();
  return { kind: 'template', name, pipeline };
}

function requireEnding(ending: Ending | undefined, line: number): Ending {
  if (ending === undefined) {
    throw createTemplateError('missing "end"', line);
  }
  return ending;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'with',
  'range',
  'define',
  'block',
  'template',
  'else',
  'end',
  'break',
  'continue',
]);

/** Reads the tokens of one action. */
class TokenReader {
  readonly #tokens: readonly Token[];
  readonly #line: number;
  readonly #depthMax: number;
  #at = 0;
  #depth = 0;

  constructor({ tokens, line }: Action, depthMax: number) {
    this.#tokens = tokens;
    this.#line = line;
    this.#depthMax = depthMax;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Reads the keyword with which the action begins, or only the requested one. */
  readKeyword(only?: string): string | undefined {
    const token = this.#tokens[this.#at];
    const isKeyword = token?.kind === 'word' && KEYWORDS.has(token.text);
    if (!isKeyword || (only !== undefined && token.text !== only)) {
      return undefined;
    }
    this.#at += 1;
    return token.text;
  }

  readQuotedName(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'string') {
      throw this.#createError('missing a quoted name');
    }
    this.#at += 1;
    return token.text;
  }

  expectEnd(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) {
      throw this.#createError(`unexpected "${token.text}"`);
    }
  }

  parsePipeline(): Pipeline {
    this.#depth += 1;
    if (this.#depth > this.#depthMax) {
      throw this.#createError(`parentheses are nested more than ${this.#depthMax} deep`);
    }
    const declaration = this.#parseDeclaration();
    const commands: Command[] = [this.#parseCommand()];
    while (this.#takeSymbol('|')) {
      commands.push(this.#parseCommand());
    }
    this.#depth -= 1;
    return { line: this.#line, ...declaration, commands };
  }

  /** Parses `$a :=`, `$a, $b :=` or `$a =`. */
  #parseDeclaration(): Pick<Pipeline, 'variables' | 'isAssignment'> {
    const start = this.#at;
    const variables: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'variable' || token.text === '$') {
        break;
      }
      variables.push(token.text);
      this.#at += 1;
    } while (variables.length < 2 && this.#takeSymbol(','));
    const isNew = variables.length > 0 && this.#takeSymbol(':=');
    if (isNew || (variables.length > 0 && this.#takeSymbol('='))) {
      return { variables, isAssignment: !isNew };
    }
    this.#at = start;
    return { variables: [], isAssignment: false };
  }

  #parseCommand(): Command {
    const first = this.#parseOperand();
    if (first === undefined) {
      throw this.#createError('missing a value');
    }
    const operands: [Operand, ...Operand[]] = [first];
    for (let next = this.#parseOperand(); next !== undefined; next = this.#parseOperand()) {
      operands.push(next);
    }
    return { operands };
  }

  #parseOperand(): Operand | undefined {
    const token = this.#tokens[this.#at];
    switch (token?.kind) {
      case undefined:
        return undefined;
      case 'string':
        this.#at += 1;
        return { kind: 'literal', value: token.text };
      case 'number':
        this.#at += 1;
        return { kind: 'literal', value: Number(token.text) };
      case 'word':
        this.#at += 1;
        return toWordOperand(token.text);
      case 'variable':
        this.#at += 1;
        return { kind: 'variable', name: token.text, fields: this.#readFields(false) };
      case 'field':
        return { kind: 'field', fields: this.#readFields(true) };
      case 'symbol':
        return this.#parseSymbolOperand(token.text);
    }
  }

  #parseSymbolOperand(symbol: string): Operand | undefined {
    if (symbol === '.') {
      this.#at += 1;
      return { kind: 'field', fields: [] };
    }
    if (symbol !== '(') {
      return undefined;
    }
    this.#at += 1;
    const pipeline = this.parsePipeline();
    if (!this.#takeSymbol(')')) {
      throw this.#createError('missing ")"');
    }
    return { kind: 'group', pipeline, fields: this.#readFields(false) };
  }

  /** Reads fields that follow each other without white space; the first may be separated. */
  #readFields(isFirstFree: boolean): string[] {
    const fields: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      const isJoined = token?.isSpaced === false || (isFirstFree && fields.length === 0);
      if (token?.kind !== 'field' || !isJoined) {
        return fields;
      }
      fields.push(token.text.slice(1));
      this.#at += 1;
    }
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token?.kind === 'symbol' && token.text === symbol;
    this.#at += isIt ? 1 : 0;
    return isIt;
  }

  #createError(message: string): Error {
    return createTemplateError(message, this.#line);
  }
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map(
  Object.entries({
    true: true,
    false: false,
    nil: null,
  }),
);

function toWordOperand(word: string): Operand {
  const value = CONSTANTS.get(word);
  return value === undefined ? { kind: 'function', name: word } : { kind: 'literal', value };
}
