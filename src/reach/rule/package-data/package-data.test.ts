import { suite } from 'node:test';
import type { ImageFile } from '../../../../test/support/reach-image.ts';
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
});
