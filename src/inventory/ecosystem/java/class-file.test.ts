import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type ClassFixture, createClassFile } from './class-file.fixture.ts';
import { readClassFile } from './class-file.ts';

function read(fixture: ClassFixture) {
  return readClassFile(createClassFile(fixture), DEFAULT_LIMITS);
}

suite('a class file', () => {
  test('has its name, its supers, and the classes it names, without itself and the language', () => {
    assert.deepEqual(
      read({
        name: 'x/A',
        superName: 'x/Base',
        interfaces: ['java/lang/Runnable', 'y/I'],
        classes: ['x/B', '[Lx/C;', '[[I', 'x/A', 'java/util/List', 'java/sql/Driver'],
        descriptors: ['(Lx/D;I[Lx/E;)Ljava/lang/String;', '()V'],
      }),
      {
        name: 'x/A',
        supers: ['x/Base', 'y/I'],
        classes: ['x/B', 'x/C', 'java/sql/Driver', 'x/D', 'x/E'],
        texts: [],
      },
    );
  });

  test('may name classes in its strings', () => {
    const texts = [
      'x.y.Z',
      'a/b/C.class,d.E f',
      'plain',
      'see it.',
      'A.java',
      'http://h.p/',
      'ü.É',
    ];
    assert.deepEqual(read({ name: 'A', texts })?.texts, [
      { name: 'x/y/Z', token: 'x.y.Z' },
      { name: 'a/b/C', token: 'a/b/C.class' },
      { name: 'd/E', token: 'd.E' },
      { name: 'h/p', token: 'h.p' },
      { name: 'ü/É', token: 'ü.É' },
    ]);
  });

  const loading: readonly (readonly [Partial<ClassFixture>, string | undefined])[] = [
    [{ calls: [['java/lang/Class', 'forName']] }, 'forName'],
    [{ calls: [['java/nio/charset/Charset', 'forName']] }, undefined],
    [{ calls: [['x/Loader', 'loadClass']] }, 'loadClass'],
    [{ calls: [['java/io/ObjectInputStream', '<init>']] }, 'java/io/ObjectInputStream'],
    [{ calls: [['java/io/ObjectInputStream', 'defaultReadObject']] }, undefined],
    [{ classes: ['java/rmi/Naming'] }, 'java/rmi/Naming'],
    [{ texts: ['java.protocol.handler.pkgs'] }, 'java.protocol.handler.pkgs'],
    [{ texts: ['forName'], classes: ['java/lang/Class'] }, undefined],
  ];
  for (const [fixture, by] of loading) {
    test(`loads unknown classes by ${JSON.stringify(fixture)}: ${by}`, () => {
      assert.equal(read({ name: 'A', ...fixture })?.loadsBy, by);
    });
  }

  test('may load anything if it has more strings than reachStringsMax', () => {
    const content = createClassFile({ name: 'A', texts: ['a.B', 'a.C', 'a.D'] });
    const found = readClassFile(content, { ...DEFAULT_LIMITS, reachStringsMax: 2 });
    assert.deepEqual([found?.texts.length, found?.loadsBy], [2, 'a.D']);
  });

  test('may have 8-byte numbers, which take two entries', () => {
    const long = Buffer.from('050000000000000001', 'hex');
    // The builder counts one number for the entry, so an empty part has to stand for the second.
    const content = createClassFile({
      name: 'x/A',
      classes: ['x/B'],
      raw: [long, Buffer.alloc(0)],
    });
    assert.deepEqual(readClassFile(content, DEFAULT_LIMITS)?.classes, ['x/B']);
  });

  test('is undefined if it is truncated anywhere, or another kind of file', () => {
    const whole = createClassFile({ name: 'x/A', interfaces: ['x/I'], texts: ['a.B'] });
    // Nothing after the interfaces is read.
    for (let length = 0; length < whole.length - 6; length += 1) {
      assert.equal(readClassFile(whole.subarray(0, length), DEFAULT_LIMITS), undefined);
    }
    assert.notEqual(readClassFile(whole.subarray(0, -6), DEFAULT_LIMITS), undefined);
    for (const content of ['', 'cafebabe', `${'\0'.repeat(8)}\xff\xff${'\0'.repeat(64)}`]) {
      assert.equal(readClassFile(Buffer.from(content, 'latin1'), DEFAULT_LIMITS), undefined);
    }
  });

  test('is undefined if the tag of an entry is unknown or its own name is missing', () => {
    const unknown = createClassFile({ name: 'A', raw: [Buffer.of(2, 0, 0)] });
    assert.equal(readClassFile(unknown, DEFAULT_LIMITS), undefined);
    const nameless = createClassFile({ name: 'A' });
    nameless.writeUInt16BE(1, nameless.length - 12);
    assert.equal(readClassFile(nameless, DEFAULT_LIMITS), undefined);
  });
});
