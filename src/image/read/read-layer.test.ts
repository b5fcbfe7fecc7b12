import assert from 'node:assert/strict';
import { createHash, hash } from 'node:crypto';
import os from 'node:os';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../foundation/bytes/tar/tar.fixture.ts';
import { AssertionFailure, assert as promise } from '../../foundation/core/assert.ts';
import { Budget } from '../../foundation/core/budget.ts';
import { readText } from '../../foundation/core/bytes.ts';
import type {
  Extraction,
  Extractor,
  LayerFacts,
  Want,
  WantedFile,
} from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import type { BlobLayer, LayerInput, TreeFile } from '../../foundation/core/target.ts';
import { DeferredContent } from './deferred-content.ts';
import { readLayer } from './read-layer.ts';
import { createSpill } from './spill.ts';

function computeDigest(content: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

interface Blob {
  readonly stored?: Buffer;
  readonly diffId?: string;
  readonly blobDigest?: string;
  readonly blobBytes?: number;
  readonly chunkBytes?: number;
}

function createBlobLayer(archive: Buffer, blob: Blob = {}): BlobLayer {
  const stored = blob.stored ?? archive;
  const chunkBytes = blob.chunkBytes ?? 65_536;
  return {
    kind: 'blob',
    description: {
      diffId: blob.diffId ?? computeDigest(archive),
      blobDigest: blob.blobDigest ?? computeDigest(stored),
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      blobBytes: blob.blobBytes ?? stored.length,
    },
    open: async function* () {
      for (let at = 0; at < stored.length; at += chunkBytes) {
        yield Uint8Array.from(stored.subarray(at, at + chunkBytes));
      }
    },
  };
}

async function read(
  input: LayerInput,
  extractors: readonly Extractor<unknown>[] = [],
  limits: Limits = DEFAULT_LIMITS,
  deferred?: DeferredContent,
): Promise<LayerFacts> {
  using spill = createSpill({ folder: os.tmpdir(), limits });
  const options = { extractors, limits, budget: new Budget(limits), spill, progress: SILENT };
  return await readLayer(input, deferred === undefined ? options : { ...options, deferred });
}

function readEntries(entries: readonly FixtureEntry[]): Promise<LayerFacts> {
  return read(createBlobLayer(createTar(entries)));
}

function listRows({ files }: LayerFacts): string[] {
  return Array.from(
    { length: files.length },
    (_, row) => `${files.getType(row)} ${files.getPath(row)}`,
  );
}

function listProblems({ problems }: LayerFacts): string[] {
  return problems.map(({ code, path, plugin }) => [code, plugin, path].filter(Boolean).join(' '));
}

/** Keeps its input for assertions. */
function createCollector(
  want: Omit<Want, 'role'>,
  extract?: (file: WantedFile) => Extraction<unknown>,
): Extractor<unknown> {
  return {
    id: 'collector',
    version: 1,
    wants: [{ role: 'kept', ...want }],
    extract:
      extract ?? ((file) => ({ fact: `${file.role} ${file.path} ${readText(file.content)}` })),
  };
}

const PACKAGES = { paths: ['**/packages'], maxBytes: 'textFileBytesMax' } as const;
const HEAD = { maxBytes: 'documentHeadBytesMax', isHeadOnly: true } as const;

describe('a layer', () => {
  const entries = [
    { name: 'etc/', typeFlag: '5', mode: 0o755 },
    { name: 'etc/packages', content: 'musl 1.2\n' },
    { name: 'etc/big', content: 'x'.repeat(200_000), mode: 0o4755, uid: 7 },
    { name: 'etc/empty' },
    { name: 'etc/link', typeFlag: '2', linkName: '../usr/x' },
    { name: 'etc/hard', typeFlag: '1', linkName: './etc/big' },
  ];
  const whole = createTar(entries);

  for (const [title, stored] of [
    ['stored plain', whole],
    ['stored by gzip', zlib.gzipSync(whole)],
    ['stored by zstd', zlib.zstdCompressSync(whole)],
  ] as const) {
    for (const chunkBytes of [1_000, 1_000_000]) {
      test(`${title}, arriving in pieces of ${chunkBytes}, returns its files with digests`, async () => {
        const facts = await read(createBlobLayer(whole, { stored, chunkBytes }), [
          createCollector(PACKAGES),
        ]);
        const { files } = facts;
        assert.deepEqual(listRows(facts), [
          'directory /etc',
          'regular /etc/packages',
          'regular /etc/big',
          'regular /etc/empty',
          'symlink /etc/link',
          'hardlink /etc/hard',
        ]);
        assert.equal(
          `sha256:${files.getSha256(2)}`,
          computeDigest(Buffer.from('x'.repeat(200_000))),
        );
        assert.equal(
          `sha1:${files.getSha1(2)}`,
          computeDigest(Buffer.from('x'.repeat(200_000)), 'sha1'),
        );
        assert.equal(`sha256:${files.getSha256(3)}`, computeDigest(Buffer.alloc(0)));
        assert.equal(files.getSha256(0), undefined);
        assert.equal(files.getMimeType(1), 'text/plain');
        assert.deepEqual(
          [files.getMode(2), files.getUid(2), files.sizeBytes(2)],
          [0o4755, 7, 200_000],
        );
        assert.equal(files.linkTarget(4), '../usr/x');
        assert.equal(files.linkTarget(5), '/etc/big');
        assert.equal(facts.contentBytes, 200_009);
        assert.equal(facts.diffId, computeDigest(whole));
        assert.deepEqual(facts.facts, [
          { extractor: 'collector', role: 'kept', row: 1, fact: 'kept /etc/packages musl 1.2\n' },
        ]);
        assert.deepEqual(facts.problems, []);
      });
    }
  }

  test('with entries below ./ and doubled slashes has them under their normalized paths', async () => {
    const facts = await readEntries([
      { name: './', typeFlag: '5' },
      { name: './a//b' },
      { name: '/c' },
    ]);
    assert.deepEqual(listRows(facts), ['regular /a/b', 'regular /c']);
  });

  test('keeps whiteouts as rows, and hides them from extractors', async () => {
    const archive = createTar([{ name: 'd/.wh.packages' }, { name: 'd/.wh..wh..opq' }]);
    const facts = await read(createBlobLayer(archive), [
      createCollector({ ...PACKAGES, paths: ['/d/*'] }),
    ]);
    assert.deepEqual(listRows(facts), ['regular /d/.wh.packages', 'regular /d/.wh..wh..opq']);
    assert.deepEqual(facts.facts, []);
  });

  test('skips and reports names that no file system supports', async () => {
    const sparse = { 'GNU.sparse.map': '0,0', 'GNU.sparse.numblocks': '1' };
    const facts = await readEntries([
      createPaxHeader({ ...sparse, 'GNU.sparse.name': 'nul\0name', 'GNU.sparse.size': '0' }),
      { name: 'short' },
      createPaxHeader({ path: 'p/'.repeat(2_500) }),
      { name: 'short', typeFlag: '5' },
      createPaxHeader({ path: `a/${'p'.repeat(256)}` }),
      { name: 'short' },
      { name: '.', content: 'root as a file' },
      { name: 'a/.wh.' },
      { name: 'a/.wh..' },
      { name: 'a/.wh...' },
      { name: 'out', typeFlag: '1', linkName: '..' },
      { name: 'empty', typeFlag: '2', linkName: '' },
      { name: 'ok' },
    ]);
    assert.deepEqual(listRows(facts), ['regular /ok']);
    const codes = facts.problems.map(({ code }) => code);
    assert.deepEqual(codes, [...Array.from({ length: 7 }, () => 'P_NAME'), 'P_LINK', 'P_LINK']);
    assert(
      facts.problems.every(
        ({ layer, path }) => layer === facts.diffId && (path ?? '').length < 300,
      ),
    );
  });

  test('resolves `..` in names within the root, as containerd does, and reports it', async () => {
    const long = 'e'.repeat(255);
    const facts = await readEntries([
      { name: '../../etc/passwd', content: 'x' },
      { name: 'a/../../b' },
      createPaxHeader({ path: long }),
      { name: 'short' },
      { name: 'out', typeFlag: '1', linkName: '../../etc/shadow' },
    ]);
    assert.deepEqual(listRows(facts), [
      'regular /etc/passwd',
      'regular /b',
      `regular /${long}`,
      'hardlink /out',
    ]);
    assert.deepEqual(listProblems(facts), ['P_NAME /etc/passwd', 'P_NAME /b']);
  });

  test('reads content below a whiteout directory, but not that of a whiteout', async () => {
    const archive = createTar([
      { name: '.wh..wh.plnk/packages', content: 'linked' },
      { name: 'a/.wh.packages', content: 'ignored' },
    ]);
    const wanted = { ...PACKAGES, paths: ['**/packages', '**/.wh.packages'] };
    const facts = await read(createBlobLayer(archive), [createCollector(wanted)]);
    assert.deepEqual(
      facts.facts.map(({ row }) => facts.files.getPath(row)),
      ['/.wh..wh.plnk/packages'],
    );
  });

  test('reads a sparse file with its holes', async () => {
    const map = { 'GNU.sparse.map': '2,3,8,1', 'GNU.sparse.numblocks': '2' };
    const facts = await readEntries([
      createPaxHeader({ ...map, 'GNU.sparse.name': 'packages', 'GNU.sparse.size': '10' }),
      { name: 'GNUSparseFile.0/packages', content: 'abcd' },
    ]);
    const sha256 = hash('sha256', '\0\0abc\0\0\0d\0');
    assert.deepEqual(listRows(facts), ['regular /packages']);
    assert.equal(facts.files.sizeBytes(0), 10);
    assert.equal(facts.files.getSha256(0), sha256);
    assert.deepEqual(listProblems(facts), []);
  });

  test('has a whiteout for the name of a global header, as container runtimes do', async () => {
    const header = createPaxHeader({ comment: 'x' });
    const facts = await readEntries([
      { ...header, typeFlag: 'g', name: 'etc/passwd' },
      { ...header, typeFlag: 'g', name: 'etc/.wh.group' },
    ]);
    assert.deepEqual(listRows(facts), ['other /etc/.wh.passwd', 'other /etc/.wh.group']);
    assert.deepEqual(listProblems(facts), []);
  });

  test('has rows for devices, pipes and unknown types', async () => {
    const facts = await readEntries([
      { name: 'null', typeFlag: '3' },
      { name: 'disk', typeFlag: '4' },
      { name: 'pipe', typeFlag: '6' },
      { name: 'odd', typeFlag: 'Z', content: 'x' },
      { name: 'contiguous', typeFlag: '7', content: 'x' },
    ]);
    assert.deepEqual(listRows(facts), [
      'character-device /null',
      'block-device /disk',
      'fifo /pipe',
      'other /odd',
      'other /contiguous',
    ]);
    assert.deepEqual(listProblems(facts), ['P_UNSUPPORTED /odd', 'P_UNSUPPORTED /contiguous']);
  });

  test('that is truncated keeps the entries before, without digests for the truncated one', async () => {
    const archive = createTar([
      { name: 'a', content: 'whole' },
      { name: 'packages', content: 'y'.repeat(5_000) },
    ]).subarray(0, 3_000);
    const facts = await read(createBlobLayer(archive), [createCollector(PACKAGES)]);
    assert.deepEqual(listRows(facts), ['regular /a', 'regular /packages']);
    assert.equal(facts.files.getSha256(1), undefined);
    assert.deepEqual(facts.facts, []);
    assert.deepEqual(listProblems(facts), ['P_TRUNCATED /packages']);
  });

  test('whose size differs from the manifest is read and reported', async () => {
    const facts = await read(createBlobLayer(whole, { blobBytes: 5 }));
    assert.deepEqual(listProblems(facts), ['P_MALFORMED']);
  });

  test('lists problems up to the limit and counts the rest', async () => {
    const archive = createTar([{ name: '../a' }, { name: '../b' }, { name: '../c' }]);
    const facts = await read(createBlobLayer(archive), [], { ...DEFAULT_LIMITS, problemsMax: 1 });
    assert.equal(facts.problems.length, 1);
    assert.equal(facts.problemsNotListed, 2);
  });
});

describe('a layer that does not match', () => {
  const archive = createTar([{ name: 'a', content: 'a' }]);
  const wrong = `sha256:${'0'.repeat(64)}`;

  const expectBothDigests = (right: string) => (error: unknown) => {
    assert(error instanceof UserError);
    assert.equal(error.code, 'E_DIGEST_MISMATCH');
    assert(error.message.includes(wrong) && error.message.includes(right), error.message);
    return true;
  };

  test('its diff ID is rejected with both digests', async () => {
    await assert.rejects(
      read(createBlobLayer(archive, { diffId: wrong })),
      expectBothDigests(computeDigest(archive)),
    );
  });

  test('the digest of its blob is rejected with both digests', async () => {
    const stored = zlib.gzipSync(archive);
    const input = createBlobLayer(archive, { stored, blobDigest: wrong });
    await assert.rejects(read(input), expectBothDigests(computeDigest(stored)));
  });

  test('its digest and is damaged is rejected because of the digest', async () => {
    const stored = zlib.gzipSync(archive).subarray(0, 60);
    const input = createBlobLayer(archive, { stored, blobDigest: wrong });
    await assert.rejects(read(input), expectBothDigests(computeDigest(stored)));
  });

  test('any decompressor is rejected as an image', async () => {
    const stored = zlib.gzipSync(archive).subarray(0, 60);
    await assert.rejects(read(createBlobLayer(archive, { stored })), { code: 'E_IMAGE_INVALID' });
  });

  test('the checksum of gzip is read, because its digests match', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 400_000 }, (_, at) => (at * at) >> 5));
    const whole = createTar([{ name: 'noise', content: noise }]);
    const stored = zlib.gzipSync(whole);
    const crc = stored.length - 8;
    stored[crc] = (stored[crc] ?? 0) ^ 1;
    const facts = await read(createBlobLayer(whole, { stored }));
    assert.deepEqual(listRows(facts), ['regular /noise']);
    const right = computeDigest(whole);
    await assert.rejects(
      read(createBlobLayer(whole, { stored, diffId: wrong })),
      expectBothDigests(right),
    );
  });

  test('is accepted if both digests use the newer algorithm', async () => {
    const diffId = computeDigest(archive, 'sha512');
    const facts = await read(createBlobLayer(archive, { diffId, blobDigest: diffId }));
    assert.equal(facts.diffId, diffId);
  });
});

