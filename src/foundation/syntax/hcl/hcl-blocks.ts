/** A block with one label, `kind "label" { … }`, and the strings in its arguments. */
export interface HclBlock {
  readonly kind: string;
  readonly label: string;
  readonly arguments: ReadonlyMap<string, readonly string[]>;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[\w.-]+|[{}[\]=]|#[^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

/**
 * Returns the blocks of a machine-written document, such as a lock file: arguments are strings or
 * lists of them. `undefined` if a block is not closed or is nested in another. HCL Native Syntax
 * Specification.
 */
export function parseHclBlocks(text: string): readonly HclBlock[] | undefined {
  const blocks: HclBlock[] = [];
  let values: Map<string, string[]> | undefined;
  let argument: string[] | undefined;
  let words: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('#') || token.startsWith('/')) {
      continue;
    }
    if (token === '{') {
      if (values !== undefined) {
        return undefined;
      }
      values = new Map();
      blocks.push({ kind: words[0] ?? '', label: words[1] ?? '', arguments: values });
      words = [];
    } else if (token === '}') {
      values = undefined;
      argument = undefined;
      words = [];
    } else if (token === '=') {
      argument = [];
      values?.set(words.at(-1) ?? '', argument);
    } else if (token.startsWith('"')) {
      const inner = token.slice(1, -1).replace(/\\(.)/g, '$1');
      (values === undefined ? words : argument)?.push(inner);
    } else if (/\w/.test(token)) {
      words = values === undefined ? [...words.slice(-1), token] : [token];
    }
  }
  return values === undefined ? blocks : undefined;
}
