import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/bin/sh': PROGRAM,
  '/usr/bin/tool': PROGRAM,
  '/usr/bin/left': PROGRAM,
  '/opt/main': '#!/bin/sh\nif true; then tool -x; fi\n# left\n',
};

function startShell(more: Readonly<Record<string, ImageFile>>) {
  return findRuleReach('shell-script', {
    files: { ...FILES, ...more },
    command: ['/opt/main'],
  });
}

suite('commands that a shell script runs', () => {
  testNames('shell-script', {
    image: { files: FILES, command: ['/opt/main'] },
    own: ['likely /usr/bin/tool by "tool" in /opt/main'],
    left: '/usr/bin/left',
    namedIn: '/opt/main',
    unreadable: [
      ['empty', '#!/bin/sh\n'],
      ['cut in a quote', '#!/bin/sh\n"'],
      ['not text', Buffer.from('#!/bin/sh\ntool\0')],
    ],
  });

  test('are unknown if a variable names them', () => {
    const { doubts } = startShell({ '/opt/main': '#!/bin/sh\n$WHATEVER\n' });
    assert.match(doubts.join('\n'), /^commands \/opt\/main it runs a command/m);
  });
});
