import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const DATA = '/usr/share/format/1.0/font/ascii/DESC';

function createStarter(...words: readonly string[]): ImageFile {
  const elf = { type: 3, dynamic: [], interpreter: '/lib/ld.so', symbols: [{ name: 'execvp' }] };
  return { elf, words };
}

const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/format': createStarter('/usr/share/format/site:/usr/share/format/1.0/font', 'postpro'),
  [DATA]: '# left\nres 240\npostpro used\nprepro left\n',
  '/usr/bin/used': PROGRAM,
  '/usr/bin/left': PROGRAM,
};

function findOwn(data: string, more: Readonly<Record<string, ImageFile>> = {}): readonly string[] {
  const files = { ...FILES, [DATA]: data, ...more };
  const command = ['format'];
  const packages = { all: Object.keys(files).filter((path) => path !== '/usr/bin/foreign') };
  return findRuleReach('data-commands', { files, command, packages }).own.map(
    (line) => line.split(' by ', 1)[0] ?? '',
  );
}

suite('commands in the data of a program', () => {
  test('are started, and words behind other keys are not', () => {
    const found = findRuleReach('data-commands', { files: FILES, command: ['format'] });
    assert.deepEqual(found.own, [`likely /usr/bin/used by "used" in ${DATA}`]);
    assert.equal(found.classOf('/usr/bin/left'), 'tainted');
  });

  for (const [name, text] of [
    ['empty', ''],
    ['not text', '\0postpro used\n'],
    ['cut in a name', 'postpro us'],
    ['a script', '#!/bin/sh\npostpro used\n'],
    ['longer than the limit', `postpro used\n${'#\n'.repeat(40_000)}`],
    ['a table', Array.from({ length: 300 }, (_, row) => `key${row} used\n`).join('')],
  ] as const) {
    test(`are not read from a file that is ${name}`, () => {
      assert.deepEqual(findOwn(text), []);
    });
  }

  for (const line of [
    'postpro = used -x',
    'postpro: "used"',
    '  postpro\tused',
    "postpro='/usr/bin/used'",
    'postpro used\r',
  ]) {
    test(`are found in ${JSON.stringify(line)}`, () => {
      assert.deepEqual(findOwn(`${line}\n`), ['likely /usr/bin/used']);
    });
  }

  test('of another package are only possible', () => {
    assert.deepEqual(findOwn('postpro foreign\n', { '/usr/bin/foreign': PROGRAM }), [
      'possible /usr/bin/foreign',
    ]);
  });

  test('are also found in a file that the program names by its path', () => {
    const settings = '/etc/format/commands';
    const own = findOwn('', {
      '/usr/bin/format': createStarter(settings, 'pager'),
      [settings]: 'pager used\n',
    });
    assert.deepEqual(own, ['likely /usr/bin/used']);
  });

  test('do not count if the program does not start others', () => {
    const program = { ...PROGRAM, words: ['/usr/share/format/1.0/font', 'postpro'] };
    assert.deepEqual(findOwn('postpro used\n', { '/usr/bin/format': program }), []);
  });
});
