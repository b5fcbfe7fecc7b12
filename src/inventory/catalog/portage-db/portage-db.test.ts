import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseLicenseGroups, parsePortageLicense } from './license.ts';
import { portageDb } from './portage-db.ts';
import { parseAtom, splitPackageVersion } from './portage-name.ts';

const DATABASE = '/var/db/pkg';
const MD5 = '376c02bd3b22804df8fdfdc895e7dbfb';

suite('a record of Portage', () => {
  test('is a package with license, size and files', () => {
    const folder = `/mnt${DATABASE}/dev-libs/openssl-3.0.13-r2`;
    const { packages, problems } = catalogFiles(portageDb, {
      [`${folder}/CONTENTS`]:
        `dir /usr\nobj /usr/lib64/libssl.so.3 ${MD5} 1700000000\n` +
        `sym /usr/lib64/libssl.so -> libssl.so.3 1700000000\nobj /usr/my docs/a b ${MD5} 17\n`,
      [`${folder}/LICENSE`]: 'Apache-2.0\n',
      [`${folder}/SIZE`]: '27937835\n',
    });
    assert.deepEqual(problems, []);
    const [openssl] = packages;
    assert.equal(openssl?.purl, 'pkg:ebuild/dev-libs%2Fopenssl@3.0.13-r2');
    assert.deepEqual(
      openssl.ownedFiles.map(({ path }) => path),
      ['/mnt/usr/lib64/libssl.so.3', '/mnt/usr/my docs/a b'],
    );
    assert.deepEqual(openssl.otherOwnedFiles, [{ path: '/mnt/usr/lib64/libssl.so' }]);
    assert.deepEqual(
      openssl.locations.map(({ path }) => path.slice(folder.length)),
      ['/CONTENTS', '/LICENSE', '/SIZE'],
    );
    assert.equal(openssl.licenses[0]?.locations[0]?.path, `${folder}/LICENSE`);
    assert.deepEqual(openssl.metadata?.value, {
      installedSize: 27_937_835,
      licenses: 'Apache-2.0',
      files: [
        { path: '/usr/lib64/libssl.so.3', digest: { algorithm: 'md5', value: MD5 } },
        { path: '/usr/my docs/a b', digest: { algorithm: 'md5', value: MD5 } },
      ],
    });
  });

  test('needs packages of a slot, except blocked or disabled ones', () => {
    const record = (name: string, files: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries({ CONTENTS: '', ...files }).map(([file, text]) => [
          `${DATABASE}/${name}/${file}`,
          text,
        ]),
      );
    const { edges } = catalogFiles(portageDb, {
      ...record('net-misc/curl-8.5.0_p1', {
        RDEPEND:
          '>=dev-libs/openssl-1.0.2:0/3=[static-libs(-)?] !a/blocked brotli? ( a/brotli ) zstd? ( a/zstd )',
        PDEPEND: '|| ( a/one a/other ) =dev-lang/perl-5*',
        USE: 'brotli ssl',
      }),
      ...record('dev-libs/openssl-3.0.13', { SLOT: '0/3' }),
      ...record('dev-libs/openssl-1.1.1w', { SLOT: '1.1' }),
      ...record('a/blocked-1', {}),
      ...record('a/brotli-1', {}),
      ...record('a/zstd-1', {}),
      ...record('a/other-1', {}),
      ...record('dev-lang/perl-5.38.2-r3', {}),
    });
    assert.deepEqual(
      edges.map((edge) => edge.split(' > ')[0]),
      ['a/brotli 1', 'a/other 1', 'dev-lang/perl 5.38.2-r3', 'dev-libs/openssl 3.0.13'],
    );
  });

  test('without a version in its directory, and a file without a digest, are problems', () => {
    const limits = { ...DEFAULT_LIMITS, ownedFilesMax: 1 };
    const path = `${DATABASE}/a/b-1/CONTENTS`;
    const unnamed = `${DATABASE}/a/-MERGING-b-1/CONTENTS`;
    const merging = catalogFiles(portageDb, { [unnamed]: '' });
    assert.deepEqual([merging.packages, merging.problems], [[], [`P_RECORD ${unnamed}:`]]);
    const cut = catalogFiles(portageDb, { [path]: `obj /a ${MD5}\nobj /b ${MD5} 1` });
    assert.deepEqual(cut.problems, [`P_RECORD ${path}:1`]);
    assert.deepEqual(cut.packages[0]?.ownedFiles, [{ path: '/b' }]);
    const many = catalogFiles(portageDb, { [path]: `obj /a ${MD5} 1\n`.repeat(9) }, { limits });
    assert.deepEqual(many.problems, [`P_LIMIT ${path}:`]);
  });

  test('reads license groups from the same root', () => {
    const { packages } = catalogFiles(portageDb, {
      [`/mnt${DATABASE}/a/b-1/CONTENTS`]: '',
      [`/mnt${DATABASE}/a/b-1/LICENSE`]: '@MINE MIT',
      '/mnt/etc/portage/license_groups': 'MINE BSD ZLIB\n',
      '/etc/portage/license_groups': 'MINE GPL-2\n',
    });
    const [license] = packages[0]?.licenses ?? [];
    assert.equal(license?.value, 'BSD AND ZLIB AND MIT');
    assert.equal(license?.expression, 'BSD-3-Clause AND Zlib AND MIT');
  });
});

