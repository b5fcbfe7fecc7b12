/** The part of a derivation that contains the paths of a store. */
export interface NixDerivation {
  /**
   * Name and path of each output; outputs with a path that is only known after the build are
   * omitted.
   */
  readonly outputs: readonly { readonly name: string; readonly path: string }[];
  readonly inputs: readonly { readonly path: string; readonly outputs: readonly string[] }[];
  readonly sources: readonly string[];
  readonly system: string;
}

type Term = string | readonly Term[];

const START = 'Derive(';
const DEPTH_MAX = 8;
const ESCAPES: ReadonlyMap<string, string> = new Map(Object.entries({ n: '\n', r: '\r', t: '\t' }));

/**
 * Parses a derivation, `Derive([outputs],[inputs],[sources],"system",…)`; `undefined` if the text
 * is malformed. Nix Reference Manual, "Derivation", "ATerm format".
 */
export function parseDerivation(text: string): NixDerivation | undefined {
  if (!text.startsWith(START)) {
    return undefined;
  }
  const reader = new TermReader(text, START.length);
  const terms: Term[] = [];
  while (terms.length < 4) {
    const term = reader.readTerm(0);
    if (term === undefined || !reader.takeCharacter(',')) {
      return undefined;
    }
    terms.push(term);
  }
  const [outputs, inputs, sources, system] = terms;
  return {
    outputs: toTermList(outputs).flatMap((output) => {
      const [name, path] = listStrings(output);
      return name === undefined || !path ? [] : [{ name, path }];
    }),
    inputs: toTermList(inputs).flatMap((input) => {
      const [path, names] = toTermList(input);
      return typeof path === 'string' ? [{ path, outputs: listStrings(names) }] : [];
    }),
    sources: listStrings(sources),
    system: typeof system === 'string' ? system : '',
  };
}

function toTermList(term: Term | undefined): readonly Term[] {
  return typeof term === 'string' || term === undefined ? [] : term;
}

function listStrings(term: Term | undefined): string[] {
  return toTermList(term).filter((item) => typeof item === 'string');
}

/** Terms are quoted strings, and lists in brackets of either kind. */
class TermReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  takeCharacter(character: string): boolean {
    const isThere = this.#text[this.#at] === character;
    this.#at += isThere ? 1 : 0;
    return isThere;
  }

  readTerm(depth: number): Term | undefined {
    if (this.takeCharacter('"')) {
      return this.#readQuoted();
    }
    const end = this.takeCharacter('[') ? ']' : this.takeCharacter('(') ? ')' : undefined;
    return end === undefined || depth > DEPTH_MAX ? undefined : this.#readList(end, depth);
  }

  #readList(end: string, depth: number): Term | undefined {
    const items: Term[] = [];
    if (this.takeCharacter(end)) {
      return items;
    }
    do {
      const item = this.readTerm(depth + 1);
      if (item === undefined) {
        return undefined;
      }
      items.push(item);
    } while (this.takeCharacter(','));
    return this.takeCharacter(end) ? items : undefined;
  }

  #readQuoted(): string | undefined {
    const start = this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    const quoted = this.#text.slice(start, this.#at);
    return this.takeCharacter('"')
      ? quoted.replace(/\\([^])/g, (_, escaped: string) => ESCAPES.get(escaped) ?? escaped)
      : undefined;
  }
}
