import type { Budget } from '../../core/budget.ts';
import { parseFileJson } from './parse-json.ts';

const TOKEN = /"(?:[^"\\]|\\[^])*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|,(?=\s*[}\]])/g;

/**
 * The value of JSON with comments and with commas after the last member or element; `undefined`
 * where it is not well formed, or costs more than {@link parseFileJson} allows.
 */
export function parseJsonc(text: string, budget: Budget): unknown {
  // Comments go first: a comma may have one behind it.
  const bare = text.replace(TOKEN, (token) => (token.startsWith('/') ? ' ' : token));
  const plain = bare.replace(TOKEN, (token) => (token === ',' ? '' : token));
  return parseFileJson(plain, budget);
}
