import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePgpSignature } from './signature.ts';

const KEY = [0x70, 0x2d, 0x42, 0x6d, 0x35, 0x0d, 0x27, 0x5d];
const CREATED = [0x63, 0xcf, 0x0e, 0x42];
const EXPECTED = {
  publicKeyAlgorithm: 1,
  hashAlgorithm: 8,
  createdSeconds: 0x63cf0e42,
  issuerKeyId: '702d426d350d275d',
};

const VERSION_3 = [3, 5, 0, ...CREATED, ...KEY, 1, 8];
const VERSION_4 = [4, 0, 1, 8, 0, 6, 5, 2, ...CREATED, 0, 10, 9, 16, ...KEY, 0xab, 0xcd];

test('reads signatures of version 3 and 4 after every form of length', () => {
  for (const body of [VERSION_3, VERSION_4]) {
    for (const head of [
      [0x88, body.length],
      [0x89, 0, body.length],
      [0x8a, 0, 0, 0, body.length],
      [0xc2, body.length],
      [0xc2, 255, 0, 0, 0, body.length],
    ]) {
      assert.deepEqual(parsePgpSignature(Uint8Array.from([...head, ...body])), EXPECTED);
    }
  }
});

test('returns no signature for other bytes, truncated anywhere', () => {
  assert.equal(parsePgpSignature(Uint8Array.from([0x12, 0x34])), undefined);
  assert.equal(parsePgpSignature(Uint8Array.from([0x88, 3, 9, 9, 9])), undefined);
  const whole = Uint8Array.from([0x88, VERSION_4.length, ...VERSION_4]);
  for (let length = 0; length < whole.length; length++) {
    parsePgpSignature(whole.subarray(0, length));
  }
});
