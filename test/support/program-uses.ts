import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ProgramUse } from '../../src/hardening/reach/language/program-use.ts';
import { HOSTILE_MICROSECONDS_MAX, HOSTILE_PROGRAMS } from './hostile-program.ts';

/** A text and its uses, each as its line, kind and text. */
export type UseCase = readonly [name: string, text: string, uses: readonly string[]];

/**
 * Tests a reader of program files with cases, the first of which has several uses that contain an
 * `a`, and with input that every such reader must withstand.
 */
export function testUses(
  title: string,
  read: (bytes: Buffer, usesMax: number) => readonly ProgramUse[],
  cases: readonly [UseCase, ...UseCase[]],
): void {
  const listUses = (text: string, usesMax = 100): readonly string[] =>
    read(Buffer.from(text), usesMax).map(({ kind, line, text: what }) => `${line} ${kind} ${what}`);
  const [[, first, ofFirst]] = cases;
  suite(title, () => {
    for (const [name, text, expected] of cases) {
      test(`is read from ${name}`, () => {
        assert.deepEqual(listUses(text), expected);
      });
    }

    test('has at most the limit', () => {
      const many = Array.from({ length: 50 }, (_, index) => first.replaceAll('a', `a${index}`));
      assert.ok(listUses(many.join('\n'), 1_000).length > 10);
      assert.equal(listUses(many.join('\n'), 10).length, 10);
    });

    test('is read up to the end of a truncated file', () => {
      for (let end = 0; end < first.length; end += 1) {
        assert.ok(listUses(first.slice(0, end)).length <= ofFirst.length + 1);
      }
    });

    for (const [name, text] of HOSTILE_PROGRAMS) {
      test(`takes no longer for ${name}`, () => {
        const started = process.cpuUsage();
        listUses(text);
        const { user, system } = process.cpuUsage(started);
        assert.ok(user + system < HOSTILE_MICROSECONDS_MAX, `${user + system} µs`);
      });
    }
  });
}
