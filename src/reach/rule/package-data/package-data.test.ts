import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foundReach, type ImageFile, ledTo } from '../../../../test/support/reach-image.ts';

const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/server': {
    elf: { type: 3, dynamic: [], symbols: [{ name: 'open' }] },
    words: ['/usr/share/server'],
  },
  '/usr/share/server/table': 'x',
  '/usr/share/left/table': 'x',
};

function started(more: Readonly<Record<string, ImageFile>> = {}) {
  const files = { ...FILES, ...more };
  const found = foundReach({
    files,
    command: ['server'],
    packages: { all: Object.keys(files) },
  });
  assert.deepEqual(found.broken, []);
  return { ...found, own: ledTo(found, 'package-data') };
}

suite('what lies in a folder that a program names', () => {
  test('is told by what names it, and nothing else is', () => {
    const { own, classOf } = started();
    assert.deepEqual(own, [
      'data /usr/share/server/table by "/usr/share/server" in /usr/bin/server',
    ]);
    assert.equal(classOf('/usr/share/left/table'), 'unreachable');
  });

  for (const [name, text] of [
    ['empty', ''],
    ['no program', 'plain'],
    ['cut in its head', Buffer.from('\x7fELF\x02\x01')],
  ] as const) {
    test(`is nothing where the file that names it is ${name}`, () => {
      assert.deepEqual(started({ '/usr/bin/server': text }).own, []);
    });
  }
});
