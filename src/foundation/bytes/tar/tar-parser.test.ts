import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { createPaxHeader, createTar, createTarEntry, type FixtureEntry } from './tar.fixture.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarParser } from './tar-parser.ts';

interface Heard {
  readonly entries: (TarEntry & { readonly content: string; readonly isComplete: boolean })[];
  readonly problems: string[];
  readonly pieces: Uint8Array[];
}

function parseArchive(
  archive: Uint8Array,
  chunkBytes = archive.length,
  limits: Limits = DEFAULT_LIMITS,
): Heard {
  const heard: Heard = { entries: [], problems: [], pieces: [] };
  let current: TarEntry | undefined;
  let content = '';
  const parser = new TarParser(
    {
      onEntry: (entry) => {
        current = entry;
        content = '';
      },
      onContent: (piece) => {
        heard.pieces.push(piece);
        content += Buffer.from(piece).toString('latin1');
      },
      onEntryEnd: (isComplete) => {
        assert(current !== undefined);
        heard.entries.push({ ...current, content, isComplete });
        current = undefined;
      },
      onProblem: ({ code }, name) => heard.problems.push(`${code} ${name}`),
    },
    limits,
  );
  for (let at = 0; at < archive.length; at += chunkBytes) {
    parser.push(archive.subarray(at, at + chunkBytes));
  }
  parser.end();
  return heard;
}

const parseNames = (entries: readonly FixtureEntry[]) =>
  parseArchive(createTar(entries)).entries.map(({ name }) => name);

