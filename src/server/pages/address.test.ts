import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-text.data.ts';
import { SAMPLE_PAGES } from '../../../test/support/page-addresses.data.ts';
import { createDraw, type Draw, drawItem } from '../../../test/support/random-draw.ts';
import {
  ADDRESSES,
  findPage,
  formatAddress,
  listParameters,
  type PageId,
  readPageState,
} from './address.ts';

const PAGES = Object.keys(ADDRESSES) as PageId[];
const TEXTS = [
  'a',
  'shop:1.4',
  'a&b=c#d',
  '%2e%2e/..',
  ' x ',
  '€ 🐟',
  '+',
  ...HOSTILE_TEXTS.map(([, text]) => text),
];

/** Draws accepted values, and parts of the path. */
function drawValues(draw: Draw, id: PageId): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, { accepts }] of listParameters(id)) {
    const choices =
      accepts instanceof RegExp
        ? ['', '7', '3-12-CVE-1', ...TEXTS].filter((text) => accepts.test(text))
        : accepts;
    if (draw(2) === 0) {
      values[name] = drawItem(draw, choices).toWellFormed();
    }
  }
  for (const [, part = ''] of ADDRESSES[id].path.matchAll(/:([a-z]+)/g)) {
    values[part] = String(draw(1_000));
  }
  return values;
}

function splitAddress(address: string) {
  const { pathname, searchParams } = new URL(address, 'http://127.0.0.1');
  return { path: pathname, query: searchParams };
}

suite('addresses of pages', () => {
  test('an address has the complete state: 500 random ones are read and written unchanged', () => {
    const draw = createDraw(34);
    for (let count = 0; count < 500; count += 1) {
      const id = drawItem(draw, PAGES);
      const values = drawValues(draw, id);
      const address = formatAddress(id, values);
      const { path, query } = splitAddress(address);
      const found = findPage(path);
      assert.equal(found?.id, id, address);
      const state = readPageState(id, query);
      assert.deepEqual(state.notices, [], address);
      for (const [name, value] of Object.entries(values)) {
        assert.equal(found.parts[name] ?? state.values.get(name), value, address);
      }
      const again = formatAddress(id, { ...Object.fromEntries(state.values), ...found.parts });
      assert.equal(again, address);
    }
  });

  test('a browser walks every page', () => {
    const walked = new Set(SAMPLE_PAGES.map((address) => findPage(splitAddress(address).path)?.id));
    // Documents of other types; tasks in the browser open a draft, and a script the controls.
    const others = ['draft', 'control', 'atom', 'packet'];
    const missing = PAGES.filter((id) => !walked.has(id) && !others.includes(id));
    assert.deepEqual(missing, []);
  });

  test('reports unknown, invalid and repeated parameters, and keeps the others', () => {
    const query = new URLSearchParams('verdict=pass&verdict=fail&sort=size&utm=1&q=a');
    const { values, notices } = readPageState('images', query);
    assert.deepEqual(
      [values.get('verdict'), values.get('sort'), values.get('q')],
      ['pass', 'severity', 'a'],
    );
    assert.equal(notices.length, 3);
    assert.match(notices.join('\n'), /"verdict" more than once/);
    assert.match(notices.join('\n'), /invalid value for "sort"/);
    assert.match(notices.join('\n'), /unknown parameter "utm"/);
  });

  test('leaves out preset values and keeps the order of parameters', () => {
    assert.equal(
      formatAddress('images', { sort: 'name', gate: '', verdict: 'fail' }),
      '/images?verdict=fail&sort=name',
    );
  });

  test('finds no page for other paths', () => {
    for (const path of ['', '/x', '/images/', '/images/1/2/3', '/images/%ff', '//', '/IMAGES']) {
      assert.equal(findPage(path), undefined, path);
    }
  });

  test('rejects values that do not fit into an address', () => {
    const { notices } = readPageState('search', new URLSearchParams({ q: 'x'.repeat(1_001) }));
    assert.equal(notices.length, 1);
  });
});
