import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foundReach, type ImageFile, ledTo } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;
const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/python3.11': { ...PROGRAM, words: ['os'] },
  '/usr/lib/python3.11/os.py': '',
  '/usr/lib/python3.11/used.py': '',
  '/usr/lib/python3.11/left.py': '',
};
const MAIN = '/opt/app/main';

function started(text: string | Uint8Array) {
  const files = { ...FILES, [MAIN]: text };
  const found = foundReach({ files, command: [MAIN], packages: { all: Object.keys(files) } });
  assert.deepEqual(found.broken, []);
  return { ...found, own: ledTo(found, 'python').filter((line) => line.includes('"used"')) };
}

suite('what Python loads', () => {
  test('is named by a literal, and what nothing names is not loaded', () => {
    const { own, classOf } = started('#!/usr/bin/python3.11\nimport used\n# import left\n');
    assert.deepEqual(own, ['required /usr/lib/python3.11/used.py by "used" in /opt/app/main']);
    assert.equal(classOf('/usr/lib/python3.11/left.py'), 'unreachable');
  });

  test('cannot be told where the name is made at run time', () => {
    const { doubts } = started(
      '#!/usr/bin/python3.11\nimport importlib, sys\nimportlib.import_module(sys.argv[1])\n',
    );
    assert.ok(
      doubts.includes('folder /opt/app/main imports a module whose name is made at run time'),
      doubts.join('\n'),
    );
  });

  for (const [name, text] of [
    ['empty', '#!/usr/bin/python3.11\n'],
    ['cut in a name', '#!/usr/bin/python3.11\nimport us'],
    ['not text', Buffer.from([...Buffer.from('#!/usr/bin/python3.11\n'), 0, 255, 254])],
  ] as const) {
    test(`is nothing of a file that is ${name}`, () => {
      const { own, classOf } = started(text);
      assert.deepEqual(own, []);
      assert.equal(classOf(MAIN), 'required');
    });
  }
});
