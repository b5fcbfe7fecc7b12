import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { UserError } from '../../foundation/core/error.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';
import { expandLayer } from './expand-layer.ts';

const CONTENT = Buffer.from('x'.repeat(100_000));
const DIGEST = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

function createLayer(pieces: () => Iterable<Uint8Array>): BlobLayer {
  return {
    kind: 'blob',
    description: { diffId: DIGEST, mediaType: '', blobBytes: 0 },
    async *open() {
      yield* pieces();
    },
  };
}

async function expandAll(pieces: () => Iterable<Uint8Array>, layerBytesMax = 1e6): Promise<Buffer> {
  const expanded: Uint8Array[] = [];
  for await (const piece of expandLayer(createLayer(pieces), { layerBytesMax })) {
    expanded.push(piece);
  }
  return Buffer.concat(expanded);
}

const FORMS = [
  ['plain', CONTENT],
  ['gzip', zlib.gzipSync(CONTENT)],
  ['zstd', zlib.zstdCompressSync(CONTENT)],
] as const;

for (const [name, blob] of FORMS) {
  test(`expands a ${name} layer, and passes on the error of a layer that ends early`, async () => {
    assert.deepEqual(await expandAll(() => [blob.subarray(0, 20), blob.subarray(20)]), CONTENT);
    const lost = new UserError('E_NETWORK', 'the connection was lost');
    const yieldAndFail = function* (): Generator<Uint8Array> {
      yield blob.subarray(0, 20);
      throw lost;
    };
    await assert.rejects(expandAll(yieldAndFail), lost);
    await assert.rejects(
      expandAll(() => [blob], 1_000),
      { code: 'E_LIMIT' },
    );
  });
}

test('rejects a layer that is damaged, has another digest, or an unsupported compression', async () => {
  const [, [, gzip]] = FORMS;
  await assert.rejects(
    expandAll(() => [gzip.subarray(0, 40)]),
    { code: 'E_IMAGE_INVALID' },
  );
  await assert.rejects(
    expandAll(() => [CONTENT.subarray(1)]),
    { code: 'E_DIGEST_MISMATCH' },
  );
  const bzip2 = Buffer.from('BZh91AY&SY');
  await assert.rejects(
    expandAll(() => [bzip2]),
    { code: 'E_IMAGE_INVALID' },
  );
});
