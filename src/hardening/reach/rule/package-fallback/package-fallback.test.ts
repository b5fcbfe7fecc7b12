import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/lua5.4': PROGRAM,
  '/usr/share/lua/x.lua': 'x',
  '/usr/share/left': 'x',
};

function startLua(more: Readonly<Record<string, ImageFile>> = {}) {
  return findRuleReach('package-fallback', {
    files: { ...FILES, ...more },
    command: ['lua5.4'],
    packages: { lua: ['/usr/bin/lua5.4', '/usr/share/lua/x.lua'], left: ['/usr/share/left'] },
  });
}

suite('files in the package of an interpreter', () => {
  test('are reached only by the files that name them', () => {
    const { own, classOf } = startLua();
    assert.deepEqual(own, ['possible /usr/share/lua/x.lua by "ELF" in /usr/bin/lua5.4']);
    assert.equal(classOf('/usr/share/left'), 'tainted');
  });

  test('are not the only files that the code may use', () => {
    const { doubts } = startLua();
    assert.match(doubts.join('\n'), /^all \/usr\/bin\/lua5\.4 .* language that is not analyzed/m);
  });

  test('are reached for an interpreter with empty content, too', () => {
    assert.match(startLua({ '/usr/bin/lua5.4': '' }).doubts.join('\n'), /not analyzed/);
  });
});
