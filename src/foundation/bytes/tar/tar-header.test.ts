import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BLOCK_BYTES, decodeHeader } from './tar-header.ts';

/** A file header with bytes above 127 in its names and a checksum by `addUp`. */
function readBlock(sumOf: (bytes: Uint8Array) => number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < 100; at++) {
    bytes[at] = at + 0x20;
    bytes[345 + at] = at < 8 ? 0xff : 0x61;
  }
  bytes.set(Buffer.from('0000644\0'), 100);
  bytes.set(Buffer.from('00000000005\0'), 124);
  bytes.fill(0x20, 148, 156);
  const sum = sumOf(bytes);
  bytes.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return bytes;
}

function sumUnsigned(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}

function sumSigned(bytes: Uint8Array): number {
  return Int8Array.from(bytes).reduce((sum, byte) => sum + byte, 0);
}

suite('checksums of tar headers', () => {
  const sums = [
    ['unsigned', sumUnsigned],
    ['signed', sumSigned],
  ] as const;
  for (const [name, sumOf] of sums) {
    test(`${name} sums are correct at any offset of the block`, () => {
      for (let offset = 0; offset < 4; offset++) {
        const piece = new Uint8Array(offset + BLOCK_BYTES);
        piece.set(readBlock(sumOf), offset);
        const header = decodeHeader(piece.subarray(offset));
        assert.ok(typeof header === 'object', `${name} at ${offset}`);
        assert.equal(header.sizeBytes, 5);
      }
    });

    test(`one more than the ${name} sum is wrong`, () => {
      assert.equal(decodeHeader(readBlock((bytes) => sumOf(bytes) + 1)), 'bad-checksum');
    });
  }

  test('every byte counts, except those of the sum', () => {
    const right = readBlock(sumUnsigned);
    for (let at = 0; at < BLOCK_BYTES; at++) {
      const changed = right.with(at, (right[at] ?? 0) ^ 0x01);
      const isOwn = at >= 148 && at < 156;
      assert.ok(isOwn || decodeHeader(changed) === 'bad-checksum', `byte ${at}`);
    }
  });

  test('a block with all bits set has the largest sum', () => {
    const full = new Uint8Array(BLOCK_BYTES).fill(0xff);
    full.set(Buffer.from(`${((BLOCK_BYTES - 8) * 0xff + 8 * 0x20).toString(8)}\0 `), 148);
    const header = decodeHeader(full);
    assert.ok(typeof header === 'object', 'its sum is right');
    assert.equal(header.sizeBytes, -1);
  });

  test('a block of zeros is a header if its sum is valid', () => {
    const zeros = new Uint8Array(BLOCK_BYTES);
    assert.equal(decodeHeader(zeros), 'zero');
    zeros.set(Buffer.from('0000400\0'), 148);
    assert.ok(typeof decodeHeader(zeros) === 'object');
  });
});

suite('numbers of tar headers, as Go reads them', () => {
  const CASES: readonly (readonly [string, number | undefined])[] = [
    ['00000000017\0', 15],
    ['         17 \0', 15],
    ['\0 \x0017\0x', 15],
    ['17\0garbage', 15],
    ['', 0],
    [' \0x', undefined],
    ['17 x', undefined],
    ['1 7', undefined],
    ['-17', undefined],
    ['18', undefined],
    ['\x80\0\0\0\0\0\0\0\0\0\x01\x02', 258],
    ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe', -2],
    ['\x80\0\0\0\x80\0\0\0\0\0\0\0', undefined],
    ['\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff', 2 ** 63],
  ];
  for (const [text, expected] of CASES) {
    test(`${JSON.stringify(text)} is ${expected ?? 'malformed'}`, () => {
      const bytes = readBlock(() => 0);
      bytes.fill(0, 124, 136);
      bytes.set(Buffer.from(text, 'latin1'), 124);
      bytes.fill(0x20, 148, 156);
      bytes.set(Buffer.from(`${sumUnsigned(bytes).toString(8).padStart(6, '0')}\0 `), 148);
      const header = decodeHeader(bytes);
      assert.equal(typeof header === 'object' ? header.sizeBytes : undefined, expected);
    });
  }
});
