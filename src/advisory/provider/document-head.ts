import type { DocumentHead } from './contract.ts';

/**
 * Returns whether the beginning of a JSON document has members with all of these names, at any
 * level: a document is recognized by names that only its feed uses together.
 */
export function hasMembers({ text }: DocumentHead, ...names: readonly string[]): boolean {
  return isJson(text) && names.every((name) => text.includes(`"${name}"`));
}

function isJson(text: string): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*[[{]/.test(text);
}
