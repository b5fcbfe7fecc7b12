import assert from 'node:assert/strict';
import type { DocumentContent } from '../../src/core/document.ts';
import { UserError } from '../../src/core/error.ts';

/** Values that are of the wrong type for most members, or of the right one and odd. */
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
 * Puts each wrong value in the place of each member of a document, however deep, one at a time.
 *
 * @returns how many documents were tried
 */
export function tryWrongMembers(whole: unknown, tryDocument: (document: unknown) => void): number {
  const document: unknown = structuredClone(whole);
  let tried = 0;
  for (const { parent, name } of membersOf(document)) {
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

function* membersOf(value: unknown): Generator<Member> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const parent = value as Record<string, unknown>;
  for (const name of Object.keys(parent)) {
    yield { parent, name };
    yield* membersOf(parent[name]);
  }
}

/**
 * Every package and file has its texts, so that no later stage meets another type; or the document
 * is refused as one of the user's.
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

/** That reading went no other way than by an error of the user's. */
export function assertRefused(error: unknown): void {
  assert.ok(error instanceof UserError, String(error));
}
