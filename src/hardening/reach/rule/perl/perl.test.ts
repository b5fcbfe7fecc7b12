import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/perl': PROGRAM,
  '/usr/share/perl5/used.pm': '1;\n',
  '/usr/share/perl5/left.pm': '1;\n',
};
const MAIN = '/opt/app/main';

function startPerl(text: string | Uint8Array) {
  const found = findRuleReach('perl', { files: { ...FILES, [MAIN]: text }, command: [MAIN] });
  return { ...found, own: found.own.filter((line) => line.includes('"used"')) };
}

suite('files that Perl loads', () => {
  test('are named by literals, and others are not loaded', () => {
    const { own, classOf } = startPerl('#!/usr/bin/perl\nuse used;\n# use left;\n');
    assert.deepEqual(own, ['required /usr/share/perl5/used.pm by "used" in /opt/app/main']);
    assert.equal(classOf('/usr/share/perl5/left.pm'), 'unreachable');
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts } = startPerl('#!/usr/bin/perl\nmy $module = shift;\nrequire $module;\n');
    assert.ok(
      doubts.includes('folder /opt/app/main loads a module by a name computed at run time'),
      doubts.join('\n'),
    );
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/perl\n'],
    ['cut in a name', '#!/usr/bin/perl\nuse us'],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/perl\n'), 0, 255, 254])],
  ] as const) {
    test(`are empty for a file that is ${name}`, () => {
      const { own, classOf } = startPerl(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
