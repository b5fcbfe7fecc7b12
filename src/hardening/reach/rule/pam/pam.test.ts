import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/login': { elf: { type: 3, dynamic: [], symbols: [{ name: 'pam_start' }] }, words: [] },
  '/etc/pam.d/login': 'auth required pam_used.so\n# auth required pam_left.so\n',
  '/usr/lib/security/pam_used.so': PROGRAM,
  '/usr/lib/security/pam_left.so': PROGRAM,
};

suite('an authentication module', () => {
  testNames('pam', {
    image: { files: FILES, command: ['login'] },
    own: [
      'likely /etc/pam.d/login by "pam_start" in /usr/bin/login',
      'likely /usr/lib/security/pam_used.so by "pam_used.so" in /etc/pam.d/login',
    ],
    left: '/usr/lib/security/pam_left.so',
    namedIn: '/usr/bin/login',
  });
});
