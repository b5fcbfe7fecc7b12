import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseJson } from '../json/parse-json.ts';
import { splitLines } from './lines.ts';

it('numbers lines from 1 and supports both line ends', () => {
  assert.deepEqual(
    [...splitLines('a\r\n\n\r\nb\rc')],
    [
      { text: 'a', number: 1, start: 0 },
      { text: '', number: 2, start: 3 },
      { text: '', number: 3, start: 4 },
      { text: 'b\rc', number: 4, start: 6 },
    ],
  );
  assert.deepEqual([...splitLines('')], []);
  assert.deepEqual([...splitLines('a\n')].length, 1);
});

it('returns undefined for malformed JSON', () => {
  assert.deepEqual(parseJson('[1]'), [1]);
  assert.equal(parseJson('[1'), undefined);
  assert.doesNotThrow(() => parseJson('['.repeat(1_000_000)));
});
