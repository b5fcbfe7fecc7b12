import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { XmlElementStream } from './xml-element-stream.ts';
import { parseXml } from './xml-tree.ts';

const DOCUMENT =
  '<a:root xmlns:a="x"><skip><n>0</n></skip><b:item id="1"> <n>1 &lt; 2</n><item>in</item></b:item>' +
  '<list><item id="2"><![CDATA[<text>]]></item></list></a:root>';

function parse(text: string, chunk: number, limits = DEFAULT_LIMITS) {
  const stream = new XmlElementStream((name) => name === 'item', limits);
  const found = [];
  for (let at = 0; at < text.length; at += chunk) {
    found.push(...stream.write(text.slice(at, at + chunk)));
  }
  stream.close();
  return { found, isBroken: stream.isBroken };
}

test('returns wanted elements with their content, as the tree has them', () => {
  const root = parseXml(DOCUMENT, new Budget(DEFAULT_LIMITS));
  const [, first, list] = root?.children ?? [];
  for (const chunk of [1, 7, DOCUMENT.length]) {
    const { found, isBroken } = parse(DOCUMENT, chunk);
    assert.deepEqual(found, [first, list?.children[0]]);
    assert.equal(isBroken, false);
  }
});

test('reports a malformed document', () => {
  for (const text of ['<a><item></a>', '<a>', '\u0000', '', '<a>&undefined;</a>']) {
    assert.equal(parse(text, 3).isBroken, true, text);
  }
});

test('reports a document above a limit', () => {
  const deep = '<item>'.repeat(9) + '</item>'.repeat(9);
  assert.equal(parse(deep, 10, { ...DEFAULT_LIMITS, documentDepthMax: 8 }).isBroken, true);
  assert.equal(parse(deep, 10, { ...DEFAULT_LIMITS, documentDepthMax: 9 }).isBroken, false);
  const wide = `<item>${'<n/>'.repeat(9)}</item>`;
  assert.equal(parse(wide, 10, { ...DEFAULT_LIMITS, recordsMax: 2 }).isBroken, true);
});
