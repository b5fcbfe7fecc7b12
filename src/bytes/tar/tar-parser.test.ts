import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { type FixtureEntry, paxHeader, tarEntry, tarOf } from './tar.fixture.ts';
import { type TarEntry, TarParser } from './tar-parser.ts';

interface Heard {
  readonly entries: (TarEntry & { readonly content: string; readonly isComplete: boolean })[];
  readonly problems: string[];
  readonly pieces: Uint8Array[];
}

function hear(
  archive: Uint8Array,
  chunkBytes = archive.length,
  limits: Limits = DEFAULT_LIMITS,
): Heard {
  const heard: Heard = { entries: [], problems: [], pieces: [] };
  let current: TarEntry | undefined;
  let content = '';
  const parser = new TarParser(
    {
      entry: (entry) => {
        current = entry;
        content = '';
      },
      content: (piece) => {
        heard.pieces.push(piece);
        content += Buffer.from(piece).toString('latin1');
      },
      entryEnd: (isComplete) => {
        assert(current !== undefined);
        heard.entries.push({ ...current, content, isComplete });
        current = undefined;
      },
      problem: ({ code }, name) => heard.problems.push(`${code} ${name}`),
    },
    limits,
  );
  for (let at = 0; at < archive.length; at += chunkBytes) {
    parser.push(archive.subarray(at, at + chunkBytes));
  }
  parser.end();
  return heard;
}

const names = (entries: readonly FixtureEntry[]) =>
  hear(tarOf(entries)).entries.map(({ name }) => name);

