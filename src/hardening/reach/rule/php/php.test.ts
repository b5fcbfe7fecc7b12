import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/php': PROGRAM,
  '/usr/share/php/used': '<?php\n',
  '/usr/share/php/left': '<?php\n',
};
const MAIN = '/opt/app/main';

function startPhp(text: string | Uint8Array) {
  const found = findRuleReach('php', { files: { ...FILES, [MAIN]: text }, command: [MAIN] });
  return { ...found, own: found.own.filter((line) => line.includes('"used"')) };
}

suite('files that PHP loads', () => {
  test('are named by literals, and others are not loaded', () => {
    const { own, classOf } = startPhp("#!/usr/bin/php\n<?php require 'used'; // require 'left';\n");
    assert.deepEqual(own, ['required /usr/share/php/used by "used" in /opt/app/main']);
    assert.equal(classOf('/usr/share/php/left'), 'unreachable');
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts } = startPhp('#!/usr/bin/php\n<?php include $argv[1];\n');
    assert.ok(
      doubts.includes('folder /opt/app/main includes a file by a name computed at run time'),
      doubts.join('\n'),
    );
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/php\n<?php\n'],
    ['cut in a name', '#!/usr/bin/php\n<?php\n<?php req'],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/php\n<?php\n'), 0, 255, 254])],
  ] as const) {
    test(`are empty for a file that is ${name}`, () => {
      const { own, classOf } = startPhp(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
