import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'dlopen' }] },
    words: ['libused.so'],
  },
  '/usr/lib/x/libused.so': PROGRAM,
  '/usr/lib/x/libleft.so': PROGRAM,
};

function startServer(more: Readonly<Record<string, ImageFile>>) {
  return findRuleReach('elf-strings', {
    files: { ...FILES, ...more },
    command: ['server'],
  });
}

suite('files named by literals of a program', () => {
  testNames('elf-strings', {
    image: { files: FILES, command: ['server'] },
    own: ['likely /usr/lib/x/libused.so by "libused.so" in /usr/bin/server'],
    left: '/usr/lib/x/libleft.so',
    namedIn: '/usr/bin/server',
  });

  test('include commands of the same package that are the end of another literal', () => {
    const elf = { type: 3, dynamic: [], symbols: [{ name: 'execvp' }] } as const;
    const files: Readonly<Record<string, ImageFile>> = {
      '/usr/bin/server': { elf, words: ['S.server-agent', 'x/foreign-agent', 'server.conf'] },
      '/usr/bin/server-agent': PROGRAM,
      '/usr/bin/foreign-agent': PROGRAM,
      '/usr/bin/conf': PROGRAM,
    };
    const { own } = findRuleReach('elf-strings', {
      files,
      command: ['server'],
      packages: { server: ['/usr/bin/server', '/usr/bin/server-agent', '/usr/bin/conf'] },
    });
    assert.deepEqual(own, ['possible /usr/bin/server-agent by "server-agent" in /usr/bin/server']);
  });

  test('are unknown if the name is composed', () => {
    const { doubts } = startServer({
      '/usr/bin/server': {
        elf: { type: 3, dynamic: [], symbols: [{ name: 'dlopen' }] },
        words: [],
      },
    });
    assert.match(doubts.join('\n'), /^package \/usr\/bin\/server it may load a library/m);
  });
});
