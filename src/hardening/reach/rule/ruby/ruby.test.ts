import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/ruby': PROGRAM,
  '/usr/lib/ruby/3.1.0/used.rb': '',
  '/usr/lib/ruby/3.1.0/left.rb': '',
};
const MAIN = '/opt/app/main';

function startRuby(text: string | Uint8Array) {
  const found = findRuleReach('ruby', { files: { ...FILES, [MAIN]: text }, command: [MAIN] });
  return { ...found, own: found.own.filter((line) => line.includes('"used"')) };
}

suite('files that Ruby loads', () => {
  test('are named by literals, and others are not loaded', () => {
    const { own, classOf } = startRuby("#!/usr/bin/ruby\nrequire 'used'\n# require 'left'\n");
    assert.deepEqual(own, ['required /usr/lib/ruby/3.1.0/used.rb by "used" in /opt/app/main']);
    assert.equal(classOf('/usr/lib/ruby/3.1.0/left.rb'), 'unreachable');
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts } = startRuby('#!/usr/bin/ruby\nname = ARGV[0]\nrequire name\n');
    assert.ok(
      doubts.includes('folder /opt/app/main loads a file by a name computed at run time'),
      doubts.join('\n'),
    );
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/ruby\n'],
    ['cut in a name', "#!/usr/bin/ruby\nrequire '"],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/ruby\n'), 0, 255, 254])],
  ] as const) {
    test(`are empty for a file that is ${name}`, () => {
      const { own, classOf } = startRuby(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
