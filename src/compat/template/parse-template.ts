import { type Piece, readPieces, type Token } from './read-tokens.ts';
import type { Body, Branch, Command, Definitions, Node, Operand, Pipeline } from './syntax.ts';
import { templateError } from './template-error.ts';

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
    const { body, ending } = this.#body([]);
    this.#definitions.set('', body);
    if (ending !== undefined) {
      throw templateError(`unexpected "${ending.word}": there is no open block`, ending.line);
    }
    return this.#definitions;
  }

  /**
   * Parses nodes up to one of the keywords, which is `undefined` only at the end of the template.
   */
  #body(words: readonly string[]): { body: Body; ending: Ending | undefined } {
    const body: Node[] = [];
    for (let piece = this.#pieces[this.#at]; piece; piece = this.#pieces[this.#at]) {
      this.#at += 1;
      if (piece.kind === 'text') {
        body.push(piece);
        continue;
      }
      const reader = new TokenReader(piece, this.#depthMax);
      const word = reader.keyword();
      if (word === 'end' || word === 'else') {
        if (!words.includes(word)) {
          throw templateError(`unexpected "${word}": it is outside its block`, piece.line);
        }
        return { body, ending: { word, reader, line: piece.line } };
      }
      body.push(...this.#action(word, reader, piece));
    }
    return { body, ending: undefined };
  }

  #action(word: string | undefined, reader: TokenReader, { line }: Action): Node[] {
    switch (word) {
      case 'if':
      case 'with':
        return [this.#nested(line, () => this.#branches(word, reader, line))];
      case 'range':
        return [this.#nested(line, () => this.#range(reader, line))];
      case 'define':
        this.#nested(line, () => this.#define(reader, line));
        return [];
      case 'block':
        return [this.#nested(line, () => this.#define(reader, line))];
      case 'template':
        return [namedTemplate(reader)];
      case 'break':
      case 'continue':
        reader.finish();
        return [{ kind: word }];
      default: {
        const pipeline = reader.pipeline();
        reader.finish();
        return [{ kind: 'output', pipeline }];
      }
    }
  }

  #nested<T>(line: number, parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.#depthMax) {
      throw templateError(`actions are nested more than ${this.#depthMax} deep`, line);
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #branches(kind: 'if' | 'with', reader: TokenReader, line: number): Node {
    const branches: Branch[] = [];
    let current: TokenReader | undefined = reader;
    while (current !== undefined) {
      const pipeline = current.pipeline();
      current.finish();
      const { body, ending } = this.#body(['end', 'else']);
      branches.push({ pipeline, body });
      const { word, reader: next } = present(ending, line);
      if (word === 'end') {
        next.finish();
        return { kind, branches, otherwise: [] };
      }
      current = next.keyword(kind) === kind ? next : undefined;
      if (current === undefined) {
        next.finish();
      }
    }
    return { kind, branches, otherwise: this.#rest(line) };
  }

  #range(reader: TokenReader, line: number): Node {
    const pipeline = reader.pipeline();
    reader.finish();
    const { body, ending } = this.#body(['end', 'else']);
    const { word, reader: rest } = present(ending, line);
    rest.finish();
    const otherwise = word === 'else' ? this.#rest(line) : [];
    return { kind: 'range', pipeline, body, otherwise };
  }

  #rest(line: number): Body {
    const { body, ending } = this.#body(['end']);
    present(ending, line).reader.finish();
    return body;
  }

  #define(reader: TokenReader, line: number): Node {
    const node = namedTemplate(reader);
    this.#definitions.set(node.name, this.#rest(line));
    return node;
  }
}

function namedTemplate(reader: TokenReader): Node & { readonly kind: 'template' } {
  const name = reader.string();
  const pipeline = reader.isAtEnd ? undefined : reader.pipeline();
  reader.finish();
  return { kind: 'template', name, pipeline };
}

function present(ending: Ending | undefined, line: number): Ending {
  if (ending === undefined) {
    throw templateError('missing "end"', line);
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
  keyword(only?: string): string | undefined {
    const token = this.#tokens[this.#at];
    const isKeyword = token?.kind === 'word' && KEYWORDS.has(token.text);
    if (!isKeyword || (only !== undefined && token.text !== only)) {
      return undefined;
    }
    this.#at += 1;
    return token.text;
  }

  string(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'string') {
      throw this.#wrong('missing a quoted name');
    }
    this.#at += 1;
    return token.text;
  }

  finish(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) {
      throw this.#wrong(`unexpected "${token.text}"`);
    }
  }

  pipeline(): Pipeline {
    this.#depth += 1;
    if (this.#depth > this.#depthMax) {
      throw this.#wrong(`parentheses are nested more than ${this.#depthMax} deep`);
    }
    const declaration = this.#declaration();
    const commands: Command[] = [this.#command()];
    while (this.#takeSymbol('|')) {
      commands.push(this.#command());
    }
    this.#depth -= 1;
    return { line: this.#line, ...declaration, commands };
  }

  /** Parses `$a :=`, `$a, $b :=` or `$a =`. */
  #declaration(): Pick<Pipeline, 'variables' | 'isAssignment'> {
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

  #command(): Command {
    const first = this.#operand();
    if (first === undefined) {
      throw this.#wrong('missing a value');
    }
    const operands: [Operand, ...Operand[]] = [first];
    for (let next = this.#operand(); next !== undefined; next = this.#operand()) {
      operands.push(next);
    }
    return { operands };
  }

  #operand(): Operand | undefined {
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
        return wordOperand(token.text);
      case 'variable':
        this.#at += 1;
        return { kind: 'variable', name: token.text, fields: this.#fields(false) };
      case 'field':
        return { kind: 'field', fields: this.#fields(true) };
      case 'symbol':
        return this.#symbolOperand(token.text);
    }
  }

  #symbolOperand(symbol: string): Operand | undefined {
    if (symbol === '.') {
      this.#at += 1;
      return { kind: 'field', fields: [] };
    }
    if (symbol !== '(') {
      return undefined;
    }
    this.#at += 1;
    const pipeline = this.pipeline();
    if (!this.#takeSymbol(')')) {
      throw this.#wrong('missing ")"');
    }
    return { kind: 'group', pipeline, fields: this.#fields(false) };
  }

  /** Reads fields that follow each other without white space; the first may be separated. */
  #fields(isFirstFree: boolean): string[] {
    const fields: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      const isJoined = token?.isApart === false || (isFirstFree && fields.length === 0);
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

  #wrong(message: string): Error {
    return templateError(message, this.#line);
  }
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map(
  Object.entries({
    true: true,
    false: false,
    nil: null,
  }),
);

function wordOperand(word: string): Operand {
  const value = CONSTANTS.get(word);
  return value === undefined ? { kind: 'function', name: word } : { kind: 'literal', value };
}
