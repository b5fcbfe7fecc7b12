import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatJson, sortMembers, toBase64, writeJsonList } from './json-document.ts';

function writePieces(elements: Iterable<unknown>): readonly string[] {
  const pieces: string[] = [];
  writeJsonList({ write: (text) => void pieces.push(text) }, elements);
  return pieces;
}

suite('JSON documents', () => {
  test('writes a list with one element per line', () => {
    assert.equal(writePieces([{ a: 1, b: undefined }, 'x']).join(''), '[\n{"a":1},\n"x"\n]');
    assert.equal(writePieces([]).join(''), '[]');
  });

  test('writes a long list in pieces, and escapes each of its elements', () => {
    const elements = Array.from({ length: 5_000 }, (_, index) => `a\u009b${index}`);
    const pieces = writePieces(elements);
    assert.deepEqual(JSON.parse(pieces.join('')), elements);
    assert.doesNotMatch(pieces.join(''), /\u009b/);
    assert.equal(pieces.join('').split('\n').length, elements.length + 2);
    assert.ok(Math.max(...pieces.map(({ length }) => length)) < 40_000);
  });

  test('escapes terminal control characters, and restores them when read', () => {
    const text = 'a\u001b[31m\u009b31m\u202eb\u2028c\u007f';
    const written = formatJson(text);
    assert.match(written, /^[\u0020-\u007e]*$/);
    assert.equal(JSON.parse(written), text);
  });

  test('escapes commands to CI systems, and restores them when read', () => {
    for (const text of [
      '##[a]',
      'x ##vso[a]',
      '#\u200b#vso[a]',
      '##teamcity[a]',
      'section_end:1',
    ]) {
      const written = formatJson({ text });
      assert.doesNotMatch(written, /#\u200b?#|section_/);
      assert.deepEqual(JSON.parse(written), { text });
    }
    assert.equal(formatJson({ a: '# b' }, 1), '{\n "a": "# b"\n}');
  });

  test('sorts members by name at every depth', () => {
    const sorted = formatJson(sortMembers({ b: [{ d: 1, c: null }], a: 'x' }));
    assert.equal(sorted, '{"a":"x","b":[{"c":null,"d":1}]}');
  });

  test('encodes only the view of a larger buffer', () => {
    assert.equal(toBase64(Buffer.from('xabcx').subarray(1, 4)), 'YWJj');
  });
});
