import type { DocumentHead } from './contract.ts';

const JSON_START = /^(?:\u00ef\u00bb\u00bf)?\s*[[{]/;
const MEMBER = /"(\w{1,64})"\s*:/g;

/** Returns the head of a document with these first bytes, each as one character. */
export function createDocumentHead(name: string, text: string): DocumentHead {
  const isJson = JSON_START.test(text);
  const members = isJson ? Array.from(text.matchAll(MEMBER), ([, member = '']) => member) : [];
  return { name, text, isJson, members: new Set(members) };
}

/**
 * Returns whether the beginning of a JSON document has members with all of these names, at any
 * level: a document is recognized by names that only its feed uses together.
 */
export function hasMembers({ members }: DocumentHead, ...names: readonly string[]): boolean {
  return names.every((name) => members.has(name));
}

/** Returns whether the beginning of a document that is not JSON matches all of these patterns. */
export function hasPatterns(
  { isJson, text }: DocumentHead,
  ...patterns: readonly RegExp[]
): boolean {
  return !isJson && patterns.every((pattern) => pattern.test(text));
}
