import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRuleReach, type ReachImage } from './reach-image.ts';

/** A small image for a rule that reads the names of used files from another file. */
export interface NamedFiles {
  readonly image: ReachImage;
  /** All files that the rule leads to, in the form of `listSteps`. */
  readonly own: readonly string[];
  /** The path of a file like the used ones, which nothing names. */
  readonly left: string;
  /** The path of the file that names the others. */
  readonly namedIn: string;
  /** Possible replacements of that file that name nothing, each with a description. */
  readonly unreadable?: readonly (readonly [string, string | Uint8Array])[];
  /** Files that the rule then leads to; none if absent. */
  readonly otherwise?: readonly string[];
}

/** Replacements of an executable that name nothing. */
const UNREADABLE_PROGRAMS = [
  ['empty', ''],
  ['no program', 'plain'],
  ['cut in its head', Buffer.from('\x7fELF\x02\x01')],
] as const;

/** Adds the tests that apply to every rule that finds files by their names in another file. */
export function testNames(
  rule: string,
  { image, own, left, namedIn, unreadable = UNREADABLE_PROGRAMS, otherwise = [] }: NamedFiles,
): void {
  test('is reached only by the files that name it', () => {
    const reached = findRuleReach(rule, image);
    assert.deepEqual(reached.own, own);
    assert.equal(reached.classOf(left), 'unreachable');
  });

  for (const [name, content] of unreadable) {
    test(`is empty if the naming file is ${name}`, () => {
      const files = { ...image.files, [namedIn]: content };
      assert.deepEqual(findRuleReach(rule, { ...image, files }).own, otherwise);
    });
  }
}
