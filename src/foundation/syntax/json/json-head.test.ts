import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readJsonHead } from './json-head.ts';

const DOCUMENT = JSON.stringify({
  first: [{ schema: { id: 'not this' } }],
  schema: { id: 'mine', 'a"b': '{' },
  last: 'text',
});

it('returns the names and the shallow strings of an object', () => {
  const head = readJsonHead(Buffer.from(DOCUMENT));
  assert.deepEqual(head?.names, ['first', 'schema', 'last']);
  assert.deepEqual(
    [...(head?.texts ?? [])],
    [
      ['schema.id', 'mine'],
      ['schema.a\\"b', '{'],
      ['last', 'text'],
    ],
  );
});

it('accepts truncation anywhere', () => {
  for (let length = 1; length < DOCUMENT.length; length++) {
    assert.ok(readJsonHead(Buffer.from(DOCUMENT.slice(0, length))) !== undefined);
  }
});

it('returns nothing for content that is not an object', () => {
  for (const text of ['', '[{"a":1}]', '"{"', 'pkg:npm/a', '\0{']) {
    assert.equal(readJsonHead(Buffer.from(text)), undefined, text);
  }
});

it('stops at the end of the object', () => {
  assert.deepEqual(readJsonHead(Buffer.from('{"a":1}{"b":2}'))?.names, ['a']);
  assert.deepEqual(readJsonHead(Buffer.from('{]]]"a":1'))?.names, []);
});

it('reads bytes again that have changed', () => {
  const bytes = Buffer.from('{"a":1}');
  assert.deepEqual(readJsonHead(bytes)?.names, ['a']);
  assert.deepEqual(readJsonHead(bytes)?.names, ['a']);
  bytes.write('b', 2);
  assert.deepEqual(readJsonHead(bytes)?.names, ['b']);
  bytes.write('[', 0);
  assert.equal(readJsonHead(bytes), undefined);
  assert.equal(readJsonHead(bytes), undefined);
});

it('treats a quotation mark after an escape as part of the string', () => {
  const head = readJsonHead(Buffer.from(String.raw`{"a\\":"b\"c\\\"","d":"e"}`));
  assert.deepEqual(head?.names, [String.raw`a\\`, 'd']);
  assert.equal(head?.texts.get(String.raw`a\\`), String.raw`b\"c\\\"`);
});
