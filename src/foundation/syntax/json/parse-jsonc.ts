import type { Budget } from '../../core/budget.ts';
import { parseFileJson } from './parse-json.ts';

const TOKEN = /"(?:[^"\\]|\\[^])*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|,(?=\s*[}\]])/g;

/**
 * Parses JSON with comments and trailing commas; `undefined` if it is malformed, or costs more than
 * {@link parseFileJson} allows.
 */
export function parseJsonc(text: string, budget: Budget): unknown {
  // Comments are removed first, because a trailing comma may be followed by a comment.
  const bare = replaceTokens(text, '/', ' ', budget);
  const plain = bare && replaceTokens(bare, ',', '', budget);
  return plain === undefined ? undefined : parseFileJson(plain, budget);
}

/**
 * Replaces tokens one by one, because a list of all of them would take many times the memory of the
 * text.
 */
function replaceTokens(
  text: string,
  beginning: string,
  replacement: string,
  budget: Budget,
): string | undefined {
  let replaced = '';
  let kept = 0;
  let count = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token.startsWith(beginning)) {
      if (++count > budget.limits.jsonValuesMax) {
        budget.refuse('jsonValuesMax');
        return undefined;
      }
      replaced += text.slice(kept, index) + replacement;
      kept = index + token.length;
    }
  }
  return replaced + text.slice(kept);
}
