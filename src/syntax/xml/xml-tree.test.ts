import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { findElements, parseXml, XmlReader } from './xml-tree.ts';

suite('an XML document', () => {
  test('is a tree of elements with attributes and text, without prefixes', () => {
    const root = parseXml(
      '<a:b xmlns:a="x"><c d="1"> t <![CDATA[<u>]]></c><c/></a:b>',
      new Budget(DEFAULT_LIMITS),
    );
    assert.equal(root?.name, 'b');
    const found = root === undefined ? [] : [...findElements(root, 'c')];
    assert.deepEqual(
      found.map(({ attributes, text }) => [attributes['d'], text]),
      [
        ['1', 't <u>'],
        [undefined, ''],
      ],
    );
  });

  test('returns nothing if it is truncated, too deep or too long, and expands no entities', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1, documentDepthMax: 3 };
    for (const text of [
      '',
      '<a>',
      '<a><b></a>',
      '<a><b><c><d/></c></b></a>',
      `<a>${'<b/>'.repeat(5)}</a>`,
      '<!DOCTYPE a [<!ENTITY e "eeee">]><a>&e;</a>',
    ]) {
      assert.equal(parseXml(text, new Budget(limits)), undefined, text);
    }
    assert.notEqual(parseXml('<a><b><c/></b></a>', new Budget(limits)), undefined);
  });
});

suite('an XML document in pieces', () => {
  const TEXT = '<?xml version="1.0"?><list kind="x"><item n="1">é<sub/></item><item n="2"/></list>';

  function readPieces(text: string, limits = DEFAULT_LIMITS) {
    const reader = new XmlReader(new Budget(limits), 'item');
    const taken: string[] = [];
    for (const character of text) {
      reader.push(character);
      taken.push(
        ...reader.takeElements().map(({ attributes, text: own }) => `${attributes['n']}${own}`),
      );
    }
    return { taken, isComplete: reader.end(), root: reader.root };
  }

  test('returns each element once it is complete, and the root without them', () => {
    const { taken, isComplete, root } = readPieces(TEXT);
    assert.deepEqual(taken, ['1é', '2']);
    assert.equal(isComplete, true);
    assert.deepEqual([root?.name, root?.attributes['kind'], root?.children], ['list', 'x', []]);
  });

  test('applies the limit of elements to each of them', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const many = `<list>${'<item><a/></item>'.repeat(50)}</list>`;
    assert.equal(readPieces(many, limits).taken.length, 50);
    const large = `<list><item/><item>${'<a/>'.repeat(5)}</item></list>`;
    assert.deepEqual(readPieces(large, limits).taken.length, 1);
    assert.equal(readPieces(large, limits).isComplete, false);
  });

  test('reports a document that ends too early', () => {
    const { taken, isComplete } = readPieces(TEXT.slice(0, -2));
    assert.deepEqual([taken.length, isComplete], [2, false]);
  });
});