describe('a tar parser', () => {
  test('returns the same entries for any split of the archive into chunks', () => {
    const archive = createTar([
      { name: 'a/', typeFlag: '5', mode: 0o755 },
      { name: 'a/one', content: 'x'.repeat(700), mode: 0o4755, uid: 7 },
      createPaxHeader({ path: 'a/long' }),
      { name: 'short', content: 'y' },
      { name: 'a/link', typeFlag: '2', linkName: 'one' },
    ]);
    const whole = parseArchive(archive).entries;
    assert.deepEqual(
      whole.map(({ name, type, mode, uid, content }) => [name, type, mode, uid, content.length]),
      [
        ['a/', 'directory', 0o755, 0, 0],
        ['a/one', 'regular', 0o4755, 7, 700],
        ['a/long', 'regular', 0o644, 0, 1],
        ['a/link', 'symlink', 0o644, 0, 0],
      ],
    );
    for (const chunkBytes of [1, 7, 511, 512, 513, 1_000]) {
      assert.deepEqual(parseArchive(archive, chunkBytes).entries, whole);
    }
  });

  test('passes content as a view of the chunk, without a copy', () => {
    const archive = createTar([{ name: 'a', content: 'hello' }]);
    const [piece] = parseArchive(archive).pieces;
    assert.equal(piece?.buffer, archive.buffer);
  });

  test('reads names of every dialect', () => {
    assert.deepEqual(parseNames([{ name: 'name', prefix: 'some/folder' }]), ['some/folder/name']);
    const long = 'd/'.repeat(120);
    assert.deepEqual(
      parseNames([
        { name: '././@LongLink', typeFlag: 'L', content: `${long}f\0` },
        { name: 'd/d' },
      ]),
      [`${long}f`],
    );
    assert.deepEqual(parseNames([createPaxHeader({ path: 'ünï/code' }), { name: 'plain' }]), [
      'ünï/code',
    ]);
    const [folder] = parseArchive(
      createTar([{ name: 'old/', dialect: 'v7', typeFlag: '\0' }]),
    ).entries;
    assert.equal(folder?.type, 'directory');
  });

  test('reads long and extended link targets', () => {
    const { entries } = parseArchive(
      createTar([
        { name: '././@LongLink', typeFlag: 'K', content: `${'t/'.repeat(80)}x\0` },
        { name: 'a', typeFlag: '2', linkName: 't/t' },
        createPaxHeader({ linkpath: 'other' }),
        { name: 'b', typeFlag: '1', linkName: 'short' },
      ]),
    );
    assert.deepEqual(
      entries.map(({ type, linkName }) => [type, linkName]),
      [
        ['symlink', `${'t/'.repeat(80)}x`],
        ['hardlink', 'other'],
      ],
    );
  });

  test('reads size and owner from an extended header', () => {
    const { entries, problems } = parseArchive(
      createTar([
        createPaxHeader({ size: '5', uid: '3000000', gid: '4' }),
        { name: 'a', content: 'hello', sizeBytes: 0 },
        { name: 'b', content: 'bye' },
      ]),
    );
    assert.deepEqual(
      entries.map(({ uid, gid, content }) => [uid, gid, content]),
      [
        [3_000_000, 4, 'hello'],
        [0, 0, 'bye'],
      ],
    );
    assert.deepEqual(problems, []);
  });

  test('reads the capabilities of a file from the record of GNU tar', () => {
    const attribute = '\x01\0\0\x02\0$\0\0\0\0\0\0\0\0\0\0\0\0\0\0';
    const { entries, problems } = parseArchive(
      createTar([
        createPaxHeader({
          'SCHILY.xattr.security.capability': attribute,
          'SCHILY.xattr.user.x': 'y',
        }),
        { name: 'ping', content: 'x' },
        { name: 'plain', content: 'y' },
      ]),
    );
    assert.deepEqual(
      entries.map(({ capabilities }) => capabilities),
      ['0100000200240000000000000000000000000000', undefined],
    );
    assert.deepEqual(problems, []);
  });

  test('reads sizes in base 256', () => {
    const patch = (block: Buffer) => {
      block.fill(0, 124, 136);
      block[124] = 0x80;
      block[135] = 3;
    };
    const { entries } = parseArchive(createTar([{ name: 'a', content: 'abc', patch }]));
    assert.equal(entries[0]?.content, 'abc');
  });

  test('skips a global header, as container runtimes do', () => {
    const global = { ...createPaxHeader({ path: 'etc/passwd' }), typeFlag: 'g' };
    assert.deepEqual(parseNames([global, { name: 'a' }]), ['a']);
  });

  test('returns no content for types that have none, regardless of their size', () => {
    const { entries } = parseArchive(
      createTar([
        { name: 'l', typeFlag: '1', linkName: 'a', sizeBytes: 999 },
        { name: 'b', content: 'b' },
      ]),
    );
    assert.deepEqual(
      entries.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['l', 0],
        ['b', 1],
      ],
    );
  });

  test('stops at two blocks of zeros', () => {
    const archive = Buffer.concat([
      createTarEntry({ name: 'a' }),
      Buffer.alloc(1024),
      createTarEntry({ name: 'c' }),
    ]);
    assert.deepEqual(
      parseArchive(archive).entries.map(({ name }) => name),
      ['a'],
    );
  });

  test('accepts an archive that ends after one block of zeros, or within padding', () => {
    const entry = createTarEntry({ name: 'a', content: 'x' });
    for (const archive of [Buffer.concat([entry, Buffer.alloc(512)]), entry.subarray(0, 600)]) {
      const { entries, problems } = parseArchive(archive);
      assert.deepEqual([entries[0]?.content, problems], ['x', []]);
    }
  });
});

