import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRepeatedMember } from './repeated-member.ts';

const REPEATED: readonly (readonly [string, string])[] = [
  ['{"a":1,"a":2}', 'a'],
  ['{"x":[{"manifests":[]},{"manifests":[],"manifests":[]}]}', 'manifests'],
  ['{"digest":1,"\\u0064igest":2}', 'digest'],
  ['{"kind":{"a":"b:c"}, "kind" : 2}', 'kind'],
  ['{"a":{"b":1},"c":"{","b":2,"c":3}', 'c'],
];
for (const [text, name] of REPEATED) {
  test(`finds ${JSON.stringify(name)} repeated in ${text}`, () => {
    assert.equal(findRepeatedMember(text), name);
  });
}

test('accepts the same name in different objects, and strings that look like members', () => {
  for (const text of [
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"\\"a\\":1,\\"a\\":2","b":"a:b"}',
    '["a","a",{"a":"a"}]',
    '"a"',
    '{"a":1,"A":2}',
    '{}',
  ]) {
    assert.equal(findRepeatedMember(text), undefined, text);
  }
});
