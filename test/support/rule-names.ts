import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReachImage, ruleReach } from './reach-image.ts';

/** A small image for a rule that reads in one file which others are used. */
export interface NamedFiles {
  readonly image: ReachImage;
  /** All that the rule leads to, as `ledTo` tells it. */
  readonly own: readonly string[];
  /** The path of a file like those that are used, which nothing names. */
  readonly left: string;
  /** The path of the file that names the others. */
  readonly namedIn: string;
  /** What may stand in its place and names nothing: each with what it is. */
  readonly unreadable?: readonly (readonly [string, string | Uint8Array])[];
  /** What the rule leads to then; nothing where it is absent. */
  readonly otherwise?: readonly string[];
}

/** What may stand in place of an executable, and names nothing. */
const UNREADABLE_PROGRAMS = [
  ['empty', ''],
  ['no program', 'plain'],
  ['cut in its head', Buffer.from('\x7fELF\x02\x01')],
] as const;

/** Adds to a suite what holds for every rule that leads to files by their names in another. */
export function testNames(
  rule: string,
  { image, own, left, namedIn, unreadable = UNREADABLE_PROGRAMS, otherwise = [] }: NamedFiles,
): void {
  test('is told by what names it, and nothing else is', () => {
    const reached = ruleReach(rule, image);
    assert.deepEqual(reached.own, own);
    assert.equal(reached.classOf(left), 'unreachable');
  });

  for (const [name, content] of unreadable) {
    test(`is nothing where the file that names it is ${name}`, () => {
      const files = { ...image.files, [namedIn]: content };
      assert.deepEqual(ruleReach(rule, { ...image, files }).own, otherwise);
    });
  }
}
