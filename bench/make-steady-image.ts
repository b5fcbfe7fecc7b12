/**
 * Creates an image of the size and kind of the large one without network, root or tools: the same
 * bytes on every machine.
 *
 * `node bench/make-steady-image.ts FOLDER [--scale 0.1]`: FOLDER becomes an OCI layout for the
 * benchmark, as `oci-dir:FOLDER`.
 */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import zlib from 'node:zlib';
import { createTarEntry, type FixtureEntry } from '../src/foundation/bytes/tar/tar.fixture.ts';
import { type Layer, writeLayout } from './oci-layout.ts';
import { STEADY_LAYERS } from './steady-image.ts';

const BATCH_BYTES = 1024 * 1024;
const END = Buffer.alloc(1_024);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});
const [target] = positionals;
const scale = Number(values.scale);
if (target === undefined || !(scale > 0)) {
  throw new Error('usage: node bench/make-steady-image.ts FOLDER [--scale 0.1]');
}
await make(target);

async function make(layout: string): Promise<void> {
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  const layers: Layer[] = [];
  for (const { name, entries } of STEADY_LAYERS) {
    const count = { entries: 0, bytes: 0 };
    layers.push(await storeLayer(layout, entries(scale), count));
    process.stdout.write(`${name}: ${count.entries} entries, ${count.bytes} bytes\n`);
  }
  writeLayout(layout, layers);
}

interface Count {
  entries: number;
  bytes: number;
}

async function storeLayer(
  layout: string,
  entries: Iterable<FixtureEntry>,
  count: Count,
): Promise<Layer> {
  const fresh = join(layout, 'layer.new');
  const content = createHash('sha256');
  const stored = createHash('sha256');
  let size = 0;
  await pipeline(
    Readable.from(hashChunks(groupBatches(entries, count), content)),
    zlib.createGzip(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        stored.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(fresh),
  );
  const digest = `sha256:${stored.digest('hex')}`;
  renameSync(fresh, join(layout, 'blobs', ...digest.split(':')));
  return { digest, size, diffId: `sha256:${content.digest('hex')}` };
}

function* groupBatches(entries: Iterable<FixtureEntry>, count: Count): Generator<Buffer> {
  let batch: Buffer[] = [];
  let batchBytes = 0;
  for (const entry of entries) {
    const piece = createTarEntry(entry);
    count.entries += 1;
    count.bytes += piece.length;
    batch.push(piece);
    batchBytes += piece.length;
    if (batchBytes >= BATCH_BYTES) {
      yield Buffer.concat(batch);
      batch = [];
      batchBytes = 0;
    }
  }
  yield Buffer.concat([...batch, END]);
}

function* hashChunks(chunks: Iterable<Buffer>, hash: Hash): Generator<Buffer> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
