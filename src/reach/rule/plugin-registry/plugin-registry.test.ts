import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/gcc': PROGRAM,
  '/usr/lib/gcc/x/12/cc1': PROGRAM,
  '/usr/lib/other/x/12/cc1': PROGRAM,
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('plugin-registry', {
    files: { ...FILES, ...more },
    command: ['gcc'],
  });
}

suite('a module from the folder of a program', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['likely /usr/lib/gcc/x/12/cc1 by "ELF" in /usr/bin/gcc']);
    assert.equal(classOf('/usr/lib/other/x/12/cc1'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/gcc': text }).own, []);
    });
  }
});
