import assert from 'node:assert/strict';
import type { DocumentContent } from '../../src/foundation/core/document.ts';
import { UserError } from '../../src/foundation/core/error.ts';

/** Values that are of the wrong type for most members, or of the right one and unusual. */
const WRONG_VALUES: readonly unknown[] = [
  null,
  -1.5,
  2 ** 60,
  true,
  'x',
  '\ud800\0',
  '__proto__',
  [[null]],
  { length: 1 },
];

/**
 * Replaces each member of a document, at any depth, with each wrong value, one at a time.
 *
 * @returns how many documents were tried
 */
export function tryWrongMembers(whole: unknown, tryDocument: (document: unknown) => void): number {
  const document: unknown = structuredClone(whole);
  let tried = 0;
  for (const { parent, name } of listMembers(document)) {
    const original = parent[name];
    for (const wrong of WRONG_VALUES) {
      parent[name] = wrong;
      tryDocument(document);
      tried += 1;
    }
    parent[name] = original;
  }
  return tried;
}

interface Member {
  readonly parent: Record<string, unknown>;
  readonly name: string;
}

function* listMembers(value: unknown): Generator<Member> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const parent = value as Record<string, unknown>;
  for (const name of Object.keys(parent)) {
    yield { parent, name };
    yield* listMembers(parent[name]);
  }
}

/**
 * Asserts that every package and file has its strings, so that no later stage meets another type,
 * or that the document is rejected with a user error.
 */
export function assertReadable(read: () => DocumentContent): void {
  try {
    const { packages, files } = read().inventory;
    for (const each of packages) {
      const texts = [each.key, each.name, each.version, each.type, each.language, each.purl];
      const { architecture = '', modularity = '' } = each;
      assert.ok([...texts, architecture, modularity].every((text) => typeof text === 'string'));
      assert.ok(each.ownedFiles.every(({ path }) => typeof path === 'string'));
      assert.ok(each.locations.every(({ path }) => typeof path === 'string'));
    }
    for (const { path, mode, sizeBytes } of files) {
      assert.ok(typeof path === 'string' && mode <= 0o7777 && sizeBytes >= 0);
    }
  } catch (error) {
    assertRefused(error);
  }
}

/** Asserts that reading failed only with a user error. */
export function assertRefused(error: unknown): void {
  assert.ok(error instanceof UserError, String(error));
}
