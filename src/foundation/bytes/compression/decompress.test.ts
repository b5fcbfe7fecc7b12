import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { decompress } from './decompress.ts';
import { type Compression, detectCompression } from './detect-compression.ts';

async function* splitChunks(content: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += chunkBytes) {
    yield content.subarray(at, at + chunkBytes);
  }
}

interface Outcome {
  readonly compression: Compression;
  readonly output: Buffer;
  readonly inputBytes: number;
}

async function expand(
  content: Uint8Array,
  options: { chunkBytes?: number; limits?: Limits; isContentVerified?: boolean } = {},
): Promise<Outcome> {
  const pieces: Uint8Array[] = [];
  let inputBytes = 0;
  const compression = await decompress(splitChunks(content, options.chunkBytes ?? 65_536), {
    subject: 'The layer',
    limits: options.limits ?? DEFAULT_LIMITS,
    maxBytes: 'layerBytesMax',
    isContentVerified: options.isContentVerified ?? false,
    onInput: (chunk) => {
      inputBytes += chunk.length;
    },
    onOutput: (piece) => void pieces.push(Buffer.from(piece)),
  });
  return { compression, output: Buffer.concat(pieces), inputBytes };
}

/** Hardly compressible, so that the compressed content has many chunks, too. */
function createNoise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (state * 48_271) % 2_147_483_647;
    bytes[at] = state & 0x3f;
  }
  return bytes;
}

const SMALL = Buffer.from('a layer, or not');
const LARGE = createNoise(3_000_000);
const SKIPPABLE = Buffer.concat([
  Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]),
  Buffer.from('abc'),
]);

const FORMS: readonly (readonly [string, Compression, (content: Buffer) => Buffer])[] = [
  ['plain', 'none', (content) => content],
  ['by gzip', 'gzip', (content) => zlib.gzipSync(content)],
  ['by zstd', 'zstd', (content) => zlib.zstdCompressSync(content)],
  [
    'by gzip in two members',
    'gzip',
    (content) =>
      Buffer.concat([zlib.gzipSync(content.subarray(0, 9)), zlib.gzipSync(content.subarray(9))]),
  ],
  [
    'by zstd in frames with skippable ones between',
    'zstd',
    (content) =>
      Buffer.concat([
        SKIPPABLE,
        zlib.zstdCompressSync(content.subarray(0, 9)),
        SKIPPABLE,
        zlib.zstdCompressSync(content.subarray(9)),
      ]),
  ],
];

describe('compressed content', () => {
  for (const [title, compression, store] of FORMS) {
    for (const content of [SMALL, LARGE]) {
      test(`${title}, ${content.length} bytes, is restored completely`, async () => {
        const stored = store(content);
        for (const chunkBytes of content === SMALL ? [1, 5, 65_536] : [10_000, 700_000]) {
          for (const isContentVerified of [false, true]) {
            const outcome = await expand(stored, { chunkBytes, isContentVerified });
            assert.equal(outcome.compression, compression);
            assert(outcome.output.equals(content));
            assert.equal(outcome.inputBytes, stored.length);
          }
        }
      });
    }
  }

  test('returns empty output for empty input', async () => {
    assert.equal((await expand(Buffer.alloc(0))).output.length, 0);
  });
});

async function expectFailure(content: Uint8Array, options = {}): Promise<UserError> {
  try {
    await expand(content, options);
  } catch (error) {
    assert(error instanceof UserError);
    return error;
  }
  return assert.fail('an error was expected');
}

