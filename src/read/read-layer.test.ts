import assert from 'node:assert/strict';
import { createHash, hash } from 'node:crypto';
import os from 'node:os';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { type FixtureEntry, paxHeader, tarOf } from '../bytes/tar/tar.fixture.ts';
import { AssertionFailure, assert as promise } from '../core/assert.ts';
import { Budget } from '../core/budget.ts';
import { readText } from '../core/bytes.ts';
import type { Extraction, Extractor, LayerFacts, Want, WantedFile } from '../core/cataloger.ts';
import { UserError } from '../core/error.ts';
import type { FileEntry } from '../core/file-table.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import type { BlobLayer, LayerInput, TreeFile } from '../core/target.ts';
import { DeferredContent } from './deferred-content.ts';
import { readLayer } from './read-layer.ts';
import { createSpill } from './spill.ts';

function digestOf(content: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

interface Blob {
  readonly stored?: Buffer;
  readonly diffId?: string;
  readonly blobDigest?: string;
  readonly blobBytes?: number;
  readonly chunkBytes?: number;
}

function blobLayer(archive: Buffer, blob: Blob = {}): BlobLayer {
  const stored = blob.stored ?? archive;
  const chunkBytes = blob.chunkBytes ?? 65_536;
  return {
    kind: 'blob',
    description: {
      diffId: blob.diffId ?? digestOf(archive),
      blobDigest: blob.blobDigest ?? digestOf(stored),
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
  return read(blobLayer(tarOf(entries)));
}

function rowsOf({ files }: LayerFacts): string[] {
  return Array.from(
    { length: files.length },
    (_, row) => `${files.getType(row)} ${files.getPath(row)}`,
  );
}

function problemsOf({ problems }: LayerFacts): string[] {
  return problems.map(({ code, path, plugin }) => [code, plugin, path].filter(Boolean).join(' '));
}

/** Keeps what it was given, so that a test can look at it. */
function collector(
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
  const whole = tarOf(entries);

  for (const [title, stored] of [
    ['stored plain', whole],
    ['stored by gzip', zlib.gzipSync(whole)],
    ['stored by zstd', zlib.zstdCompressSync(whole)],
  ] as const) {
    for (const chunkBytes of [1_000, 1_000_000]) {
      test(`${title}, arriving in pieces of ${chunkBytes}, gives its files with digests`, async () => {
        const facts = await read(blobLayer(whole, { stored, chunkBytes }), [collector(PACKAGES)]);
        const { files } = facts;
        assert.deepEqual(rowsOf(facts), [
          'directory /etc',
          'regular /etc/packages',
          'regular /etc/big',
          'regular /etc/empty',
          'symlink /etc/link',
          'hardlink /etc/hard',
        ]);
        assert.equal(`sha256:${files.getSha256(2)}`, digestOf(Buffer.from('x'.repeat(200_000))));
        assert.equal(
          `sha1:${files.getSha1(2)}`,
          digestOf(Buffer.from('x'.repeat(200_000)), 'sha1'),
        );
        assert.equal(`sha256:${files.getSha256(3)}`, digestOf(Buffer.alloc(0)));
        assert.equal(files.getSha256(0), undefined);
        assert.equal(files.getMimeType(1), 'text/plain');
        assert.deepEqual(
          [files.getMode(2), files.getUid(2), files.sizeBytes(2)],
          [0o4755, 7, 200_000],
        );
        assert.equal(files.linkTarget(4), '../usr/x');
        assert.equal(files.linkTarget(5), '/etc/big');
        assert.equal(facts.contentBytes, 200_009);
        assert.equal(facts.diffId, digestOf(whole));
        assert.deepEqual(facts.facts, [
          { extractor: 'collector', role: 'kept', row: 1, fact: 'kept /etc/packages musl 1.2\n' },
        ]);
        assert.deepEqual(facts.problems, []);
      });
    }
  }

  test('with entries below ./ and doubled slashes has them under their plain paths', async () => {
    const facts = await readEntries([
      { name: './', typeFlag: '5' },
      { name: './a//b' },
      { name: '/c' },
    ]);
    assert.deepEqual(rowsOf(facts), ['regular /a/b', 'regular /c']);
  });

  test('with whiteouts keeps them as rows and shows them to no extractor', async () => {
    const archive = tarOf([{ name: 'd/.wh.packages' }, { name: 'd/.wh..wh..opq' }]);
    const facts = await read(blobLayer(archive), [collector({ ...PACKAGES, paths: ['/d/*'] })]);
    assert.deepEqual(rowsOf(facts), ['regular /d/.wh.packages', 'regular /d/.wh..wh..opq']);
    assert.deepEqual(facts.facts, []);
  });

  test('with names that no file system holds gives no rows to them and reports it', async () => {
    const sparse = { 'GNU.sparse.map': '0,0', 'GNU.sparse.numblocks': '1' };
    const facts = await readEntries([
      paxHeader({ ...sparse, 'GNU.sparse.name': 'nul\0name', 'GNU.sparse.size': '0' }),
      { name: 'short' },
      paxHeader({ path: 'p/'.repeat(2_500) }),
      { name: 'short', typeFlag: '5' },
      paxHeader({ path: `a/${'p'.repeat(256)}` }),
      { name: 'short' },
      { name: '.', content: 'root as a file' },
      { name: 'a/.wh.' },
      { name: 'a/.wh..' },
      { name: 'a/.wh...' },
      { name: 'out', typeFlag: '1', linkName: '..' },
      { name: 'empty', typeFlag: '2', linkName: '' },
      { name: 'ok' },
    ]);
    assert.deepEqual(rowsOf(facts), ['regular /ok']);
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
      paxHeader({ path: long }),
      { name: 'short' },
      { name: 'out', typeFlag: '1', linkName: '../../etc/shadow' },
    ]);
    assert.deepEqual(rowsOf(facts), [
      'regular /etc/passwd',
      'regular /b',
      `regular /${long}`,
      'hardlink /out',
    ]);
    assert.deepEqual(problemsOf(facts), ['P_NAME /etc/passwd', 'P_NAME /b']);
  });

  test('reads content below a whiteout directory, but not that of a whiteout', async () => {
    const archive = tarOf([
      { name: '.wh..wh.plnk/packages', content: 'linked' },
      { name: 'a/.wh.packages', content: 'ignored' },
    ]);
    const wanted = { ...PACKAGES, paths: ['**/packages', '**/.wh.packages'] };
    const facts = await read(blobLayer(archive), [collector(wanted)]);
    assert.deepEqual(
      facts.facts.map(({ row }) => facts.files.getPath(row)),
      ['/.wh..wh.plnk/packages'],
    );
  });

  test('reads a sparse file with its holes', async () => {
    const map = { 'GNU.sparse.map': '2,3,8,1', 'GNU.sparse.numblocks': '2' };
    const facts = await readEntries([
      paxHeader({ ...map, 'GNU.sparse.name': 'packages', 'GNU.sparse.size': '10' }),
      { name: 'GNUSparseFile.0/packages', content: 'abcd' },
    ]);
    const sha256 = hash('sha256', '\0\0abc\0\0\0d\0');
    assert.deepEqual(rowsOf(facts), ['regular /packages']);
    assert.equal(facts.files.sizeBytes(0), 10);
    assert.equal(facts.files.getSha256(0), sha256);
    assert.deepEqual(problemsOf(facts), []);
  });

  test('has a whiteout for the name of a global header, as container runtimes do', async () => {
    const header = paxHeader({ comment: 'x' });
    const facts = await readEntries([
      { ...header, typeFlag: 'g', name: 'etc/passwd' },
      { ...header, typeFlag: 'g', name: 'etc/.wh.group' },
    ]);
    assert.deepEqual(rowsOf(facts), ['other /etc/.wh.passwd', 'other /etc/.wh.group']);
    assert.deepEqual(problemsOf(facts), []);
  });

  test('with devices, pipes and unknown types has rows for them', async () => {
    const facts = await readEntries([
      { name: 'null', typeFlag: '3' },
      { name: 'disk', typeFlag: '4' },
      { name: 'pipe', typeFlag: '6' },
      { name: 'odd', typeFlag: 'Z', content: 'x' },
      { name: 'contiguous', typeFlag: '7', content: 'x' },
    ]);
    assert.deepEqual(rowsOf(facts), [
      'character-device /null',
      'block-device /disk',
      'fifo /pipe',
      'other /odd',
      'other /contiguous',
    ]);
    assert.deepEqual(problemsOf(facts), ['P_UNSUPPORTED /odd', 'P_UNSUPPORTED /contiguous']);
  });

  test('that is cut off keeps what came before, without digests for the entry cut', async () => {
    const archive = tarOf([
      { name: 'a', content: 'whole' },
      { name: 'packages', content: 'y'.repeat(5_000) },
    ]).subarray(0, 3_000);
    const facts = await read(blobLayer(archive), [collector(PACKAGES)]);
    assert.deepEqual(rowsOf(facts), ['regular /a', 'regular /packages']);
    assert.equal(facts.files.getSha256(1), undefined);
    assert.deepEqual(facts.facts, []);
    assert.deepEqual(problemsOf(facts), ['P_TRUNCATED /packages']);
  });

  test('whose size is not that of the manifest is read and told', async () => {
    const facts = await read(blobLayer(whole, { blobBytes: 5 }));
    assert.deepEqual(problemsOf(facts), ['P_MALFORMED']);
  });

  test('lists problems up to the limit and counts the rest', async () => {
    const archive = tarOf([{ name: '../a' }, { name: '../b' }, { name: '../c' }]);
    const facts = await read(blobLayer(archive), [], { ...DEFAULT_LIMITS, problemsMax: 1 });
    assert.equal(facts.problems.length, 1);
    assert.equal(facts.problemsNotListed, 2);
  });
});

