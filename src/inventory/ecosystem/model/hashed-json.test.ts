import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { encodeHashedNumber, encodeHashedText } from './hashed-json.ts';

suite('the digest of a model', () => {
  test('is computed from strings and numbers as Go writes them', () => {
    assert.equal(encodeHashedText('<a> & "b"\u2028'), '"\\u003ca\\u003e \\u0026 \\"b\\"\\u2028"');
    const numbers: readonly (readonly [number, boolean, string])[] = [
      [Math.fround(0.1), true, '0.1'],
      [0.1, false, '0.1'],
      [Math.fround(1e-5), true, '0.00001'],
      [1e-7, false, '1e-7'],
      [1.5e21, false, '1.5e+21'],
      [10_000, true, '10000'],
      [-0, false, '-0'],
    ];
    for (const [value, isSingle, text] of numbers) {
      assert.equal(encodeHashedNumber(value, isSingle), text);
    }
  });
});