describe('sparse files', () => {
  const createOldGnu = (patch: (block: Buffer) => void): FixtureEntry => ({
    name: 'old',
    typeFlag: 'S',
    dialect: 'gnu',
    content: 'data',
    patch: (block) => {
      block.write('00000000006\0', 483);
      block.write('00000000001\x0000000000004\0', 386);
      patch(block);
    },
  });
  const map = { 'GNU.sparse.map': '1,4', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '6' };
  const fragments = createPaxHeader({
    'GNU.sparse.size': '6',
    'GNU.sparse.numblocks': '1',
    'GNU.sparse.offset': '1',
    'GNU.sparse.numbytes': '4',
  });
  const mapBlock = Buffer.alloc(512);
  mapBlock.write('1\n1\n4\n');
  const version = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' };
  const one = { ...version, 'GNU.sparse.realsize': '6', 'GNU.sparse.name': 'real' };
  const FORMS: readonly (readonly [string, readonly FixtureEntry[], string])[] = [
    ['an old GNU header', [createOldGnu(() => undefined)], 'old'],
    ['format 0.0', [fragments, { name: 'zero', content: 'data' }], 'zero'],
    ['format 0.1', [createPaxHeader(map), { name: 'one', content: 'data' }], 'one'],
    [
      'format 1.0',
      [
        createPaxHeader(one),
        { name: 'x', content: Buffer.concat([mapBlock, Buffer.from('data')]) },
      ],
      'real',
    ],
  ];
  for (const [title, members, name] of FORMS) {
    test(`restore their holes from ${title}`, () => {
      for (const chunkBytes of [10_000, 1]) {
        const heard = parseArchive(
          createTar([...members, { name: 'b', content: 'b' }]),
          chunkBytes,
        );
        assert.deepEqual(
          heard.entries.map((entry) => [entry.name, entry.sizeBytes, entry.content]),
          [
            [name, 6, '\0data\0'],
            ['b', 1, 'b'],
          ],
        );
        assert.deepEqual(heard.problems, []);
      }
    });
  }

  test('are not read beyond the limit on holes, and report a problem', () => {
    const huge = createPaxHeader({ ...map, 'GNU.sparse.size': String(2 ** 40) });
    const { entries, problems } = parseArchive(
      createTar([huge, { name: 'huge', content: 'data' }, { name: 'b', content: 'b' }]),
    );
    assert.deepEqual(
      entries.map(({ name, sizeBytes, content, isComplete }) => [
        name,
        sizeBytes,
        content,
        isComplete,
      ]),
      [
        ['huge', 2 ** 40, '', false],
        ['b', 1, 'b', true],
      ],
    );
    assert.deepEqual(problems, ['P_LIMIT huge']);
  });

  test('are ordinary files without a version or map, regardless of other records', () => {
    for (const records of [
      { 'GNU.sparse.realsize': '8192' },
      { 'GNU.sparse.major': '9', 'GNU.sparse.minor': '0', 'GNU.sparse.size': '1' },
    ]) {
      const { entries, problems } = parseArchive(
        createTar([createPaxHeader(records), { name: 'a', content: 'x' }]),
      );
      assert.deepEqual([entries[0]?.content, problems], ['x', []]);
    }
  });

  const BAD: readonly (readonly [string, readonly FixtureEntry[]])[] = [
    ['more content than its map', [createPaxHeader(map), { name: 'a', content: 'data!' }]],
    ['less content than its map', [createPaxHeader(map), { name: 'a', content: 'dat' }]],
    ['a map beyond its size', [createPaxHeader({ ...map, 'GNU.sparse.size': '4' }), { name: 'a' }]],
    ['a map of a directory', [createPaxHeader(map), { name: 'a', typeFlag: '5' }]],
    ['a map that is cut off', [createPaxHeader(one), { name: 'a', content: '1\n1\n' }]],
    ['a map without an end', [createPaxHeader(one), { name: 'a', content: '1'.repeat(600) }]],
    [
      'fragments in a wrong order',
      [createPaxHeader({ 'GNU.sparse.numbytes': '4' }), { name: 'a' }],
    ],
    ['a malformed size', [createOldGnu((block) => block.write('x', 483))]],
    ['a header of another dialect', [createOldGnu((block) => block.write('ustar\x0000', 257))]],
  ];
  for (const [title, members] of BAD) {
    test(`end the archive with ${title}, as in Go`, () => {
      const { entries, problems } = parseArchive(
        createTar([...members, { name: 'b', content: 'b' }]),
      );
      assert.deepEqual(problems, ['P_MALFORMED ']);
      assert(entries.every(({ name, isComplete }) => name !== 'b' && !isComplete));
    });
  }
});

