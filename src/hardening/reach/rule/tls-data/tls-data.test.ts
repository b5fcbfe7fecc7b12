import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': { elf: { type: 3, dynamic: [[1, 'libssl.so.3']] } },
  '/usr/lib/libssl.so.3': { ...PROGRAM, words: ['libssl'] },
  '/etc/ssl/openssl.cnf': '',
  '/etc/other/openssl.cnf': '',
};

suite('files that a TLS library reads', () => {
  testNames('tls-data', {
    image: { files: FILES, command: ['server'] },
    own: ['data /etc/ssl/openssl.cnf by "libssl" in /usr/lib/libssl.so.3'],
    left: '/etc/other/openssl.cnf',
    namedIn: '/usr/lib/libssl.so.3',
  });
});