describe('rejected content', () => {
  test('names unsupported compressions', async () => {
    const bzip2 = await expectFailure(Buffer.from('BZh91AY&SY'));
    assert.equal(bzip2.code, 'E_IMAGE_INVALID');
    assert.match(bzip2.message, /bzip2/);
    assert.match(
      (await expectFailure(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]))).message,
      /xz/,
    );
  });

  test('ignores a wrong gzip checksum if digests verify the content', async () => {
    for (const content of [SMALL, LARGE]) {
      const stored = zlib.gzipSync(content);
      stored.fill(0, stored.length - 8, stored.length - 4);
      assert.equal((await expectFailure(stored)).code, 'E_IMAGE_INVALID');
      const { output } = await expand(stored, { isContentVerified: true });
      assert.ok(output.equals(content));
    }
  });

  for (const [title, compression, store] of FORMS.slice(1, 3)) {
    test(`${title} reports truncation or damage, after all input was consumed`, async () => {
      for (const content of [SMALL, LARGE]) {
        const stored = store(content);
        for (const isContentVerified of [false, true]) {
          const cut = await expectFailure(stored.subarray(0, stored.length - 6), {
            isContentVerified,
          });
          assert.equal(cut.code, 'E_IMAGE_INVALID');
          assert.match(cut.message, new RegExp(compression));
        }
      }
      const stored = store(LARGE);
      stored.fill(0xff, 10, 60);
      for (const isContentVerified of [false, true]) {
        let inputBytes = 0;
        const reading = decompress(splitChunks(stored, 65_536), {
          subject: 'The layer',
          limits: DEFAULT_LIMITS,
          maxBytes: 'layerBytesMax',
          isContentVerified,
          onInput: (chunk) => {
            inputBytes += chunk.length;
          },
          onOutput: () => undefined,
        });
        await assert.rejects(reading, { code: 'E_IMAGE_INVALID' });
        assert.equal(inputBytes, stored.length);
      }
    });

    test(`${title} stops at the limits`, async () => {
      const bomb = store(Buffer.alloc(40_000_000));
      for (const isContentVerified of [false, true]) {
        const bySize = await expectFailure(bomb, {
          limits: { ...DEFAULT_LIMITS, layerBytesMax: 1_000_000 },
          isContentVerified,
        });
        assert.equal(bySize.code, 'E_LIMIT');
        assert.match(bySize.message, /the 1000000 bytes of the limit layerBytesMax/);
        const limits = { ...DEFAULT_LIMITS, expansionFreeBytesMax: 1_000_000, expansionMax: 20 };
        const byRatio = await expectFailure(bomb, { limits, isContentVerified });
        assert.equal(byRatio.code, 'E_LIMIT');
        assert.match(byRatio.message, /more than 20 times its stored size/);
      }
    });
  }

  for (const [title, , store] of FORMS.slice(0, 3)) {
    test(`${title} in owned chunks keeps no memory of them`, async () => {
      const stored = store(LARGE);
      const owned = Array.from({ length: Math.ceil(stored.length / 65_536) }, (_, piece) =>
        Uint8Array.from(stored.subarray(piece * 65_536, (piece + 1) * 65_536)),
      );
      const shared = Buffer.concat([stored, Buffer.alloc(1)]);
      const expandAll = async (input: AsyncIterable<Uint8Array>): Promise<Buffer> => {
        const pieces: Uint8Array[] = [];
        await decompress(input, {
          subject: 'The layer',
          limits: DEFAULT_LIMITS,
          maxBytes: 'layerBytesMax',
          isInputOwned: true,
          isContentVerified: true,
          onOutput: (piece) => void pieces.push(Uint8Array.from(piece)),
        });
        return Buffer.concat(pieces);
      };
      const forwardOwned = async function* (): AsyncGenerator<Uint8Array> {
        yield* owned;
      };
      assert.deepEqual(await expandAll(forwardOwned()), LARGE);
      // The first pieces are joined until their compression is known.
      assert.ok(owned.slice(3).every(({ buffer }) => buffer.detached));
      assert.deepEqual(await expandAll(splitChunks(shared.subarray(0, -1), 65_536)), LARGE);
      assert.ok(!shared.buffer.detached);
    });
  }

  test('passes on errors thrown by the consumer', async () => {
    const reading = decompress(splitChunks(zlib.gzipSync(LARGE), 65_536), {
      subject: 'The layer',
      limits: DEFAULT_LIMITS,
      maxBytes: 'layerBytesMax',
      onOutput: () => {
        throw new RangeError('enough');
      },
    });
    await assert.rejects(reading, RangeError);
  });
});

test('detects a compression only by its first bytes', () => {
  assert.equal(detectCompression(zlib.gzipSync('')), 'gzip');
  assert.equal(detectCompression(zlib.zstdCompressSync('')), 'zstd');
  assert.equal(detectCompression(SKIPPABLE), 'zstd');
  assert.equal(detectCompression(Buffer.from('BZh')), 'none');
  assert.equal(detectCompression(Buffer.alloc(0)), 'none');
});