describe('a tar parser', () => {
  test('gives the same entries however the archive is cut into chunks', () => {
    const archive = tarOf([
      { name: 'a/', typeFlag: '5', mode: 0o755 },
      { name: 'a/one', content: 'x'.repeat(700), mode: 0o4755, uid: 7 },
      paxHeader({ path: 'a/long' }),
      { name: 'short', content: 'y' },
      { name: 'a/link', typeFlag: '2', linkName: 'one' },
    ]);
    const whole = hear(archive).entries;
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
      assert.deepEqual(hear(archive, chunkBytes).entries, whole);
    }
  });

  test('hands content on as a window into the chunk, without a copy', () => {
    const archive = tarOf([{ name: 'a', content: 'hello' }]);
    const [piece] = hear(archive).pieces;
    assert.equal(piece?.buffer, archive.buffer);
  });

  test('reads names of every dialect', () => {
    assert.deepEqual(names([{ name: 'name', prefix: 'some/folder' }]), ['some/folder/name']);
    assert.deepEqual(names([{ name: 'name', prefix: 'not-one', dialect: 'gnu' }]), ['name']);
    const long = 'd/'.repeat(120);
    assert.deepEqual(
      names([{ name: '././@LongLink', typeFlag: 'L', content: `${long}f\0` }, { name: 'd/d' }]),
      [`${long}f`],
    );
    assert.deepEqual(names([paxHeader({ path: 'ünï/code' }), { name: 'plain' }]), ['ünï/code']);
    const [folder] = hear(tarOf([{ name: 'old/', dialect: 'v7' }])).entries;
    assert.equal(folder?.type, 'directory');
  });

  test('reads long and extended link targets', () => {
    const { entries } = hear(
      tarOf([
        { name: '././@LongLink', typeFlag: 'K', content: `${'t/'.repeat(80)}x\0` },
        { name: 'a', typeFlag: '2', linkName: 't/t' },
        paxHeader({ linkpath: 'other' }),
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

  test('takes size and owner from an extended header', () => {
    const { entries, problems } = hear(
      tarOf([
        paxHeader({ size: '5', uid: '3000000', gid: '4' }),
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

  test('takes the capabilities of a file from the record that GNU tar writes', () => {
    const attribute = '\x01\0\0\x02\0$\0\0\0\0\0\0\0\0\0\0\0\0\0\0';
    const { entries, problems } = hear(
      tarOf([
        paxHeader({ 'SCHILY.xattr.security.capability': attribute, 'SCHILY.xattr.user.x': 'y' }),
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
    const { entries } = hear(tarOf([{ name: 'a', content: 'abc', patch }]));
    assert.equal(entries[0]?.content, 'abc');
  });

  test('passes over a global header, as container runtimes do', () => {
    const global = { ...paxHeader({ path: 'etc/passwd' }), typeFlag: 'g' };
    assert.deepEqual(names([global, { name: 'a' }]), ['a']);
  });

  test('gives no content to types that have none, whatever their size says', () => {
    const { entries } = hear(
      tarOf([
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

  test('tells sparse files by both ways of marking them, and goes on after them', () => {
    const oldGnu = {
      name: 'old',
      typeFlag: 'S',
      dialect: 'gnu' as const,
      content: 'data',
      patch: (block: Buffer) => block.write('00000010000\0', 483),
    };
    const pax = paxHeader({ 'GNU.sparse.realsize': '8192', 'GNU.sparse.name': 'real' });
    const { entries } = hear(
      tarOf([
        oldGnu,
        pax,
        { name: 'GNUSparseFile.0/real', content: 'map' },
        { name: 'b', content: 'b' },
      ]),
    );
    assert.deepEqual(
      entries.map(({ name, sizeBytes, isSparse, content }) => [name, sizeBytes, isSparse, content]),
      [
        ['old', 4096, true, ''],
        ['real', 8192, true, ''],
        ['b', 1, false, 'b'],
      ],
    );
  });

  test('reads on past a lone block of zeros and stops at two', () => {
    const archive = Buffer.concat([
      tarEntry({ name: 'a' }),
      Buffer.alloc(512),
      tarEntry({ name: 'b' }),
      Buffer.alloc(1024),
      tarEntry({ name: 'c' }),
    ]);
    assert.deepEqual(
      hear(archive).entries.map(({ name }) => name),
      ['a', 'b'],
    );
  });
});

describe('a damaged archive', () => {
  const first = { name: 'first', content: 'kept' };

  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['no archive at all', Buffer.from('PK\x03\x04'.repeat(300)), ['P_MALFORMED ']],
    ['less than a block', Buffer.from('PK\x05\x06'), ['P_MALFORMED ']],
    [
      'a wrong checksum',
      Buffer.concat([tarEntry(first), Buffer.alloc(512, 0x41), tarEntry({ name: 'lost' })]),
      ['P_MALFORMED '],
    ],
    [
      'a size beyond all numbers',
      tarOf([
        first,
        { name: 'b', patch: (block) => block.fill(0xff, 124, 136).writeUInt8(0x80, 124) },
      ]),
      ['P_MALFORMED '],
    ],
    [
      'a negative size',
      tarOf([first, { name: 'b', patch: (block) => block.fill(0xff, 124, 136) }]),
      ['P_MALFORMED '],
    ],
    [
      'an end within content',
      Buffer.concat([
        tarEntry(first),
        tarEntry({ name: 'cut', content: 'x'.repeat(600) }).subarray(0, 700),
      ]),
      ['P_TRUNCATED cut'],
    ],
    ['an end within a header', tarOf([first]).subarray(0, 1024 + 100), ['P_TRUNCATED first']],
  ];
  for (const [title, archive, problems] of cases) {
    test(`with ${title} keeps what came before`, () => {
      const heard = hear(archive);
      assert.deepEqual(heard.problems, problems);
      const isFirstThere = heard.entries.some(
        ({ name, content }) => name === 'first' && content === 'kept',
      );
      assert.equal(isFirstThere, title !== 'no archive at all' && title !== 'less than a block');
    });
  }

  test('says that a cut-off entry is not complete', () => {
    const archive = tarEntry({ name: 'cut', content: 'x'.repeat(600) }).subarray(0, 700);
    assert.equal(hear(archive).entries[0]?.isComplete, false);
  });

  for (const content of [
    'x',
    '99 path=a\n',
    '-5 path=a\n',
    '10 path-a-\n',
    '9999999999999 path=a\n',
  ]) {
    test(`has an extended header ${JSON.stringify(content)} that costs no entry`, () => {
      const { entries, problems } = hear(
        tarOf([
          { name: 'x', typeFlag: 'x', content },
          { name: 'a', content: 'a' },
        ]),
      );
      assert.deepEqual(problems, ['P_MALFORMED a']);
      assert.equal(entries[0]?.content, 'a');
    });
  }

  test('has a negative size in an extended header, which is told and not used', () => {
    const { entries, problems } = hear(
      tarOf([paxHeader({ size: '-1' }), { name: 'a', content: 'a' }]),
    );
    assert.deepEqual(problems, ['P_MALFORMED a']);
    assert.equal(entries[0]?.content, 'a');
  });
});

describe('the limits of a tar parser', () => {
  test('leave out an entry whose extended header is too long, and only that', () => {
    const { entries, problems } = hear(
      tarOf([paxHeader({ path: 'p'.repeat(2_000) }), { name: 'a', content: 'a' }, { name: 'b' }]),
      512,
      { ...DEFAULT_LIMITS, paxBytesMax: 1_000 },
    );
    assert.deepEqual(problems, ['P_LIMIT ']);
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['b'],
    );
  });

  test('end the reading after so many entries', () => {
    const archive = tarOf([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const { entries, problems } = hear(archive, 512, { ...DEFAULT_LIMITS, entriesMax: 2 });
    assert.equal(entries.length, 2);
    assert.deepEqual(problems, ['P_LIMIT ']);
  });
});
