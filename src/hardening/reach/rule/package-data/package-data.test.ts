import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] },
    words: ['/usr/share/server'],
  },
  '/usr/share/server/table': 'x',
  '/usr/share/left/table': 'x',
};

suite('files in a directory that a program names', () => {
  testNames('package-data', {
    image: { files: FILES, command: ['server'] },
    own: ['data /usr/share/server/table by "/usr/share/server" in /usr/bin/server'],
    left: '/usr/share/left/table',
    namedIn: '/usr/bin/server',
  });

  test('are not the modules of Perl, which its own rule follows', () => {
    const folder = '/usr/share/perl/5.36';
    const { own } = findRuleReach('package-data', {
      files: {
        ...FILES,
        '/usr/bin/server': {
          elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] },
          words: [folder],
        },
        ...Object.fromEntries(
          [
            'Left.pm',
            'CORE/left.h',
            'pod/left.pod',
            'auto/left.so',
            'table.txt',
            'unicore/x.pl',
          ].map((name) => [`${folder}/${name}`, 'x']),
        ),
      },
      command: ['server'],
    });
    assert.deepEqual(
      own.map((line) => line.split(' ', 2)[1]),
      [`${folder}/table.txt`, `${folder}/unicore/x.pl`],
    );
  });

  test('need the links that lead to the directory, by each of its names', () => {
    const { reach } = findRuleReach('package-data', {
      files: {
        ...FILES,
        '/usr/bin/server': {
          elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] },
          words: ['/usr/share/server', '/usr/lib/server/local'],
        },
        '/usr/lib/server/local': { link: '../../share/server' },
      },
      command: ['server'],
      additions: { isEveryStepListed: true },
    });
    const steps = (reach.steps ?? []).filter(({ to }) => to === '/usr/share/server/table');
    assert.deepEqual(
      steps.map(({ via = [] }) => via.map(({ path }) => path)),
      [[], ['/usr/lib/server/local']],
    );
  });
});
