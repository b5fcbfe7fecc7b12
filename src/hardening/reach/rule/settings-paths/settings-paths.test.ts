import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': PROGRAM,
  '/etc/server.conf': 'include /srv/used.conf\n# /srv/left.conf\n',
  '/srv/used.conf': 'x',
  '/srv/left.conf': 'x',
};

suite('paths in settings', () => {
  testNames('settings-paths', {
    image: { files: FILES, command: ['server', '/etc/server.conf'] },
    own: ['likely /srv/used.conf by "/srv/used.conf" in /etc/server.conf'],
    left: '/srv/left.conf',
    namedIn: '/etc/server.conf',
    unreadable: [
      ['empty', ''],
      ['not text', Buffer.from([0, 255, 254, 0])],
      ['cut in a path', 'include /srv/use'],
    ],
  });
});