describe('an extractor', () => {
  const archive = createTar([
    { name: 'a/packages', content: 'z'.repeat(300_000) },
    { name: 'b/packages', content: 'small' },
  ]);

  test('receives spilled content in the same way as content in memory', async () => {
    const extractors = [createCollector(PACKAGES)];
    const inMemory = await read(createBlobLayer(archive, { chunkBytes: 7_000 }), extractors);
    const limits = { ...DEFAULT_LIMITS, memoryFileBytesMax: 1_000 };
    const spilled = await read(createBlobLayer(archive, { chunkBytes: 7_000 }), extractors, limits);
    assert.deepEqual(spilled.facts, inMemory.facts);
    assert.equal(inMemory.facts.length, 2);
  });

  test('does not receive files beyond its limit, which is reported', async () => {
    const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 1_000 };
    const facts = await read(createBlobLayer(archive), [createCollector(PACKAGES)], limits);
    assert.deepEqual(listProblems(facts), ['P_LIMIT collector /a/packages']);
    assert.equal(facts.facts.length, 1);
  });

  test('receives only the head if it requests no more, regardless of the file size', async () => {
    const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 1_000, memoryFileBytesMax: 500 };
    const seen: (readonly [number, number, number])[] = [];
    const head = createCollector(PACKAGES, ({ sizeBytes, content }) => {
      seen.push([sizeBytes, content.sizeBytes, content.read(990, 500).length]);
      return {};
    });
    const wants = head.wants.map((want) => ({ ...want, isHeadOnly: true }));
    for (const chunkBytes of [7_000, 1_000_000]) {
      seen.length = 0;
      const facts = await read(
        createBlobLayer(archive, { chunkBytes }),
        [{ ...head, wants }],
        limits,
      );
      assert.deepEqual(listProblems(facts), []);
      assert.deepEqual(seen[0], [300_000, 1_000, 10]);
      assert.equal(
        `sha256:${facts.files.getSha256(0)}`,
        computeDigest(Buffer.from('z'.repeat(300_000))),
      );
    }
  });

  test('does not receive files without room, which is reported', async () => {
    const limits = { ...DEFAULT_LIMITS, memoryFileBytesMax: 1_000, spillBytesMax: 200_000 };
    const facts = await read(
      createBlobLayer(archive, { chunkBytes: 7_000 }),
      [createCollector(PACKAGES)],
      limits,
    );
    assert.deepEqual(listProblems(facts), ['P_LIMIT /a/packages']);
    assert.equal(facts.facts.length, 1);
    assert.equal(
      `sha256:${facts.files.getSha256(0)}`,
      computeDigest(Buffer.from('z'.repeat(300_000))),
    );
  });

  test('that throws loses only the current file', async () => {
    for (const [error, code] of [
      [new UserError('E_LIMIT', 'too deep'), 'P_LIMIT'],
      [new UserError('E_IMAGE_INVALID', 'odd'), 'P_MALFORMED'],
      [new TypeError('x is undefined'), 'P_MALFORMED'],
    ] as const) {
      const thrower = createCollector(PACKAGES, ({ path }) => {
        if (path.startsWith('/a')) {
          throw error;
        }
        return { fact: 'read' };
      });
      const facts = await read(createBlobLayer(archive), [thrower]);
      assert.deepEqual(listProblems(facts), [`${code} collector /a/packages`]);
      assert.equal(facts.facts.length, 1);
    }
  });

  test('that fails an assertion ends the run', async () => {
    const broken = createCollector(PACKAGES, ({ sizeBytes }) => {
      promise(sizeBytes < 0, 'what cannot be');
      return {};
    });
    await assert.rejects(read(createBlobLayer(archive), [broken]), AssertionFailure);
  });

  describe('with deferred facts', () => {
    /** The length and the last byte of each file; nothing for a file whose first byte is `s`. */
    const made: string[] = [];
    const make = ([bytes = new Uint8Array()]: readonly Uint8Array[]): unknown => {
      made.push(String.fromCharCode(bytes[0] ?? 0));
      return bytes[0] === 115 ? undefined : [bytes.length, bytes.at(-1)];
    };
    const extractors = ['one', 'other'].map((id) => ({
      ...createCollector(PACKAGES, ({ content }) => {
        return { deferred: { content: [content.read(0, content.sizeBytes)], make } };
      }),
      id,
    }));
    const readDeferred = (deferredBytesMax: number): Promise<LayerFacts> => {
      made.length = 0;
      const spill = createSpill({ folder: os.tmpdir(), limits: DEFAULT_LIMITS });
      const deferred = new DeferredContent({ deferredBytesMax }, spill);
      return read(
        createBlobLayer(archive, { chunkBytes: 7_000 }),
        extractors,
        DEFAULT_LIMITS,
        deferred,
      );
    };

    test('is called once for each on first access', async () => {
      const { facts } = await readDeferred(300_005);
      assert.deepEqual(made, []);
      const all = facts.map(({ extractor, row, fact }) => [extractor, row, fact]);
      assert.deepEqual(all, [
        ['one', 0, [300_000, 122]],
        ['other', 0, [300_000, 122]],
        ['one', 1, undefined],
        ['other', 1, undefined],
      ]);
      assert.deepEqual(
        facts.map(({ fact }) => fact),
        all.map(([, , fact]) => fact),
      );
      assert.deepEqual(made, ['z', 'z', 's', 's']);
    });

    test('is called at once if there is no room for the content', async () => {
      const { facts } = await readDeferred(5);
      assert.deepEqual(made, ['z', 'z']);
      assert.deepEqual(
        facts.map(({ extractor, row, fact }) => [extractor, row, fact]),
        [
          ['one', 0, [300_000, 122]],
          ['other', 0, [300_000, 122]],
          ['one', 1, undefined],
          ['other', 1, undefined],
        ],
      );
    });

    test('is called lazily if it requests that, with the requested part of each file', async () => {
      const called: string[] = [];
      const createExtractor = (id: string, want: Partial<Want>): Extractor<unknown> => ({
        ...createCollector({ ...PACKAGES, ...want }, ({ role, path, sizeBytes, mode, content }) => {
          called.push(id);
          return { fact: [role, path, sizeBytes, mode, content.read(0, sizeBytes).length] };
        }),
        id,
      });
      const head = { maxBytes: 'documentHeadBytesMax', isHeadOnly: true } as const;
      const later = { isDeferrable: true };
      const all = [
        createExtractor('whole', later),
        createExtractor('now', head),
        createExtractor('head', { ...head, ...later }),
      ];
      const limits = { ...DEFAULT_LIMITS, documentHeadBytesMax: 900 };
      for (const [deferredBytesMax, early] of [
        [300_005, 'now now'],
        [5, 'whole now head now'],
      ] as const) {
        called.length = 0;
        const spill = createSpill({ folder: os.tmpdir(), limits });
        const deferred = new DeferredContent({ deferredBytesMax }, spill);
        const { facts } = await read(createBlobLayer(archive), all, limits, deferred);
        assert.equal(called.join(' '), early);
        assert.deepEqual(
          facts.map(({ extractor, row, fact }) => `${row} ${extractor} ${String(fact)}`).toSorted(),
          [
            '0 head kept,/a/packages,300000,420,900',
            '0 now kept,/a/packages,300000,420,900',
            '0 whole kept,/a/packages,300000,420,300000',
            '1 head kept,/b/packages,5,420,5',
            '1 now kept,/b/packages,5,420,5',
            '1 whole kept,/b/packages,5,420,5',
          ],
        );
      }
    });

    test('is called at once if the content is not kept', async () => {
      made.length = 0;
      const { facts } = await read(createBlobLayer(archive), extractors);
      assert.deepEqual(
        facts.map(({ extractor, row }) => [extractor, row]),
        [
          ['one', 0],
          ['other', 0],
        ],
      );
    });
  });

  test('may report problems of single records', async () => {
    const noting = createCollector(PACKAGES, () => ({
      problems: [{ code: 'P_RECORD', message: 'odd', line: 3 }],
    }));
    const { problems, diffId } = await read(createBlobLayer(archive), [noting]);
    assert.deepEqual(problems[1], {
      code: 'P_RECORD',
      message: 'odd',
      plugin: 'collector',
      path: '/b/packages',
      layer: diffId,
      line: 3,
    });
  });

  test('finds files by their first bytes regardless of the piece boundaries', async () => {
    const head = Buffer.concat([
      Buffer.alloc(5_000, 1),
      Buffer.from('MAGIC'),
      Buffer.alloc(90_000),
    ]);
    // The first pieces are joined to detect the compression; the file comes after them.
    const filler = { name: 'filler', content: Buffer.alloc(140_000) };
    const layer = createTar([filler, { name: 'x', content: head }]);
    const magic = [{ offset: 5_000, bytes: Buffer.from('MAGIC') }];
    const sized = createCollector({ magic, maxBytes: 'wholeFileBytesMax' }, ({ content }) => ({
      fact: computeDigest(content.read(0, content.sizeBytes)),
    }));
    for (const chunkBytes of [100, 5_600, 1_000_000]) {
      const facts = await read(createBlobLayer(layer, { chunkBytes }), [sized]);
      assert.equal(facts.facts[0]?.fact, computeDigest(head));
    }
  });
});

