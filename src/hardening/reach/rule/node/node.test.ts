import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findRuleReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/node': PROGRAM,
  '/opt/app/node_modules/used/index.js': '',
  '/opt/app/node_modules/left/index.js': '',
};
const MAIN = '/opt/app/main';

function startNode(text: string | Uint8Array) {
  const found = findRuleReach('node', { files: { ...FILES, [MAIN]: text }, command: [MAIN] });
  return { ...found, own: found.own.filter((line) => line.includes('"used"')) };
}

suite('files that Node.js loads', () => {
  test('are named by literals, and others are not loaded', () => {
    const { own, classOf } = startNode(
      "#!/usr/bin/node\nconst a = require('used');\n// require('left');\n",
    );
    assert.deepEqual(own, [
      'required /opt/app/node_modules/used/index.js by "used" in /opt/app/main',
    ]);
    assert.equal(classOf('/opt/app/node_modules/left/index.js'), 'unreachable');
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts } = startNode('#!/usr/bin/node\nrequire(process.argv[2]);\n');
    assert.ok(
      doubts.includes('folder /opt/app/main loads a module by a name computed at run time'),
      doubts.join('\n'),
    );
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/node\n'],
    ['cut in a name', '#!/usr/bin/node\nconst a ='],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/node\n'), 0, 255, 254])],
  ] as const) {
    test(`are empty for a file that is ${name}`, () => {
      const { own, classOf } = startNode(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
