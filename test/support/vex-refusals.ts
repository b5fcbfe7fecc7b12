import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/foundation/core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/foundation/core/limits.ts';
import type { VexReader } from '../../src/foundation/core/vex-reader.ts';

const ORIGIN = 'v.json';

export function readVex(reader: VexReader, content: object | string, limits = DEFAULT_LIMITS) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return reader.read(Buffer.from(text), { limits, origin: ORIGIN });
}

function createLimits(changed: Partial<Limits>): Limits {
  return { ...DEFAULT_LIMITS, ...changed };
}

/** Tests what a JSON reader rejects in any format: each with a user error. */
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
    ['too many values', many, 'E_LIMIT', createLimits({ documentValuesMax: 999 })],
    ['too many bytes', text, 'E_LIMIT', createLimits({ documentBytesMax: text.length - 1 })],
  ];
  for (const [what, content, code, limits] of refusals) {
    test(`rejects ${what}`, () => {
      assert.throws(
        () => readVex(reader, content, limits),
        (error) => error instanceof UserError && error.code === code,
      );
    });
  }

  test('recognizes its own format, and nothing that is empty or truncated too early', () => {
    assert.equal(reader.recognize(Buffer.from(text)), 1);
    for (const other of ['', '{', '[]', 'null', '{}']) {
      assert.equal(reader.recognize(Buffer.from(other)), 0, other);
    }
  });

  test('reads up to the limit', () => {
    const exact = createLimits({ documentBytesMax: text.length });
    assert.ok(readVex(reader, text, exact).statements.length > 0);
  });
}
