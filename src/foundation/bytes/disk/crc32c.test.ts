import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeCrc32c } from './crc32c.ts';

test('computes the values of RFC 3720, B.4', () => {
  assert.equal(computeCrc32c(Buffer.from('123456789')), 0xe306_9283);
  assert.equal(computeCrc32c(Buffer.alloc(32)), 0x8a91_36aa);
  assert.equal(computeCrc32c(Buffer.alloc(0)), 0);
});
