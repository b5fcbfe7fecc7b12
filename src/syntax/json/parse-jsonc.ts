import { parseJson } from './parse-json.ts';

const TOKEN = /"(?:[^"\\]|\\[^])*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|,(?=\s*[}\]])/g;

/**
 * The value of JSON with comments and with commas after the last member or element; `undefined`
 * where it is not well formed.
 */
export function parseJsonc(text: string): unknown {
  // Comments go first: a comma may have one behind it.
  const bare = text.replace(TOKEN, (token) => (token.startsWith('/') ? ' ' : token));
  return parseJson(bare.replace(TOKEN, (token) => (token === ',' ? '' : token)));
}
