import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { tarOf } from '../bytes/tar/tar.fixture.ts';
import { Budget } from '../core/budget.ts';
import { readText } from '../core/bytes.ts';
import type { Extractor, LayerFacts } from '../core/cataloger.ts';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Progress } from '../core/progress.ts';
import type { BlobLayer, BlobOrigin } from '../core/target.ts';
import { CacheFolder } from './cache-folder.ts';
import { cacheKey, FactCache, type FactCacheOptions } from './fact-cache.ts';
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
const ARCHIVE = tarOf(ENTRIES);
const STORED = zlib.gzipSync(ARCHIVE);

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function packages(version = 1): Extractor<unknown> {
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

/** A layer, and how often it was opened. */
function layerOf(blob: Blob = {}): BlobLayer & { opened: number } {
  const { stored = STORED, diffId = digestOf(ARCHIVE), origin } = blob;
  const layer = {
    kind: 'blob' as const,
    description: {
      diffId,
      blobDigest: blob.blobDigest ?? digestOf(stored),
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

  options(changes: Partial<FactCacheOptions> = {}): FactCacheOptions {
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

  /** One run of the program with one layer. */
  async read(
    layer: BlobLayer,
    changes: Partial<FactCacheOptions> & { readonly extractors?: Extractor<unknown>[] } = {},
  ): Promise<LayerFacts> {
    const { extractors = [packages()], ...rest } = changes;
    const options = this.options(rest);
    const { limits, progress, otherDigests } = options;
    using spill = createSpill({ folder: this.folder, limits });
    await using cache = new FactCache(options);
    const budget = new Budget(limits);
    const common = { extractors, limits, budget, spill, progress };
    return await readLayer(layer, { ...common, otherDigests, cache });
  }

  files(): string[] {
    return fs.readdirSync(path.join(this.folder, 'facts')).map((name) => this.path(name));
  }

  path(name: string): string {
    return path.join(this.folder, 'facts', name);
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function contentOf({ files, ...said }: LayerFacts): unknown {
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

describe('a layer that was read before', () => {
  test('gives the same facts again without being opened, from a registry', async () => {
    using bench = new Bench();
    const first = await bench.read(layerOf({ origin: REGISTRY }));
    const layer = layerOf({ origin: REGISTRY });
    assert.deepEqual(contentOf(await bench.read(layer)), contentOf(first));
    assert.equal(layer.opened, 0);
    assert.equal(first.problems.length, 2);
  });

  test('gives the same facts again without being opened, at the same place', async () => {
    using bench = new Bench();
    const first = await bench.read(layerOf({ origin: IN_FILE }));
    const layer = layerOf({ origin: IN_FILE });
    assert.deepEqual(contentOf(await bench.read(layer)), contentOf(first));
    assert.equal(layer.opened, 0);
  });

  test('is hashed as it is stored, once, where it lies at another place', async () => {
    using bench = new Bench();
    await bench.read(layerOf({ origin: IN_FILE }));
    const moved = { ...IN_FILE, identity: '1:9:3:4:0:99' };
    const [first, second] = [layerOf({ origin: moved }), layerOf({ origin: moved })];
    await bench.read(first);
    await bench.read(second);
    assert.deepEqual([first.opened, second.opened], [1, 0]);
  });

  test('is hashed again where the file changed just before it was looked at', async () => {
    using bench = new Bench();
    const origin = { ...IN_FILE, changedMs: Number.MAX_SAFE_INTEGER };
    await bench.read(layerOf({ origin }));
    const layer = layerOf({ origin });
    await bench.read(layer);
    assert.equal(layer.opened, 1);
  });

  test('is refused where its place holds something else by now', async () => {
    using bench = new Bench();
    await bench.read(layerOf({ origin: IN_FILE }));
    const stored = zlib.gzipSync(tarOf([{ name: 'other' }]));
    const layer = layerOf({
      stored,
      blobDigest: digestOf(STORED),
      origin: { ...IN_FILE, identity: 'changed' },
    });
    await assert.rejects(bench.read(layer), { code: 'E_DIGEST_MISMATCH' });
  });

  test('is refused where another blob is said to hold it', async () => {
    using bench = new Bench();
    await bench.read(layerOf({ origin: REGISTRY }));
    const stored = zlib.gzipSync(tarOf([{ name: 'other' }]));
    for (const origin of [REGISTRY, IN_FILE]) {
      const layer = layerOf({ stored, origin });
      await assert.rejects(
        bench.read(layer),
        (error) => error instanceof UserError && error.code === 'E_DIGEST_MISMATCH',
      );
    }
  });

  test('is verified once for each form it is stored in', async () => {
    using bench = new Bench();
    await bench.read(layerOf({ origin: REGISTRY }));
    const stored = zlib.zstdCompressSync(ARCHIVE);
    const [first, second] = [
      layerOf({ stored, origin: REGISTRY }),
      layerOf({ stored, origin: REGISTRY }),
    ];
    await bench.read(first);
    await bench.read(second);
    assert.deepEqual([first.opened, second.opened], [1, 0]);
  });

  test('has the problem of a wrong size in the manifest that says so, and in no other', async () => {
    using bench = new Bench();
    const wrong = { origin: REGISTRY, blobBytes: 5 };
    const sizes = ({ problems }: LayerFacts) =>
      problems.filter(({ message }) => message.includes('5 declared in the manifest')).length;
    assert.equal(sizes(await bench.read(layerOf(wrong))), 1);
    assert.equal(sizes(await bench.read(layerOf({ origin: REGISTRY }))), 0);
    assert.equal(sizes(await bench.read(layerOf(wrong))), 1);
  });
});

describe('what was kept does not count', () => {
  const changes: readonly (readonly [string, Parameters<Bench['read']>[1]])[] = [
    ['for another version of an extractor', { extractors: [packages(2)] }],
    ['for another set of extractors', { extractors: [] }],
    ['for another build of the program', { build: 'b' }],
    ['under other limits', { limits: { ...DEFAULT_LIMITS, recordsMax: 5 } }],
    ['where other digests are wanted', { otherDigests: ['md5'] }],
    ['where everything is to be verified', { isRenewed: true }],
  ];
  for (const [title, change] of changes) {
    test(title, async () => {
      using bench = new Bench();
      await bench.read(layerOf({ origin: REGISTRY }));
      const layer = layerOf({ origin: REGISTRY });
      const cold = await bench.read(layer, change);
      assert.equal(layer.opened, 1);
      const again = layerOf({ origin: REGISTRY });
      const warm = await bench.read(again, { ...change, isRenewed: false });
      assert.equal(again.opened, 0);
      assert.deepEqual(contentOf(warm), contentOf(cold));
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
      test(`of ${kind} ${title} is made anew`, async () => {
        using bench = new Bench();
        const first = await bench.read(layerOf({ origin: REGISTRY }));
        const [file = ''] = bench.files().filter((name) => name.endsWith(kind));
        fs.writeFileSync(file, damage(fs.readFileSync(file)));
        const layer = layerOf({ origin: REGISTRY });
        assert.deepEqual(contentOf(await bench.read(layer)), contentOf(first));
        assert.equal(layer.opened, 1);
        assert.equal(bench.notices.length, kind === 'blob' ? 0 : 1);
        const repaired = layerOf({ origin: REGISTRY });
        await bench.read(repaired);
        assert.equal(repaired.opened, 0);
      });
    }
  }
});

describe('the cache', () => {
  test('costs nothing but time where its folder cannot be made', async () => {
    using bench = new Bench();
    const file = path.join(bench.folder, 'file');
    fs.writeFileSync(file, '');
    const facts = await bench.read(layerOf(), { folder: path.join(file, 'facts') });
    assert.equal(facts.files.length, ENTRIES.length);
    assert.match(bench.notices.join('\n'), /^could not use the cache/);
  });

  test('keeps of what is longer than the limit only that it was verified', async () => {
    using bench = new Bench();
    const limits: Limits = { ...DEFAULT_LIMITS, factEntryBytesMax: 100 };
    await bench.read(layerOf({ origin: REGISTRY }), { limits });
    const names = fs.readdirSync(path.join(bench.folder, 'facts'));
    assert.deepEqual(new Set(names.map((name) => path.extname(name))), new Set(['.blob']));
  });

  test('is read and written by many at the same time', async () => {
    using bench = new Bench();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => bench.read(layerOf({ origin: IN_FILE }))),
    );
    const texts = new Set(all.map((facts) => JSON.stringify(contentOf(facts))));
    assert.equal(texts.size, 1);
    assert.deepEqual(new CacheFolder(path.join(bench.folder, 'facts')).use().entries, {
      files: 1,
      facts: 1,
      blob: 2,
      inventory: 0,
    });
  });

  test('has a key that tells builds, limits and extractors apart', () => {
    const frame = { build: 'a', limits: DEFAULT_LIMITS, otherDigests: [] };
    const keys = [
      cacheKey([packages()], frame),
      cacheKey([packages(2)], frame),
      cacheKey([packages()], { ...frame, build: 'b' }),
      cacheKey([packages()], { ...frame, limits: { ...DEFAULT_LIMITS, recordsMax: 5 } }),
    ];
    assert.equal(new Set(keys).size, 4);
    const larger = { ...DEFAULT_LIMITS, factCacheBytesMax: 1 };
    assert.equal(cacheKey([packages()], { ...frame, limits: larger }), keys[0]);
  });
});
