import { suite } from 'node:test';
import type { ImageFile } from '../../../../../test/support/reach-image.ts';
import { testNames } from '../../../../../test/support/rule-names.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/tool': PROGRAM,
  '/usr/bin/env': PROGRAM,
  '/usr/bin/left': PROGRAM,
  '/opt/main': '#!/usr/bin/env -S A=1 tool -x\nleft\n',
};

suite('the interpreter of a script', () => {
  testNames('shebang', {
    image: { files: FILES, command: ['/opt/main'] },
    own: [
      'required /usr/bin/env by "#!/usr/bin/env -S A=1 tool -x" in /opt/main',
      'required /usr/bin/tool by "#!/usr/bin/env -S A=1 tool -x" in /opt/main',
    ],
    left: '/usr/bin/left',
    namedIn: '/opt/main',
    unreadable: [
      ['empty', ''],
      ['not text', Buffer.from([0, 255, 254, 0])],
      ['cut behind the sign', '#!'],
      ['without a name', '#! \n/usr/bin/tool'],
    ],
  });
});
