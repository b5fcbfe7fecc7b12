import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { findElements, parseXml, XmlElementStream } from './xml-tree.ts';

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

const DOCUMENT =
  '<a:root xmlns:a="x"><skip><n>0</n></skip><b:item id="1"> <n>1 &lt; 2</n><item>in</item></b:item>' +
  '<list><item id="2"><![CDATA[<text>]]></item></list></a:root>';

function parseStream(text: string, chunk: number, limits = DEFAULT_LIMITS) {
  const stream = new XmlElementStream((name) => name === 'item', limits);
  const found = [];
  for (let at = 0; at < text.length; at += chunk) {
    found.push(...stream.write(text.slice(at, at + chunk)));
  }
  stream.endDocument();
  return { found, isBroken: stream.isBroken };
}

test('an element stream returns wanted elements with their content, as the tree has them', () => {
  const root = parseXml(DOCUMENT, new Budget(DEFAULT_LIMITS));
  const [, first, list] = root?.children ?? [];
  for (const chunk of [1, 7, DOCUMENT.length]) {
    const { found, isBroken } = parseStream(DOCUMENT, chunk);
    assert.deepEqual(found, [first, list?.children[0]]);
    assert.equal(isBroken, false);
  }
});

test('an element stream reports a malformed document', () => {
  for (const text of ['<a><item></a>', '<a>', '\u0000', '', '<a>&undefined;</a>']) {
    assert.equal(parseStream(text, 3).isBroken, true, text);
  }
});

test('an element stream reports a document above a limit', () => {
  const deep = '<item>'.repeat(9) + '</item>'.repeat(9);
  assert.equal(parseStream(deep, 10, { ...DEFAULT_LIMITS, documentDepthMax: 8 }).isBroken, true);
  assert.equal(parseStream(deep, 10, { ...DEFAULT_LIMITS, documentDepthMax: 9 }).isBroken, false);
  const wide = `<item>${'<n/>'.repeat(9)}</item>`;
  assert.equal(parseStream(wide, 10, { ...DEFAULT_LIMITS, recordsMax: 2 }).isBroken, true);
});
