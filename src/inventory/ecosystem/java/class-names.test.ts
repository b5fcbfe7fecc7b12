import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  collectDescriptorNames,
  collectTextNames,
  isDescriptor,
  toQualifiedName,
} from './class-names.ts';

function listDescriptorNames(text: string): readonly string[] {
  const found: string[] = [];
  collectDescriptorNames(text, (name) => found.push(name));
  return found;
}

suite('names of classes', () => {
  const descriptors: readonly (readonly [string, readonly string[]])[] = [
    ['La/B;', ['a/B']],
    ['[[La/B;', ['a/B']],
    ['(La/B;IJLa/C;)La/D;', ['a/B', 'a/C', 'a/D']],
    ['Ljava/util/Map<La/K;+[La/V;>;', ['a/K', 'a/V']],
    ['<T:Ljava/lang/Object;U::La/I;>La/Base<TT;>;', ['a/I', 'a/Base']],
    ['<Left:La/B;>(TLeft;)V', ['a/B']],
    ['La/Outer<TT;>.Inner<La/X;>.Leaf;', ['a/Outer', 'a/Outer$Inner', 'a/X', 'a/Outer$Inner$Leaf']],
    ['(I)V', []],
    ['La/B', []],
    ['<<<>>>;', []],
  ];
  for (const [text, names] of descriptors) {
    test(`are read from a descriptor: ${text}`, () => {
      assert.deepEqual(listDescriptorNames(text), names);
    });
  }

  test('do not grow without limit in a nested descriptor', () => {
    const text = `La/B<${'>.Cccccccc<'.repeat(5_000)}`;
    const chars = listDescriptorNames(text).reduce((sum, name) => sum + name.length, 0);
    assert.ok(chars < 200_000, `${chars}`);
  });

  test('are searched in strings that may be descriptors', () => {
    assert.deepEqual(['La/B;', '(I)V', '[I', 'Long text; with words', 'a;'].map(isDescriptor), [
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  const texts: readonly (readonly [string, string | undefined])[] = [
    ['a.b.C', 'a/b/C'],
    ['a/b/C', 'a/b/C'],
    ['a/b/C.class', 'a/b/C'],
    ['a/b.C', undefined],
    ['C', undefined],
    ['1.2.3', undefined],
    ['java.util.List', undefined],
    ['javax.sql.X', 'javax/sql/X'],
    ['log4j.properties', undefined],
    ['a..B', undefined],
  ];
  for (const [text, name] of texts) {
    test(`are read from a string: ${text} is ${name}`, () => {
      assert.equal(toQualifiedName(text), name);
    });
  }

  test('are found among other words in a string', () => {
    const found: string[] = [];
    collectTextNames('{"a.B", c/D.class;e.F$G!h.I-J. end}', (name, token) => {
      found.push(`${name} ${token}`);
    });
    assert.deepEqual(found, ['a/B a.B', 'c/D c/D.class', 'e/F$G e.F$G', 'h/I-J h.I-J']);
  });
});
