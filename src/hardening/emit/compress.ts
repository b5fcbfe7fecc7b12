import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createZstdCompress } from 'node:zlib';
import { Gzip } from 'fflate';
import type { LayerCompression } from './emit-source.ts';

/** Other work, such as an interruption, gets a turn after this many blocks. */
const TURN_BLOCKS = 8;

/**
 * Compresses blocks. gzip gives the same bytes with every version of Node.js, because the code is
 * not part of it; those of zstd depend on the library in Node.js.
 */
export async function* compress(
  blocks: Iterable<Uint8Array>,
  compression: LayerCompression,
): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case 'gzip':
      yield* compressGzip(blocks);
      break;
    case 'zstd':
      yield* compressZstd(blocks);
      break;
    default:
      yield* blocks;
  }
}

async function* compressGzip(blocks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  // A time in the header would differ in each run.
  const gzip = new Gzip({ level: 6, mtime: 0 }, (piece) => void ready.push(piece));
  let turn = 0;
  for (const block of blocks) {
    gzip.push(block);
    yield* ready;
    ready = [];
    if (++turn % TURN_BLOCKS === 0) {
      await setImmediate();
    }
  }
  gzip.push(new Uint8Array(0), true);
  yield* ready;
}

async function* compressZstd(blocks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(blocks, { objectMode: false });
  const stream = source.compose(createZstdCompress());
  for await (const piece of stream) {
    yield piece;
  }
}
