import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalizeJson } from './canonical-json.ts';

test('sorts members by code units and writes no spaces', () => {
  const value = { b: [1, { z: null, a: true }], '10': 'x', '9': 'y', a: 'ü\n', B: 0.5 };
  assert.equal(
    canonicalizeJson(value),
    '{"10":"x","9":"y","B":0.5,"a":"ü\\n","b":[1,{"a":true,"z":null}]}',
  );
});

test('orders names as RFC 8785 does in its example', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const text = canonicalizeJson(Object.fromEntries(names.map((name) => [name, 1])));
  assert.deepEqual(Object.keys(JSON.parse(text) as object), [
    '1',
    '\r',
    '\u0080',
    '\u00f6',
    '\u20ac',
    '\ud83d\ude00',
    '\ufb33',
  ]);
});

test('keeps a member named __proto__, and leaves out undefined ones', () => {
  assert.equal(canonicalizeJson(JSON.parse('{"__proto__":{"b":1}}')), '{"__proto__":{"b":1}}');
  assert.equal(canonicalizeJson({ a: undefined, b: [undefined] }), '{"b":[null]}');
});
