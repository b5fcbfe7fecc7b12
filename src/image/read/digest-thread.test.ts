import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import os from 'node:os';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { createTar, type FixtureEntry } from '../../foundation/bytes/tar/tar.fixture.ts';
import { Budget } from '../../foundation/core/budget.ts';
import type { LayerFacts } from '../../foundation/core/cataloger.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';
import { SLOT_BYTES, SLOTS } from './digest-memory.ts';
import { DigestThread } from './digest-thread.ts';
import { readLayer } from './read-layer.ts';
import { createSpill } from './spill.ts';

function computeDigest(content: Uint8Array): string {
  return `sha256:${hash('sha256', content)}`;
}

interface Wrong {
  readonly diffId?: string;
  readonly blobDigest?: string;
}

function createLayer(archive: Buffer, stored: Buffer, wrong: Wrong = {}): BlobLayer {
  return {
    kind: 'blob',
    description: {
      diffId: computeDigest(archive),
      blobDigest: computeDigest(stored),
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      blobBytes: stored.length,
      ...wrong,
    },
    open: async function* () {
      for (let at = 0; at < stored.length; at += 70_001) {
        yield Uint8Array.from(stored.subarray(at, at + 70_001));
      }
    },
  };
}

async function read(layer: BlobLayer, threadBlobBytesMin: number): Promise<LayerFacts> {
  const limits = DEFAULT_LIMITS;
  using spill = createSpill({ folder: os.tmpdir(), limits });
  const options = {
    extractors: [],
    limits,
    budget: new Budget(limits),
    spill,
    progress: SILENT,
    threadBlobBytesMin,
  };
  return await readLayer(layer, options);
}

/** Returns every row with its digests. */
function listDigests({ files }: LayerFacts): string[] {
  return Array.from({ length: files.length }, (_, row) =>
    [files.getPath(row), files.getSha256(row) ?? '-', files.getSha1(row) ?? '-'].join(' '),
  );
}

/** Empty files, thousands of short ones, and some that span several pieces. */
const ENTRIES: readonly FixtureEntry[] = Array.from({ length: 3_000 }, (_, number) => ({
  name: `file-${number}`,
  content:
    number % 3 === 0 ? '' : String(number).repeat(number % 500 === 1 ? 1_000_000 : number % 90),
}));
const ARCHIVE = createTar([...ENTRIES, { name: 'link', typeFlag: '2', linkName: 'file-1' }]);

describe('digests computed on a separate thread', () => {
  for (const [title, stored] of [
    ['stored plain', ARCHIVE],
    ['stored by gzip', zlib.gzipSync(ARCHIVE)],
    ['stored by zstd', zlib.zstdCompressSync(ARCHIVE)],
  ] as const) {
    test(`of a layer ${title} equal those computed without a thread`, async () => {
      const layer = createLayer(ARCHIVE, stored);
      const expected = listDigests(await read(layer, Number.POSITIVE_INFINITY));
      assert.deepEqual(listDigests(await read(layer, 0)), expected);
      assert.equal(expected.length, ENTRIES.length + 1);
      const content = Buffer.from(ENTRIES[501]?.content ?? '');
      assert.equal(expected[501], `/file-501 ${hash('sha256', content)} ${hash('sha1', content)}`);
    });
  }

  test('rejects a layer with another digest, and reads the next one', async () => {
    const stored = zlib.gzipSync(ARCHIVE);
    const other = computeDigest(Buffer.of(1));
    const mismatch = { code: 'E_DIGEST_MISMATCH' };
    await assert.rejects(read(createLayer(ARCHIVE, stored, { diffId: other }), 0), mismatch);
    await assert.rejects(read(createLayer(ARCHIVE, stored, { blobDigest: other }), 0), mismatch);
    assert.equal((await read(createLayer(ARCHIVE, stored), 0)).files.length, ENTRIES.length + 1);
  });

  test('reports a truncated compressed layer as damaged, not as a wrong layer', async () => {
    const stored = zlib.gzipSync(ARCHIVE).subarray(0, -1_000);
    await assert.rejects(read(createLayer(ARCHIVE, stored), 0), { code: 'E_IMAGE_INVALID' });
  });

  test('uses one thread for each of two parallel layers', async () => {
    const layers = [1, 2, 3].map((count) => {
      const archive = createTar(ENTRIES.slice(0, 700 * count));
      return createLayer(archive, zlib.zstdCompressSync(archive));
    });
    const read0 = await Promise.all(layers.map((layer) => read(layer, 0)));
    assert.deepEqual(
      read0.map(({ files }) => files.length),
      [700, 1_400, 2_100],
    );
  });

  test('accepts as many files as a piece can have without blocking pieces', () => {
    const digester = DigestThread.takeThread();
    assert.ok(digester);
    const found: string[] = [];
    digester.begin((row, of256, of1) => found.push(`${row} ${of256.length} ${of1.length}`));
    const content = createHash('sha256');
    const pieces = 2 * SLOTS + 1;
    for (let count = 0; count < pieces; count++) {
      const chunk = new Uint8Array(SLOT_BYTES).fill(count);
      content.update(chunk);
      digester.open(chunk);
      for (let at = 512; at < chunk.length; at += 1_024) {
        const whole = { isFirst: true, isLast: true };
        digester.add(at, chunk.subarray(at, at + 1), whole);
      }
      digester.endContent();
    }
    assert.equal(digester.finish().content, content.digest('hex'));
    DigestThread.returnThread(digester);
    assert.equal(found.length, (pieces * SLOT_BYTES) / 1_024);
    assert.equal(found[1], '1536 32 20');
  });

  test('an idle thread does not keep the program running', () => {
    const module = new URL('./digest-thread.ts', import.meta.url).href;
    const script = `import { DigestThread } from ${JSON.stringify(module)};
const digester = DigestThread.takeThread();
digester.begin(() => {});
digester.addBlob(new Uint8Array(3));
console.log(digester.finish().blob);
DigestThread.returnThread(digester);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(status, 0);
    assert.equal(stdout, `${hash('sha256', new Uint8Array(3))}\n`);
  });
});
