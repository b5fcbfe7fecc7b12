import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../test/support/reach-image.ts';
import { testNames } from '../../../../test/support/rule-names.ts';

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