describe('names that readers disagree about', () => {
  const createLongName = (name: string, typeFlag = 'L'): FixtureEntry => ({
    name: '././@LongLink',
    typeFlag,
    content: `${name}\0`,
  });
  const status = { name: 'status' };
  const path = createPaxHeader({ path: 'usr/x' });
  const comment = { ...createPaxHeader({ comment: 'c' }), typeFlag: 'g' };
  const CASES: readonly (readonly [string, readonly FixtureEntry[], string])[] = [
    ['a GNU long name outranks a record before it', [path, createLongName('gnu'), status], 'gnu'],
    ['a GNU long name outranks a record after it', [createLongName('gnu'), path, status], 'gnu'],
    [
      'a sparse name counts for sparse files only',
      [createPaxHeader({ 'GNU.sparse.name': 'usr/x' }), status],
      'status',
    ],
    ['a global header takes back a record', [path, comment, status], 'status'],
    [
      'a global header takes back a long name',
      [createLongName('usr/x'), comment, status],
      'status',
    ],
    [
      'a GNU header with text for times has a prefix',
      [{ ...status, dialect: 'gnu', patch: (block) => block.write('var/lib', 345) }],
      'var/lib/status',
    ],
    [
      'an unknown magic has no prefix',
      [{ ...status, patch: (block) => block.write('ustarX', 257) && block.write('usr', 345) }],
      'status',
    ],
    ['a regular file may have a slash behind', [{ name: 'status/', content: 'x' }], 'status/'],
    ['the last extended header counts', [path, createPaxHeader({ mtime: '1' }), status], 'status'],
    ['the last long name counts', [createLongName('a'), createLongName('b'), status], 'b'],
    [
      'the last of two records counts',
      [{ ...path, content: '11 path=ab\n11 path=cd\n' }, status],
      'cd',
    ],
  ];
  for (const [title, members, expected] of CASES) {
    test(`${title}, and the ambiguity is a problem`, () => {
      const { entries, problems } = parseArchive(createTar(members));
      assert.deepEqual(
        entries.map(({ name, type }) => [name, type]),
        [[expected, 'regular']],
      );
      assert.deepEqual(problems, [`P_NAME ${expected}`]);
    });
  }

  test('a long link target takes precedence over a record, and the ambiguity is a problem', () => {
    const link = { name: 'l', typeFlag: '2', linkName: 'z' };
    const { entries, problems } = parseArchive(
      createTar([createLongName('gnu', 'K'), createPaxHeader({ linkpath: 'pax' }), link]),
    );
    assert.deepEqual([entries[0]?.linkName, problems], ['gnu', ['P_NAME l']]);
  });

  test('a global header that sets names or sizes is a problem', () => {
    const { problems } = parseArchive(
      createTar([{ ...createPaxHeader({ path: 'p', size: '1' }), typeFlag: 'g' }, status]),
    );
    assert.deepEqual(problems, ['P_NAME p', 'P_NAME p']);
  });

  test('equal headers, or one long and one short name, are not a problem', () => {
    const name = `${'d/'.repeat(60)}f`;
    const { problems } = parseArchive(
      createTar([
        createPaxHeader({ path: name }),
        { name: name.slice(0, 100) },
        createLongName(name),
        createPaxHeader({ path: name, size: '1' }),
        { name: 'x', content: 'x' },
        createPaxHeader({ mtime: '1' }),
        status,
      ]),
    );
    assert.deepEqual(problems, []);
  });

  test('different sizes are a problem', () => {
    const { entries, problems } = parseArchive(
      createTar([createPaxHeader({ size: '2' }), { name: 'a', content: 'abcd' }]),
    );
    assert.deepEqual([entries[0]?.content, problems], ['ab', ['P_MALFORMED a']]);
  });

  test('attributes of overlayfs are a problem', () => {
    const { problems } = parseArchive(
      createTar([
        createPaxHeader({ 'SCHILY.xattr.user.overlay.opaque': 'y' }),
        { name: 'd', typeFlag: '5' },
      ]),
    );
    assert.deepEqual(problems, ['P_UNSUPPORTED d']);
  });

  test('names of different bytes stay different', () => {
    const writeRaw = (bytes: string) => (block: Buffer) => block.write(bytes, 0, 'latin1');
    const { entries } = parseArchive(
      createTar(
        ['a\xff', 'a\xfe', 'a\xef\xbf\xbd'].map((bytes) => ({ name: 'x', patch: writeRaw(bytes) })),
      ),
    );
    assert.equal(new Set(entries.map(({ name }) => name)).size, 3);
    assert(entries.every(({ name }) => name.isWellFormed()));
  });
});