suite('a license of an ebuild', () => {
  const budget = new Budget(DEFAULT_LIMITS);
  const groups = parseLicenseGroups('# groups\nFREE @GPL MPL-2.0 @FREE\nGPL GPL-2 GPL-3 @FREE\n');
  const flags = new Set(['x']);
  const cases: readonly (readonly [string, string, string])[] = [
    ['Apache-2.0 MIT', 'Apache-2.0 AND MIT', 'Apache-2.0 AND MIT'],
    ['|| ( Artistic GPL-1+ )', 'Artistic OR GPL-1+', ''],
    [
      'MIT || ( GPL-2 BSD ) ISC',
      'MIT AND (GPL-2 OR BSD) AND ISC',
      'MIT AND (GPL-2.0-only OR BSD-3-Clause) AND ISC',
    ],
    ['|| ( ( MIT ISC ) ZLIB )', '(MIT AND ISC) OR ZLIB', '(MIT AND ISC) OR Zlib'],
    [
      'MIT x? ( ISC ) y? ( ZLIB ) !y? ( BSD )',
      'MIT AND ISC AND BSD',
      'MIT AND ISC AND BSD-3-Clause',
    ],
    ['@FREE', 'GPL-2 AND GPL-3 AND MPL-2.0', 'GPL-2.0-only AND GPL-3.0-only AND MPL-2.0'],
    ['@UNKNOWN', '@UNKNOWN', ''],
    ['( MIT', '( MIT', ''],
    [')', ')', ''],
    ['('.repeat(100), '('.repeat(100), ''],
  ];
  for (const [text, value, expression] of cases) {
    test(`${text.slice(0, 40)} is ${value.slice(0, 40)}`, () => {
      assert.deepEqual(parsePortageLicense(text, flags, groups, budget), { value, expression });
    });
  }

  test('may be empty', () => {
    assert.equal(parsePortageLicense(' \n', flags, groups, budget), undefined);
    assert.equal(parsePortageLicense('y? ( MIT )', flags, groups, budget), undefined);
  });
});

test('splits a version at the last possible hyphen', () => {
  for (const [text, name, version] of [
    ['openssl-3.0.13-r2', 'openssl', '3.0.13-r2'],
    ['font-adobe-100dpi-1.0.4', 'font-adobe-100dpi', '1.0.4'],
    ['gcc-13.2.1_p20240210', 'gcc', '13.2.1_p20240210'],
    ['a-1.2b_rc3_p1-r0', 'a', '1.2b_rc3_p1-r0'],
  ] as const) {
    assert.deepEqual(splitPackageVersion(text), { name, version });
  }
  for (const text of ['', 'a', '-1', 'a-1.x', 'a-1-', '.a-1']) {
    assert.equal(splitPackageVersion(text), undefined, text);
  }
});

test('reads the package of an atom, and its slot if it names one', () => {
  for (const [atom, required] of [
    ['dev-libs/a', 'dev-libs/a'],
    ['~dev-libs/a-b-1.2-r1', 'dev-libs/a-b'],
    ['=dev-libs/a-1.2*', 'dev-libs/a'],
    ['dev-libs/a:2/5=', 'dev-libs/a:2'],
    ['dev-libs/a:*', 'dev-libs/a'],
    ['dev-libs/a:=[x,y]', 'dev-libs/a'],
    ['dev-libs/a::gentoo', 'dev-libs/a'],
    ['!!dev-libs/a', undefined],
    ['>=dev-libs/a', undefined],
    ['word', undefined],
  ] as const) {
    assert.equal(parseAtom(atom), required, atom);
  }
});
