import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { findElements, parseXml } from './xml-tree.ts';

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

  test('is nothing where it is cut, too deep or too long, and expands no entities', () => {
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
