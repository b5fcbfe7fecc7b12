import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findReach, type ImageFile, listSteps } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;

function startWithNote(text: string) {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(Buffer.byteLength(text), 4);
  head.writeUInt32LE(0x407c0c0a, 8);
  const end = Buffer.alloc((4 - (Buffer.byteLength(text) % 4)) % 4);
  const bytes = Buffer.concat([head, Buffer.from('FDO\0'), Buffer.from(text), end]);
  const server = { elf: { ...PROGRAM.elf, contents: [{ name: '.note.dlopen', bytes }] } };
  const files: Readonly<Record<string, ImageFile>> = {
    '/usr/bin/server': server,
    '/usr/lib/libused.so.1': PROGRAM,
    '/usr/lib/libleft.so.1': PROGRAM,
  };
  const found = findReach({ files, command: ['server'] });
  assert.deepEqual(found.broken, []);
  return { ...found, own: listSteps(found, 'dlopen-note') };
}

suite('a library named by a note', () => {
  for (const [priority, strength] of [
    ['required', 'required'],
    ['recommended', 'likely'],
    ['suggested', 'possible'],
    ['unheard', 'possible'],
  ] as const) {
    test(`is ${strength} if the note states ${priority}`, () => {
      const { own, classOf } = startWithNote(
        JSON.stringify([{ soname: ['libused.so.1'], priority }]),
      );
      assert.deepEqual(own, [
        `${strength} /usr/lib/libused.so.1 by "libused.so.1" in /usr/bin/server`,
      ]);
      assert.equal(classOf('/usr/lib/libleft.so.1'), 'unreachable');
    });
  }

  for (const text of ['', '[{"soname":["libused', '{}', '[null, 1]', '[{"soname":{}}]']) {
    test(`is ignored if the note is ${JSON.stringify(text)}`, () => {
      assert.deepEqual(startWithNote(text).own, []);
    });
  }
});
