import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type ImageFile,
  ruleReach,
  UNREADABLE_PROGRAMS,
} from '../../../../test/support/reach-image.ts';

const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] },
    words: ['/usr/share/server'],
  },
  '/usr/share/server/table': 'x',
  '/usr/share/left/table': 'x',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  return ruleReach('package-data', {
    files: { ...FILES, ...more },
    command: ['server'],
  });
}

suite('what lies in a folder that a program names', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, [
      'data /usr/share/server/table by "/usr/share/server" in /usr/bin/server',
    ]);
    assert.equal(classOf('/usr/share/left/table'), 'unreachable');
  });

  for (const [name, text] of UNREADABLE_PROGRAMS) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/server': text }).own, []);
    });
  }
});
