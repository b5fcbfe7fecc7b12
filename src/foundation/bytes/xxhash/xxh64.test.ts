import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeXxh64, Xxh64 } from './xxh64.ts';

function hashPieces(...pieces: readonly Uint8Array[]): string {
  const hash = new Xxh64();
  for (const piece of pieces) {
    hash.update(piece);
  }
  return hash.digest();
}

test('hashes the vectors published for XXH64 with seed 0', () => {
  assert.equal(hashPieces(), 'ef46db3751d8e999');
  assert.equal(hashPieces(Buffer.from('a')), 'd24ec4f1a98c6e5b');
  assert.equal(hashPieces(Buffer.from('abc')), '44bc2cf5ad770999');
  assert.equal(
    hashPieces(Buffer.from('Nobody inspects the spammish repetition')),
    'fbcea83c8a378bf1',
  );
});

test('returns the same hash for any split of the content', () => {
  const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 31 + 7) % 256));
  const whole = hashPieces(content);
  for (const cut of [1, 31, 32, 33, 500, 999]) {
    assert.equal(hashPieces(content.subarray(0, cut), content.subarray(cut)), whole);
  }
  assert.equal(hashPieces(...Array.from(content, (byte) => Uint8Array.of(byte))), whole);
});

test('keeps leading zeros if all digits are requested', () => {
  assert.equal(computeXxh64(Buffer.from('n8')), '082722531465d833');
  assert.equal(hashPieces(Buffer.from('n8')), '82722531465d833');
});
