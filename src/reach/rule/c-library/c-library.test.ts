import { suite } from 'node:test';
import type { ImageFile } from '../../../../test/support/reach-image.ts';
import { testNames } from '../../../../test/support/rule-names.ts';

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
