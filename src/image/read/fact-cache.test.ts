import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { createTar } from '../../foundation/bytes/tar/tar.fixture.ts';
import { Budget } from '../../foundation/core/budget.ts';
import { readText } from '../../foundation/core/bytes.ts';
import type { Extractor, LayerFacts } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import type { Progress } from '../../foundation/core/progress.ts';
import type { BlobLayer, BlobOrigin } from '../../foundation/core/target.ts';
import { CacheFolder } from './cache-folder.ts';
import { computeCacheKey, FactCache, type FactCacheOptions } from './fact-cache.ts';
import { readLayer } from './read-layer.ts';
import { createSpill } from './spill.ts';

const ENTRIES = [
  { name: 'etc/', typeFlag: '5', mode: 0o755 },
  { name: 'etc/packages', content: 'musl 1.2\n', uid: 7 },
  { name: 'etc/big', content: 'x'.repeat(200_000), mode: 0o4755 },
  { name: 'etc/empty' },
  { name: 'etc/none' },
  { name: 'etc/grüße', content: 'hello' },
  { name: 'etc/link', typeFlag: '2', linkName: '../usr/x' },
  { name: 'etc/../up', content: 'resolved' },
];
const ARCHIVE = createTar(ENTRIES);
const STORED = zlib.gzipSync(ARCHIVE);

