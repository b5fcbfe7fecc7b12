import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foundReach, type ImageFile, ledTo } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/gcc': PROGRAM,
  '/usr/lib/gcc/x/12/cc1': PROGRAM,
  '/usr/lib/other/x/12/cc1': PROGRAM,
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  const files = { ...FILES, ...more };
  const found = foundReach({
    files,
    command: ['gcc'],
    packages: { all: Object.keys(files) },
  });
  assert.deepEqual(found.broken, []);
  return { ...found, own: ledTo(found, 'plugin-registry') };
}

suite('a module from the folder of a program', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['likely /usr/lib/gcc/x/12/cc1 by "ELF" in /usr/bin/gcc']);
    assert.equal(classOf('/usr/lib/other/x/12/cc1'), 'unreachable');
  });

  for (const [name, text] of [
    ['empty', ''],
    ['no program', 'plain'],
    ['cut in its head', Buffer.from('\x7fELF\x02\x01')],
  ] as const) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/gcc': text }).own, []);
    });
  }
});
