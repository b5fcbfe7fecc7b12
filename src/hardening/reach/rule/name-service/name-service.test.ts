import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'getaddrinfo' }] },
    words: [],
  },
  '/etc/nsswitch.conf': 'hosts: used [NOTFOUND=return] # left\n',
  '/usr/lib/libnss_used.so.2': PROGRAM,
  '/usr/lib/libnss_left.so.2': PROGRAM,
};

suite('a name service module', () => {
  testNames('name-service', {
    image: { files: FILES, command: ['server'] },
    own: [
      'data /etc/nsswitch.conf by "getaddrinfo" in /usr/bin/server',
      'likely /usr/lib/libnss_used.so.2 by "used" in /etc/nsswitch.conf',
    ],
    left: '/usr/lib/libnss_left.so.2',
    namedIn: '/usr/bin/server',
  });
});
