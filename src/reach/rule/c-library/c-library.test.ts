import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'pthread_create' }] },
    words: [],
  },
  '/usr/lib/libgcc_s.so.1': PROGRAM,
  '/usr/lib/gconv/UTF-16.so': PROGRAM,
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('c-library', {
    files: { ...FILES, ...more },
    command: ['server'],
  });
}

suite('what the C library opens for a program', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, ['likely /usr/lib/libgcc_s.so.1 by "pthread_create" in /usr/bin/server']);
    assert.equal(classOf('/usr/lib/gconv/UTF-16.so'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/server': text }).own, []);
    });
  }
});
