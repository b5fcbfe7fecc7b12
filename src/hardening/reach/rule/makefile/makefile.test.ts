import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findReach } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;

function startMake(text: string | Uint8Array, ...words: readonly string[]) {
  const files = {
    '/usr/bin/make': PROGRAM,
    '/usr/bin/compiler': PROGRAM,
    '/usr/bin/other': PROGRAM,
    '/etc/settings.conf': 'x',
    '/srv/build/Makefile': text,
  };
  const found = findReach({
    files,
    command: ['make', ...words],
    workingFolder: '/srv/build',
    packages: { all: Object.keys(files) },
  });
  assert.deepEqual(found.broken, []);
  return { ...found, own: found.lines.filter((line) => line.includes(' makefile ')) };
}

suite('commands that make runs', () => {
  test('are in the recipes of the makefile in its directory', () => {
    const text = 'all: x\n\t@compiler -c $< /etc/settings.conf\nother:\n\techo other\n';
    const { own, doubts } = startMake(text);
    assert.deepEqual(own, [
      'likely makefile /etc/settings.conf',
      'required makefile /srv/build/Makefile',
      'likely makefile /usr/bin/compiler',
    ]);
    assert.deepEqual(doubts, []);
  });

  test('are read from another directory or file on request', () => {
    assert.ok(startMake('', '-C', '/srv/build').own.length > 0);
    assert.deepEqual(startMake('all:\n\tcompiler\n', '-f', 'none').own, []);
  });

  test('are unknown if a variable names them', () => {
    const { doubts } = startMake('all:\n\t$(CC) -c x\n');
    assert.match(doubts.join(), /commands \/srv\/build\/Makefile it runs a command/);
  });

  for (const [name, text] of [
    ['empty', ''],
    ['cut in a quote', 'all:\n\tcompiler "'],
    ['not text', Buffer.from('all:\n\tcompiler\0')],
    ['nested deeply', `all:\n\t${'$('.repeat(5_000)}\n`],
  ] as const) {
    test(`survive a makefile that is ${name}`, () => {
      assert.ok(startMake(text).own.includes('required makefile /srv/build/Makefile'));
    });
  }
});
