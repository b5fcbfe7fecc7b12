import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts';
import type { VexReader } from '../../src/core/vex-reader.ts';

const ORIGIN = 'v.json';

export function readVexWith(reader: VexReader, content: object | string, limits = DEFAULT_LIMITS) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return reader.read(Buffer.from(text), { limits, origin: ORIGIN });
}

function limitsOf(changed: Partial<Limits>): Limits {
  return { ...DEFAULT_LIMITS, ...changed };
}

/** What a reader of JSON refuses, whatever its format: each with an error that is the user's. */
export function testVexRefusals(reader: VexReader, valid: object): void {
  const text = JSON.stringify(valid);
  const deep = `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`;
  const many = text.replace(/^\{/, `{"zz":[${'0,'.repeat(999)}0],`);
  const refusals: readonly (readonly [string, string, string, Limits])[] = [
    ['nothing', '', 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['an empty object', '{}', 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['a list', '[]', 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['null', 'null', 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['half of itself', text.slice(0, text.length / 2), 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['all but its end', text.slice(0, -1), 'E_DOCUMENT_INVALID', DEFAULT_LIMITS],
    ['what is nested too deep', text.replace(/^\{/, `{"zz":${deep},`), 'E_LIMIT', DEFAULT_LIMITS],
    ['too many values', many, 'E_LIMIT', limitsOf({ documentValuesMax: 999 })],
    ['too many bytes', text, 'E_LIMIT', limitsOf({ documentBytesMax: text.length - 1 })],
  ];
  for (const [what, content, code, limits] of refusals) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => readVexWith(reader, content, limits),
        (error) => error instanceof UserError && error.code === code,
      );
    });
  }

  test('recognises its own, and nothing that is empty or cut off before it is told', () => {
    assert.equal(reader.recognize(Buffer.from(text)), 1);
    for (const other of ['', '{', '[]', 'null', '{}']) {
      assert.equal(reader.recognize(Buffer.from(other)), 0, other);
    }
  });

  test('reads as much as the limit allows', () => {
    const exact = limitsOf({ documentBytesMax: text.length });
    assert.ok(readVexWith(reader, text, exact).statements.length > 0);
  });
}
