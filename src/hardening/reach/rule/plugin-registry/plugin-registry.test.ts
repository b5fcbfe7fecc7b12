import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/gcc': PROGRAM,
  '/usr/lib/gcc/x/12/cc1': PROGRAM,
  '/usr/lib/other/x/12/cc1': PROGRAM,
};

suite('a module in the directory of a program', () => {
  testNames('plugin-registry', {
    image: { files: FILES, command: ['gcc'] },
    own: ['likely /usr/lib/gcc/x/12/cc1 by "ELF" in /usr/bin/gcc'],
    left: '/usr/lib/other/x/12/cc1',
    namedIn: '/usr/bin/gcc',
  });
});
