import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createQcow2 } from './disk.fixture.ts';
import { DiskBudget } from './disk-budget.ts';
import { openQcow2 } from './qcow2.ts';

function open(image: Buffer, limits = DEFAULT_LIMITS) {
  return openQcow2(toBytes(image), new DiskBudget(limits, image.length));
}

/** Clusters of text, of zeros and of noise, and a last one that is not full. */
function createContent(): Buffer {
  const content = Buffer.alloc(700_000 + 17);
  content.write('text '.repeat(20_000), 0);
  for (let at = 300_000; at < 500_000; at++) content[at] = (at * at * 31) % 251;
  content.write('end', content.length - 3);
  return content;
}

suite('qcow2', () => {
  const content = createContent();

  for (const clusterBits of [9, 12, 16, 21]) {
    for (const compression of [undefined, 'zlib', 'zstd'] as const) {
      test(`reads clusters of 2^${clusterBits} bytes, ${compression ?? 'not compressed'}`, () => {
        const form = compression === undefined ? { clusterBits } : { clusterBits, compression };
        const { disk, problems } = open(createQcow2(content, form));
        assert.deepEqual(problems, []);
        assert.equal(disk.sizeBytes, content.length);
        assert(content.equals(disk.read(0, content.length)));
        assert(content.subarray(299_999, 400_003).equals(disk.read(299_999, 100_004)));
        assert.deepEqual(disk.read(content.length - 3, 100), Buffer.from('end'));
        assert.equal(disk.read(content.length, 1).length, 0);
      });
    }
  }

  test('reads version 2, in which no flag marks zeros', () => {
    const image = createQcow2(content, { version: 2, compression: 'zlib' });
    assert(content.equals(open(image).disk.read(0, content.length)));
  });

  test('reads zeros for a cluster that is marked so, although it has a place', () => {
    const image = createQcow2(content);
    const secondTable = 2 * 65_536;
    image.writeBigUInt64BE(image.readBigUInt64BE(secondTable) | 1n, secondTable);
    assert.equal(Buffer.from(open(image).disk.read(0, 5)).toString('latin1'), '\0\0\0\0\0');
  });

  const refused: readonly [what: string, change: (image: Buffer) => void, code: string][] = [
    ['a backing file', (image) => image.writeBigUInt64BE(512n, 8), 'E_DISK_UNSUPPORTED'],
    ['encryption', (image) => image.writeUInt32BE(2, 32), 'E_DISK_UNSUPPORTED'],
    ['another file with the data', (image) => image.writeBigUInt64BE(4n, 72), 'E_DISK_UNSUPPORTED'],
    ['an unknown feature', (image) => image.writeBigUInt64BE(1n << 40n, 72), 'E_DISK_UNSUPPORTED'],
    ['extended tables', (image) => image.writeBigUInt64BE(16n, 72), 'E_DISK_UNSUPPORTED'],
    ['another version', (image) => image.writeUInt32BE(4, 4), 'E_DISK_UNSUPPORTED'],
    ['clusters of 2^60 bytes', (image) => image.writeUInt32BE(60, 20), 'E_IMAGE_INVALID'],
    ['an absurd size', (image) => image.writeBigUInt64BE(2n ** 63n, 24), 'E_IMAGE_INVALID'],
    [
      'a table beyond the file',
      (image) => image.writeBigUInt64BE(1n << 40n, 40),
      'E_IMAGE_INVALID',
    ],
  ];
  for (const [what, change, code] of refused) {
    test(`refuses an image with ${what}`, () => {
      const image = createQcow2(content);
      change(image);
      assert.throws(() => open(image), { code });
    });
  }

  test('a corrupt image is read with a problem', () => {
    const image = createQcow2(content);
    image.writeBigUInt64BE(2n, 72);
    assert.equal(open(image).problems[0]?.code, 'P_MALFORMED');
  });

  test('missing and damaged content is an error, not zeros', () => {
    const code = 'E_TARGET_UNREADABLE';
    const cut = createQcow2(content).subarray(0, 400_000);
    assert.throws(() => open(cut).disk.read(0, content.length), { code, message: /truncated/ });
    const short = createQcow2(content);
    short.writeUInt32BE(0, 36);
    assert.throws(() => open(short).disk.read(0, 1), { code, message: /tables/ });
    for (const compression of ['zlib', 'zstd'] as const) {
      const damaged = createQcow2(content, { compression });
      damaged.fill(0xff, 3 * 65_536, 3 * 65_536 + 64);
      assert.throws(() => open(damaged).disk.read(0, 1), { code, message: /damaged/ });
    }
  });

  test('many clusters that are one compressed cluster are limited', () => {
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    zeros[0] = 1;
    const image = createQcow2(zeros, { compression: 'zlib' });
    const secondTable = 2 * 65_536;
    const limits = { ...DEFAULT_LIMITS, diskReadBytesMax: 1024 * 1024 };
    const entry = image.readBigUInt64BE(secondTable);
    // Another number of sectors makes another entry of the same cluster.
    for (let index = 0; index < 64; index++) {
      image.writeBigUInt64BE(entry + (BigInt(index) << 54n), secondTable + index * 8);
    }
    const { disk } = open(image, limits);
    assert.throws(() => disk.read(0, zeros.length), { message: /diskReadBytesMax/ });
  });
});