describe('a layer that does not fit', () => {
  const archive = tarOf([{ name: 'a', content: 'a' }]);
  const wrong = `sha256:${'0'.repeat(64)}`;

  const namesBoth = (right: string) => (error: unknown) => {
    assert(error instanceof UserError);
    assert.equal(error.code, 'E_DIGEST_MISMATCH');
    assert(error.message.includes(wrong) && error.message.includes(right), error.message);
    return true;
  };

  test('its diff ID is refused with both digests named', async () => {
    await assert.rejects(read(blobLayer(archive, { diffId: wrong })), namesBoth(digestOf(archive)));
  });

  test('the digest of its blob is refused with both digests named', async () => {
    const stored = zlib.gzipSync(archive);
    const input = blobLayer(archive, { stored, blobDigest: wrong });
    await assert.rejects(read(input), namesBoth(digestOf(stored)));
  });

  test('its digest and is damaged is refused for the digest', async () => {
    const stored = zlib.gzipSync(archive).subarray(0, 60);
    const input = blobLayer(archive, { stored, blobDigest: wrong });
    await assert.rejects(read(input), namesBoth(digestOf(stored)));
  });

  test('no decompressor is refused as an image', async () => {
    const stored = zlib.gzipSync(archive).subarray(0, 60);
    await assert.rejects(read(blobLayer(archive, { stored })), { code: 'E_IMAGE_INVALID' });
  });

  test('the check sum that gzip keeps is read, since its digests hold it', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 400_000 }, (_, at) => (at * at) >> 5));
    const whole = tarOf([{ name: 'noise', content: noise }]);
    const stored = zlib.gzipSync(whole);
    const crc = stored.length - 8;
    stored[crc] = (stored[crc] ?? 0) ^ 1;
    const facts = await read(blobLayer(whole, { stored }));
    assert.deepEqual(rowsOf(facts), ['regular /noise']);
    const right = digestOf(whole);
    await assert.rejects(read(blobLayer(whole, { stored, diffId: wrong })), namesBoth(right));
  });

  test('is fine where both digests are of the newer kind', async () => {
    const diffId = digestOf(archive, 'sha512');
    const facts = await read(blobLayer(archive, { diffId, blobDigest: diffId }));
    assert.equal(facts.diffId, diffId);
  });
});

