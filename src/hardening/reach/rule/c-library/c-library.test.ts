import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  findReach,
  findRuleReach,
  type ImageFile,
} from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'pthread_create' }] },
    words: [],
  },
  '/usr/lib/libgcc_s.so.1': PROGRAM,
  '/usr/lib/gconv/UTF-16.so': PROGRAM,
};

suite('files that the C library opens for a program', () => {
  testNames('c-library', {
    image: { files: FILES, command: ['server'] },
    own: ['likely /usr/lib/libgcc_s.so.1 by "pthread_create" in /usr/bin/server'],
    left: '/usr/lib/gconv/UTF-16.so',
    namedIn: '/usr/bin/server',
  });
});

const GCONV = '/usr/lib/gconv';
const INDEX = `# a comment
alias\tLATIN2//\tISO-8859-2//
alias\tKOI8R//\tKOI8-R//
module\tISO-8859-1//\tINTERNAL\tISO8859-1\t1
module\tISO-8859-2//\tINTERNAL\tISO8859-2\t1
module\tINTERNAL\tISO-8859-2//\tISO8859-2\t1
module\tSHIFT_JIS//\tINTERNAL\tSJIS\t1
`;
const CONVERTERS: Readonly<Record<string, ImageFile>> = {
  [`${GCONV}/gconv-modules`]: INDEX,
  [`${GCONV}/gconv-modules.d/extra.conf`]: 'module\tKOI8-R//\tINTERNAL\tKOI8-R\t1\n',
  ...Object.fromEntries(
    ['ISO8859-1', 'ISO8859-2', 'SJIS', 'KOI8-R', 'UHC'].map((name) => [
      `${GCONV}/${name}.so`,
      PROGRAM,
    ]),
  ),
};

function createConverter(...words: readonly string[]): ImageFile {
  return { elf: { type: 3, dynamic: [], symbols: [{ name: 'iconv_open' }] }, words };
}

function findConverters(
  files: Readonly<Record<string, ImageFile>>,
  command: readonly string[] = ['server'],
  environment: readonly string[] = [],
): readonly string[] {
  return findRuleReach('c-library', { files: { ...CONVERTERS, ...files }, command, environment })
    .reach.files.map(({ path }) => path)
    .filter((path) => path.endsWith('.so'))
    .map((path) => path.slice(GCONV.length + 1, -'.so'.length));
}

suite('converters of character sets', () => {
  for (const [title, words, found] of [
    ['common ones alone', ['bzip2'], ['ISO8859-1']],
    ['a literal', ['ISO-8859-2'], ['ISO8859-1', 'ISO8859-2']],
    ['an alias in any case', ['latin2', 'koi8r'], ['ISO8859-1', 'ISO8859-2', 'KOI8-R']],
    ['one without a digit', ['SHIFT_JIS'], ['ISO8859-1', 'SJIS']],
  ] as const) {
    test(`are needed by ${title}`, () => {
      assert.deepEqual(findConverters({ '/usr/bin/server': createConverter(...words) }), found);
    });
  }

  test('are needed by the locale, the command, and scripts', () => {
    const server = { '/usr/bin/server': createConverter() };
    assert.deepEqual(findConverters(server, ['server'], ['LANG=pl_PL.ISO-8859-2@euro']), [
      'ISO8859-1',
      'ISO8859-2',
    ]);
    assert.deepEqual(findConverters(server, ['server', '-f', 'KOI8-R']), ['ISO8859-1', 'KOI8-R']);
    const script = '#!/usr/bin/server\niconv -f SHIFT_JIS\n';
    assert.deepEqual(findConverters({ ...server, '/srv/run': script }, ['/srv/run']), [
      'ISO8859-1',
      'SJIS',
    ]);
  });

  test('leave the others open, because a name may come from the input', () => {
    const files = { ...CONVERTERS, '/usr/bin/server': createConverter() };
    const { classOf, doubts } = findReach({ files, command: ['server'] });
    assert.equal(classOf(`${GCONV}/UHC.so`), 'tainted');
    assert.deepEqual(doubts, ['folder /usr/bin/server it may convert any character set']);
  });

  test('are all needed if no index states their names', () => {
    const files = {
      '/usr/bin/server': createConverter('ISO-8859-2'),
      [`${GCONV}/gconv-modules`]: '',
      [`${GCONV}/gconv-modules.d/extra.conf`]: '',
    };
    assert.equal(findConverters(files).length, 5);
  });

  test('are not needed by a program that does not convert', () => {
    const server = { elf: { type: 3, dynamic: [], symbols: [{ name: 'setlocale' }] } } as const;
    const files = { ...CONVERTERS, '/usr/bin/server': server };
    const { classOf } = findReach({ files, command: ['server'] });
    assert.equal(classOf(`${GCONV}/gconv-modules`), 'data');
    assert.equal(classOf(`${GCONV}/ISO8859-1.so`), 'unreachable');
  });
});