describe('a tree', () => {
  const createEntry = (path: string, rest: Partial<FileEntry> = {}): FileEntry => ({
    path,
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: 4,
    ...rest,
  });

  function createTree(files: readonly TreeFile[]): LayerInput {
    return {
      kind: 'tree',
      walk: async function* () {
        yield* files;
      },
      readContent: (path) => files.find((file) => file.entry.path === path)?.readContent() ?? [],
    };
  }

  test('has rows and facts but no diff ID, and no whiteouts', async () => {
    const facts = await read(
      createTree([
        { entry: createEntry('/d', { type: 'directory', sizeBytes: 0 }), readContent: () => [] },
        {
          entry: createEntry('/d/.wh.a'),
          readContent: () => [Buffer.from('ab'), Buffer.from('cd')],
        },
      ]),
      [createCollector({ ...PACKAGES, paths: ['/d/*'] })],
    );
    assert.equal(facts.diffId, undefined);
    assert.deepEqual(listRows(facts), ['directory /d', 'regular /d/.wh.a']);
    assert.equal(facts.facts[0]?.fact, 'kept /d/.wh.a abcd');
    assert.equal(facts.contentBytes, 4);
  });

  test('continues after files that cannot be read or that change while being read', async () => {
    const facts = await read(
      createTree([
        {
          entry: createEntry('/denied'),
          readContent: () => {
            throw new UserError('E_TARGET_UNREADABLE', 'no');
          },
        },
        {
          entry: createEntry('/gone'),
          readContent: () => {
            throw new UserError('E_TARGET_UNKNOWN', 'gone');
          },
        },
        { entry: createEntry('/shrunk'), readContent: () => [Buffer.from('ab')] },
        {
          entry: createEntry('/grown'),
          readContent: () => [Buffer.from('ab'), Buffer.from('cdef')],
        },
        { entry: createEntry('/fine'), readContent: () => [Buffer.from('abcd')] },
      ]),
      [createCollector({ ...PACKAGES, paths: ['/fine'] })],
    );
    assert.deepEqual(listProblems(facts), [
      'P_UNREADABLE /denied',
      'P_UNREADABLE /gone',
      'P_TRUNCATED /shrunk',
      'P_TRUNCATED /grown',
    ]);
    assert.equal(facts.files.getSha256(0), undefined);
    assert.equal(`sha256:${facts.files.getSha256(4)}`, computeDigest(Buffer.from('abcd')));
  });

  /** Three pieces, of which the reader should read as many as it needs. */
  function streamPieces(path: string, taken: number[]): TreeFile {
    const piece = Buffer.alloc(8192, 'x');
    return {
      entry: createEntry(path, { sizeBytes: 3 * piece.length }),
      *readContent() {
        for (let number = 0; number < 3; number++) {
          taken.push(number);
          yield piece;
        }
      },
    };
  }

  for (const [title, want, pieces] of [
    ['no extractor requests', { ...PACKAGES, paths: ['/other'] }, 1],
    ['an extractor requests the beginning of', { ...HEAD, paths: ['/a'] }, 1],
    ['an extractor requests', { ...PACKAGES, paths: ['/a'] }, 3],
  ] as const) {
    test(`of a file that ${title} reads ${pieces} of 3 pieces, and computes digests only of all`, async () => {
      const taken: number[] = [];
      const limits = { ...DEFAULT_LIMITS, documentHeadBytesMax: 4096 };
      const sizes = createCollector(want, ({ content }) => ({ fact: content.sizeBytes }));
      const facts = await read(createTree([streamPieces('/a', taken)]), [sizes], limits);
      assert.equal(taken.length, pieces);
      assert.deepEqual(listProblems(facts), []);
      assert.equal(facts.files.getSha256(0) !== undefined, pieces === 3);
      assert.equal(facts.files.getSha1(0) !== undefined, pieces === 3);
      assert.equal(facts.files.getMimeType(0), 'text/plain');
    });
  }

  test('ends at the limit of entries, which is reported', async () => {
    const files = ['/a', '/b', '/c'].map((path) => ({
      entry: createEntry(path),
      readContent: () => [Buffer.from('abcd')],
    }));
    const facts = await read(createTree(files), [], { ...DEFAULT_LIMITS, entriesMax: 2 });
    assert.deepEqual(listProblems(facts), ['P_LIMIT']);
    assert.equal(facts.files.length, 2);
  });
});