function computeDigest(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function createPackagesExtractor(version = 1): Extractor<unknown> {
  return {
    id: 'packages',
    version,
    wants: [{ role: 'list', paths: ['**/packages'], maxBytes: 'textFileBytesMax' }],
    extract: (file) => ({
      fact: { text: readText(file.content), version },
      problems: [{ code: 'P_RECORD', message: 'One record was odd.', line: 3 }],
    }),
  };
}

interface Blob {
  readonly stored?: Uint8Array;
  readonly diffId?: string;
  readonly blobDigest?: string;
  readonly blobBytes?: number;
  readonly origin?: BlobOrigin;
}

/** A layer that counts how often it was opened. */
function createLayer(blob: Blob = {}): BlobLayer & { opened: number } {
  const { stored = STORED, diffId = computeDigest(ARCHIVE), origin } = blob;
  const layer = {
    kind: 'blob' as const,
    description: {
      diffId,
      blobDigest: blob.blobDigest ?? computeDigest(stored),
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      blobBytes: blob.blobBytes ?? stored.length,
    },
    ...(origin === undefined ? {} : { origin }),
    opened: 0,
    open: async function* () {
      layer.opened++;
      yield Uint8Array.from(stored);
    },
  };
  return layer;
}

const REGISTRY: BlobOrigin = { kind: 'address' };
const IN_FILE: BlobOrigin = { kind: 'place', identity: '1:2:3:4:0:99', changedMs: 1_000 };

class Bench implements Disposable {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fact-cache-test-'));
  readonly notices: string[] = [];
  readonly progress: Progress = {
    emit: (event) => {
      if (event.kind === 'notice') {
        this.notices.push(event.message);
      }
    },
  };

  createOptions(changes: Partial<FactCacheOptions> = {}): FactCacheOptions {
    return {
      folder: path.join(this.folder, 'facts'),
      build: 'a',
      isRenewed: false,
      limits: DEFAULT_LIMITS,
      otherDigests: [],
      progress: this.progress,
      ...changes,
    };
  }

  /** Runs the program once with one layer. */
  async read(
    layer: BlobLayer,
    changes: Partial<FactCacheOptions> & { readonly extractors?: Extractor<unknown>[] } = {},
  ): Promise<LayerFacts> {
    const { extractors = [createPackagesExtractor()], ...rest } = changes;
    const options = this.createOptions(rest);
    const { limits, progress, otherDigests } = options;
    using spill = createSpill({ folder: this.folder, limits });
    await using cache = new FactCache(options);
    const budget = new Budget(limits);
    const common = { extractors, limits, budget, spill, progress };
    return await readLayer(layer, { ...common, otherDigests, cache });
  }

  listFiles(): string[] {
    return fs.readdirSync(path.join(this.folder, 'facts')).map((name) => this.getPath(name));
  }

  getPath(name: string): string {
    return path.join(this.folder, 'facts', name);
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function describeFacts({ files, ...said }: LayerFacts): unknown {
  const rows = Array.from({ length: files.length }, (_, row) => [
    files.getPath(row),
    files.getType(row),
    files.getMode(row),
    files.getUid(row),
    files.getGid(row),
    files.sizeBytes(row),
    files.getMimeType(row),
    files.linkTarget(row),
    files.getSha256(row),
    files.getSha1(row),
    files.getOtherDigests(row),
  ]);
  return { ...said, rows };
}

describe('a previously read layer', () => {
  test('returns the same facts without being opened, from a registry', async () => {
    using bench = new Bench();
    const first = await bench.read(createLayer({ origin: REGISTRY }));
    const layer = createLayer({ origin: REGISTRY });
    assert.deepEqual(describeFacts(await bench.read(layer)), describeFacts(first));
    assert.equal(layer.opened, 0);
    assert.equal(first.problems.length, 2);
  });

  test('returns the same facts without being opened, at the same path', async () => {
    using bench = new Bench();
    const first = await bench.read(createLayer({ origin: IN_FILE }));
    const layer = createLayer({ origin: IN_FILE });
    assert.deepEqual(describeFacts(await bench.read(layer)), describeFacts(first));
    assert.equal(layer.opened, 0);
  });

  test('is hashed as it is stored, once, if it is at another location', async () => {
    using bench = new Bench();
    await bench.read(createLayer({ origin: IN_FILE }));
    const moved = { ...IN_FILE, identity: '1:9:3:4:0:99' };
    const [first, second] = [createLayer({ origin: moved }), createLayer({ origin: moved })];
    await bench.read(first);
    await bench.read(second);
    assert.deepEqual([first.opened, second.opened], [1, 0]);
  });

  test('is hashed again if the file changed just before it was checked', async () => {
    using bench = new Bench();
    const origin = { ...IN_FILE, changedMs: Number.MAX_SAFE_INTEGER };
    await bench.read(createLayer({ origin }));
    const layer = createLayer({ origin });
    await bench.read(layer);
    assert.equal(layer.opened, 1);
  });

  test('is rejected if its location has other content by now', async () => {
    using bench = new Bench();
    await bench.read(createLayer({ origin: IN_FILE }));
    const stored = zlib.gzipSync(createTar([{ name: 'other' }]));
    const layer = createLayer({
      stored,
      blobDigest: computeDigest(STORED),
      origin: { ...IN_FILE, identity: 'changed' },
    });
    await assert.rejects(bench.read(layer), { code: 'E_DIGEST_MISMATCH' });
  });

  test('is rejected if another blob is claimed to contain it', async () => {
    using bench = new Bench();
    await bench.read(createLayer({ origin: REGISTRY }));
    const stored = zlib.gzipSync(createTar([{ name: 'other' }]));
    for (const origin of [REGISTRY, IN_FILE]) {
      const layer = createLayer({ stored, origin });
      await assert.rejects(
        bench.read(layer),
        (error) => error instanceof UserError && error.code === 'E_DIGEST_MISMATCH',
      );
    }
  });

  test('is verified once for each stored form', async () => {
    using bench = new Bench();
    await bench.read(createLayer({ origin: REGISTRY }));
    const stored = zlib.zstdCompressSync(ARCHIVE);
    const [first, second] = [
      createLayer({ stored, origin: REGISTRY }),
      createLayer({ stored, origin: REGISTRY }),
    ];
    await bench.read(first);
    await bench.read(second);
    assert.deepEqual([first.opened, second.opened], [1, 0]);
  });

  test('reports a wrong size only for the manifest that has it', async () => {
    using bench = new Bench();
    const wrong = { origin: REGISTRY, blobBytes: 5 };
    const countSizeProblems = ({ problems }: LayerFacts) =>
      problems.filter(({ message }) => message.includes('5 declared in the manifest')).length;
    assert.equal(countSizeProblems(await bench.read(createLayer(wrong))), 1);
    assert.equal(countSizeProblems(await bench.read(createLayer({ origin: REGISTRY }))), 0);
    assert.equal(countSizeProblems(await bench.read(createLayer(wrong))), 1);
  });
});

describe('kept results are not used', () => {
  const changes: readonly (readonly [string, Parameters<Bench['read']>[1]])[] = [
    ['for another version of an extractor', { extractors: [createPackagesExtractor(2)] }],
    ['for another set of extractors', { extractors: [] }],
    ['for another build of the program', { build: 'b' }],
    ['under other limits', { limits: { ...DEFAULT_LIMITS, recordsMax: 5 } }],
    ['where other digests are wanted', { otherDigests: ['md5'] }],
    ['where everything is to be verified', { isRenewed: true }],
  ];
  for (const [title, change] of changes) {
    test(title, async () => {
      using bench = new Bench();
      await bench.read(createLayer({ origin: REGISTRY }));
      const layer = createLayer({ origin: REGISTRY });
      const cold = await bench.read(layer, change);
      assert.equal(layer.opened, 1);
      const again = createLayer({ origin: REGISTRY });
      const warm = await bench.read(again, { ...change, isRenewed: false });
      assert.equal(again.opened, 0);
      assert.deepEqual(describeFacts(warm), describeFacts(cold));
    });
  }
});

function withChangedByte(content: Buffer): Buffer {
  const at = content.length - 70;
  content[at] = (content[at] ?? 0) ^ 1;
  return content;
}

describe('a damaged entry', () => {
  for (const kind of ['files', 'facts', 'blob']) {
    for (const [title, damage] of [
      ['with a changed byte', (content: Buffer) => withChangedByte(content)],
      ['that is cut off', (content: Buffer) => content.subarray(0, content.length / 2)],
      ['that is empty', () => Buffer.alloc(0)],
    ] as const) {
      test(`of ${kind} ${title} is rebuilt`, async () => {
        using bench = new Bench();
        const first = await bench.read(createLayer({ origin: REGISTRY }));
        const [file = ''] = bench.listFiles().filter((name) => name.endsWith(kind));
        fs.writeFileSync(file, damage(fs.readFileSync(file)));
        const layer = createLayer({ origin: REGISTRY });
        assert.deepEqual(describeFacts(await bench.read(layer)), describeFacts(first));
        assert.equal(layer.opened, 1);
        assert.equal(bench.notices.length, kind === 'blob' ? 0 : 1);
        const repaired = createLayer({ origin: REGISTRY });
        await bench.read(repaired);
        assert.equal(repaired.opened, 0);
      });
    }
  }
});

describe('the cache', () => {
  test('costs only time if its directory cannot be created', async () => {
    using bench = new Bench();
    const file = path.join(bench.folder, 'file');
    fs.writeFileSync(file, '');
    const facts = await bench.read(createLayer(), { folder: path.join(file, 'facts') });
    assert.equal(facts.files.length, ENTRIES.length);
    assert.match(bench.notices.join('\n'), /^could not use the cache/);
  });

  test('only records the verification of results beyond the limit', async () => {
    using bench = new Bench();
    const limits: Limits = { ...DEFAULT_LIMITS, factEntryBytesMax: 100 };
    await bench.read(createLayer({ origin: REGISTRY }), { limits });
    const names = fs.readdirSync(path.join(bench.folder, 'facts'));
    assert.deepEqual(new Set(names.map((name) => path.extname(name))), new Set(['.blob']));
  });

  test('can be read and written by many processes at the same time', async () => {
    using bench = new Bench();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => bench.read(createLayer({ origin: IN_FILE }))),
    );
    const texts = new Set(all.map((facts) => JSON.stringify(describeFacts(facts))));
    assert.equal(texts.size, 1);
    assert.deepEqual(new CacheFolder(path.join(bench.folder, 'facts')).measureUse().entries, {
      files: 1,
      facts: 1,
      blob: 2,
      inventory: 0,
    });
  });

  test('has different keys for different builds, limits and extractors', () => {
    const frame = { build: 'a', limits: DEFAULT_LIMITS, otherDigests: [] };
    const keys = [
      computeCacheKey([createPackagesExtractor()], frame),
      computeCacheKey([createPackagesExtractor(2)], frame),
      computeCacheKey([createPackagesExtractor()], { ...frame, build: 'b' }),
      computeCacheKey([createPackagesExtractor()], {
        ...frame,
        limits: { ...DEFAULT_LIMITS, recordsMax: 5 },
      }),
    ];
    assert.equal(new Set(keys).size, 4);
    const larger = { ...DEFAULT_LIMITS, factCacheBytesMax: 1 };
    assert.equal(
      computeCacheKey([createPackagesExtractor()], { ...frame, limits: larger }),
      keys[0],
    );
  });
});