describe('a damaged archive', () => {
  const first = { name: 'first', content: 'kept' };

  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['no archive at all', Buffer.from('PK\x03\x04'.repeat(300)), ['P_MALFORMED ']],
    ['less than a block', Buffer.from('PK\x05\x06'), ['P_MALFORMED ']],
    [
      'a wrong checksum',
      Buffer.concat([
        createTarEntry(first),
        Buffer.alloc(512, 0x41),
        createTarEntry({ name: 'lost' }),
      ]),
      ['P_MALFORMED '],
    ],
    [
      'a size beyond all numbers',
      createTar([
        first,
        { name: 'b', patch: (block) => block.fill(0xff, 124, 136).writeUInt8(0x80, 124) },
      ]),
      ['P_MALFORMED '],
    ],
    [
      'a malformed time, which Go refuses',
      createTar([first, { name: 'b', patch: (block) => block.write('x', 136) }]),
      ['P_MALFORMED '],
    ],
    [
      'an entry after a single block of zeros',
      Buffer.concat([createTarEntry(first), Buffer.alloc(512), createTarEntry({ name: 'b' })]),
      ['P_MALFORMED '],
    ],
    [
      'a negative size',
      createTar([first, { name: 'b', patch: (block) => block.fill(0xff, 124, 136) }]),
      ['P_MALFORMED '],
    ],
    [
      'an end within content',
      Buffer.concat([
        createTarEntry(first),
        createTarEntry({ name: 'cut', content: 'x'.repeat(600) }).subarray(0, 700),
      ]),
      ['P_TRUNCATED cut'],
    ],
    ['an end within a header', createTar([first]).subarray(0, 1024 + 100), ['P_TRUNCATED first']],
  ];
  for (const [title, archive, problems] of cases) {
    test(`with ${title} keeps the entries before the damage`, () => {
      const heard = parseArchive(archive);
      assert.deepEqual(heard.problems, problems);
      const isFirstThere = heard.entries.some(
        ({ name, content }) => name === 'first' && content === 'kept',
      );
      assert.equal(isFirstThere, title !== 'no archive at all' && title !== 'less than a block');
    });
  }

  test('reports a truncated entry as incomplete', () => {
    const archive = createTarEntry({ name: 'cut', content: 'x'.repeat(600) }).subarray(0, 700);
    assert.equal(parseArchive(archive).entries[0]?.isComplete, false);
  });

  for (const content of [
    'x',
    '99 path=a\n',
    '-5 path=a\n',
    '10 path-a-\n',
    '9999999999999 path=a\n',
    '10 path=a\n\0',
    '5 =a\n',
    '11 path=\0b\n',
    '11 size=-1\n',
    '11 size=1x\n',
    '12 mtime=.5\n',
  ]) {
    test(`ends at the extended header ${JSON.stringify(content)}, as in Go`, () => {
      const { entries, problems } = parseArchive(
        createTar([first, { name: 'x', typeFlag: 'x', content }, { name: 'a', content: 'a' }]),
      );
      assert.deepEqual(problems, ['P_MALFORMED ']);
      assert.deepEqual(
        entries.map(({ name }) => name),
        ['first'],
      );
    });
  }
});

describe('the limits of a tar parser', () => {
  test('end the archive at an extended header that is too long', () => {
    const { entries, problems } = parseArchive(
      createTar([
        { name: 'b' },
        createPaxHeader({ path: 'p'.repeat(2_000) }),
        { name: 'a', content: 'a' },
      ]),
      512,
      { ...DEFAULT_LIMITS, paxBytesMax: 1_000 },
    );
    assert.deepEqual(problems, ['P_LIMIT ']);
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['b'],
    );
  });

  test('end the archive after the maximum number of entries', () => {
    const archive = createTar([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const { entries, problems } = parseArchive(archive, 512, { ...DEFAULT_LIMITS, entriesMax: 2 });
    assert.equal(entries.length, 2);
    assert.deepEqual(problems, ['P_LIMIT ']);
  });
});
