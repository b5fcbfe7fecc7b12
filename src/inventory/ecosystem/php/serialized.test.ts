import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { getPhpText, parsePhpSerialized } from './serialized.ts';

const read = (text: string) => parsePhpSerialized(Buffer.from(text), DEFAULT_LIMITS);

test('arrays contain strings by key, with lengths in bytes', () => {
  const value = read('a:3:{s:4:"name";s:3:"Aé";i:0;a:1:{i:-1;b:1;}s:1:"v";a:1:{s:1:"r";s:1:"2";}}');
  assert.equal(getPhpText(value, 'name'), 'Aé');
  assert.equal(getPhpText(value, 'v', 'r'), '2');
  assert.equal(getPhpText(value, '0', '-1'), '');
});

test('truncated content, objects and too deep nesting are rejected', () => {
  for (const text of [
    '',
    'a:1:{',
    's:9:"a";',
    'O:1:"a":0:{}',
    'a:999999999:{}',
    'a:1:{i:0;'.repeat(99_999),
  ]) {
    assert.equal(read(text), undefined);
  }
});