describe('an extractor', () => {
  const archive = tarOf([
    { name: 'a/packages', content: 'z'.repeat(300_000) },
    { name: 'b/packages', content: 'small' },
  ]);

  test('sees content that was spilled just as content in memory', async () => {
    const extractors = [collector(PACKAGES)];
    const inMemory = await read(blobLayer(archive, { chunkBytes: 7_000 }), extractors);
    const limits = { ...DEFAULT_LIMITS, memoryFileBytesMax: 1_000 };
    const spilled = await read(blobLayer(archive, { chunkBytes: 7_000 }), extractors, limits);
    assert.deepEqual(spilled.facts, inMemory.facts);
    assert.equal(inMemory.facts.length, 2);
  });

  test('is not given files beyond its limit, which is told', async () => {
    const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 1_000 };
    const facts = await read(blobLayer(archive), [collector(PACKAGES)], limits);
    assert.deepEqual(problemsOf(facts), ['P_LIMIT collector /a/packages']);
    assert.equal(facts.facts.length, 1);
  });

  test('is given the head alone where it wants no more, however long the file is', async () => {
    const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 1_000, memoryFileBytesMax: 500 };
    const seen: (readonly [number, number, number])[] = [];
    const head = collector(PACKAGES, ({ sizeBytes, content }) => {
      seen.push([sizeBytes, content.sizeBytes, content.read(990, 500).length]);
      return {};
    });
    const wants = head.wants.map((want) => ({ ...want, isHeadOnly: true }));
    for (const chunkBytes of [7_000, 1_000_000]) {
      seen.length = 0;
      const facts = await read(blobLayer(archive, { chunkBytes }), [{ ...head, wants }], limits);
      assert.deepEqual(problemsOf(facts), []);
      assert.deepEqual(seen[0], [300_000, 1_000, 10]);
      assert.equal(
        `sha256:${facts.files.getSha256(0)}`,
        digestOf(Buffer.from('z'.repeat(300_000))),
      );
    }
  });

  test('is not given files that find no room, which is told', async () => {
    const limits = { ...DEFAULT_LIMITS, memoryFileBytesMax: 1_000, spillBytesMax: 200_000 };
    const facts = await read(
      blobLayer(archive, { chunkBytes: 7_000 }),
      [collector(PACKAGES)],
      limits,
    );
    assert.deepEqual(problemsOf(facts), ['P_LIMIT /a/packages']);
    assert.equal(facts.facts.length, 1);
    assert.equal(`sha256:${facts.files.getSha256(0)}`, digestOf(Buffer.from('z'.repeat(300_000))));
  });

  test('that throws costs the file it threw at', async () => {
    for (const [error, code] of [
      [new UserError('E_LIMIT', 'too deep'), 'P_LIMIT'],
      [new UserError('E_IMAGE_INVALID', 'odd'), 'P_MALFORMED'],
      [new TypeError('x is undefined'), 'P_MALFORMED'],
    ] as const) {
      const thrower = collector(PACKAGES, ({ path }) => {
        if (path.startsWith('/a')) {
          throw error;
        }
        return { fact: 'read' };
      });
      const facts = await read(blobLayer(archive), [thrower]);
      assert.deepEqual(problemsOf(facts), [`${code} collector /a/packages`]);
      assert.equal(facts.facts.length, 1);
    }
  });

  test('that breaks a promise of ours ends the run', async () => {
    const broken = collector(PACKAGES, ({ sizeBytes }) => {
      promise(sizeBytes < 0, 'what cannot be');
      return {};
    });
    await assert.rejects(read(blobLayer(archive), [broken]), AssertionFailure);
  });

  describe('that defers its facts', () => {
    /** The length and the last byte of each file; nothing of one whose first byte is `s`. */
    const made: string[] = [];
    const make = ([bytes = new Uint8Array()]: readonly Uint8Array[]): unknown => {
      made.push(String.fromCharCode(bytes[0] ?? 0));
      return bytes[0] === 115 ? undefined : [bytes.length, bytes.at(-1)];
    };
    const extractors = ['one', 'other'].map((id) => ({
      ...collector(PACKAGES, ({ content }) => {
        return { deferred: { content: [content.read(0, content.sizeBytes)], make } };
      }),
      id,
    }));
    const readWith = (deferredBytesMax: number): Promise<LayerFacts> => {
      made.length = 0;
      const spill = createSpill({ folder: os.tmpdir(), limits: DEFAULT_LIMITS });
      const deferred = new DeferredContent({ deferredBytesMax }, spill);
      return read(blobLayer(archive, { chunkBytes: 7_000 }), extractors, DEFAULT_LIMITS, deferred);
    };

    test('is asked for each when somebody looks at it, and once', async () => {
      const { facts } = await readWith(300_005);
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

    test('is asked at once where there is no room for the content', async () => {
      const { facts } = await readWith(5);
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

    test('is called later where it wants its files so, with as much as it wants of each', async () => {
      const called: string[] = [];
      const wanting = (id: string, want: Partial<Want>): Extractor<unknown> => ({
        ...collector({ ...PACKAGES, ...want }, ({ role, path, sizeBytes, mode, content }) => {
          called.push(id);
          return { fact: [role, path, sizeBytes, mode, content.read(0, sizeBytes).length] };
        }),
        id,
      });
      const head = { maxBytes: 'documentHeadBytesMax', isHeadOnly: true } as const;
      const later = { isLater: true };
      const all = [
        wanting('whole', later),
        wanting('now', head),
        wanting('head', { ...head, ...later }),
      ];
      const limits = { ...DEFAULT_LIMITS, documentHeadBytesMax: 900 };
      for (const [deferredBytesMax, early] of [
        [300_005, 'now now'],
        [5, 'whole now head now'],
      ] as const) {
        called.length = 0;
        const spill = createSpill({ folder: os.tmpdir(), limits });
        const deferred = new DeferredContent({ deferredBytesMax }, spill);
        const { facts } = await read(blobLayer(archive), all, limits, deferred);
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

    test('is asked at once where nobody keeps the content', async () => {
      made.length = 0;
      const { facts } = await read(blobLayer(archive), extractors);
      assert.deepEqual(
        facts.map(({ extractor, row }) => [extractor, row]),
        [
          ['one', 0],
          ['other', 0],
        ],
      );
    });
  });

  test('may note problems of single records', async () => {
    const noting = collector(PACKAGES, () => ({
      problems: [{ code: 'P_RECORD', message: 'odd', line: 3 }],
    }));
    const { problems, diffId } = await read(blobLayer(archive), [noting]);
    assert.deepEqual(problems[1], {
      code: 'P_RECORD',
      message: 'odd',
      plugin: 'collector',
      path: '/b/packages',
      layer: diffId,
      line: 3,
    });
  });

  test('finds files by their first bytes wherever the pieces are cut', async () => {
    const head = Buffer.concat([
      Buffer.alloc(5_000, 1),
      Buffer.from('MAGIC'),
      Buffer.alloc(90_000),
    ]);
    // The first pieces are joined to tell the compression; the file comes after them.
    const filler = { name: 'filler', content: Buffer.alloc(140_000) };
    const layer = tarOf([filler, { name: 'x', content: head }]);
    const magic = [{ offset: 5_000, bytes: Buffer.from('MAGIC') }];
    const sized = collector({ magic, maxBytes: 'wholeFileBytesMax' }, ({ content }) => ({
      fact: digestOf(content.read(0, content.sizeBytes)),
    }));
    for (const chunkBytes of [100, 5_600, 1_000_000]) {
      const facts = await read(blobLayer(layer, { chunkBytes }), [sized]);
      assert.equal(facts.facts[0]?.fact, digestOf(head));
    }
  });
});

describe('a tree', () => {
  const entry = (path: string, rest: Partial<FileEntry> = {}): FileEntry => ({
    path,
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: 4,
    ...rest,
  });

  function tree(files: readonly TreeFile[]): LayerInput {
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
      tree([
        { entry: entry('/d', { type: 'directory', sizeBytes: 0 }), readContent: () => [] },
        { entry: entry('/d/.wh.a'), readContent: () => [Buffer.from('ab'), Buffer.from('cd')] },
      ]),
      [collector({ ...PACKAGES, paths: ['/d/*'] })],
    );
    assert.equal(facts.diffId, undefined);
    assert.deepEqual(rowsOf(facts), ['directory /d', 'regular /d/.wh.a']);
    assert.equal(facts.facts[0]?.fact, 'kept /d/.wh.a abcd');
    assert.equal(facts.contentBytes, 4);
  });

  test('goes on after files that cannot be read or that change meanwhile', async () => {
    const facts = await read(
      tree([
        {
          entry: entry('/denied'),
          readContent: () => {
            throw new UserError('E_TARGET_UNREADABLE', 'no');
          },
        },
        {
          entry: entry('/gone'),
          readContent: () => {
            throw new UserError('E_TARGET_UNKNOWN', 'gone');
          },
        },
        { entry: entry('/shrunk'), readContent: () => [Buffer.from('ab')] },
        { entry: entry('/grown'), readContent: () => [Buffer.from('ab'), Buffer.from('cdef')] },
        { entry: entry('/fine'), readContent: () => [Buffer.from('abcd')] },
      ]),
      [collector({ ...PACKAGES, paths: ['/fine'] })],
    );
    assert.deepEqual(problemsOf(facts), [
      'P_UNREADABLE /denied',
      'P_UNREADABLE /gone',
      'P_TRUNCATED /shrunk',
      'P_TRUNCATED /grown',
    ]);
    assert.equal(facts.files.getSha256(0), undefined);
    assert.equal(`sha256:${facts.files.getSha256(4)}`, digestOf(Buffer.from('abcd')));
  });

  /** Three pieces, of which the reader is to take as many as it needs. */
  function inPieces(path: string, taken: number[]): TreeFile {
    const piece = Buffer.alloc(8192, 'x');
    return {
      entry: entry(path, { sizeBytes: 3 * piece.length }),
      *readContent() {
        for (let number = 0; number < 3; number++) {
          taken.push(number);
          yield piece;
        }
      },
    };
  }

  for (const [title, want, pieces] of [
    ['nobody wants', { ...PACKAGES, paths: ['/other'] }, 1],
    ['somebody wants the beginning of', { ...HEAD, paths: ['/a'] }, 1],
    ['somebody wants', { ...PACKAGES, paths: ['/a'] }, 3],
  ] as const) {
    test(`of a file that ${title} ${pieces} of 3 pieces are read, and digests only of all`, async () => {
      const taken: number[] = [];
      const limits = { ...DEFAULT_LIMITS, documentHeadBytesMax: 4096 };
      const sizes = collector(want, ({ content }) => ({ fact: content.sizeBytes }));
      const facts = await read(tree([inPieces('/a', taken)]), [sizes], limits);
      assert.equal(taken.length, pieces);
      assert.deepEqual(problemsOf(facts), []);
      assert.equal(facts.files.getSha256(0) !== undefined, pieces === 3);
      assert.equal(facts.files.getSha1(0) !== undefined, pieces === 3);
      assert.equal(facts.files.getMimeType(0), 'text/plain');
    });
  }

  test('ends at the limit of entries, which is told', async () => {
    const files = ['/a', '/b', '/c'].map((path) => ({
      entry: entry(path),
      readContent: () => [Buffer.from('abcd')],
    }));
    const facts = await read(tree(files), [], { ...DEFAULT_LIMITS, entriesMax: 2 });
    assert.deepEqual(problemsOf(facts), ['P_LIMIT']);
    assert.equal(facts.files.length, 2);
  });
});
