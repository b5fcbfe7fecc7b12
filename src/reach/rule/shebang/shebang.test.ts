import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ImageFile, ruleReach } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/tool': PROGRAM,
  '/usr/bin/env': PROGRAM,
  '/usr/bin/left': PROGRAM,
  '/opt/main': '#!/usr/bin/env -S A=1 tool -x\nleft\n',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('shebang', {
    files: { ...FILES, ...more },
    command: ['/opt/main'],
  });
}

suite('the interpreter of a script', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, [
      'required /usr/bin/env by "#!/usr/bin/env -S A=1 tool -x" in /opt/main',
      'required /usr/bin/tool by "#!/usr/bin/env -S A=1 tool -x" in /opt/main',
    ]);
    assert.equal(classOf('/usr/bin/left'), 'unreachable');
  });

  for (const [name, text] of [
    ['empty', ''],
    ['not text', Buffer.from([0, 255, 254, 0])],
    ['cut behind the sign', '#!'],
    ['without a name', '#! \n/usr/bin/tool'],
  ] as const) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/opt/main': text }).own, []);
    });
  }
});
