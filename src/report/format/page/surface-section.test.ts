import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_INVENTORY } from '../../../../test/support/sample-report.ts';
import type { Report } from '../../../foundation/core/format.ts';
import type { Surface } from '../../../foundation/core/surface.ts';
import { createSurfaceSection } from './surface-section.ts';

const SURFACE: Surface = {
  dimensions: [
    { id: 'shells', value: 2, items: ['/bin/<b>sh', '/bin/ash'] },
    { id: 'unhardened-share', value: 0.256, items: [] },
    { id: 'exposed-ports', items: [], note: 'only images have a run configuration' },
  ],
  scores: { methodsInside: 1_234.4, data: 0 },
};

function page(surface?: Surface): string | undefined {
  const inventory = { ...SAMPLE_INVENTORY, ...(surface === undefined ? {} : { surface }) };
  return createSurfaceSection({ inventory } as Report)?.html;
}

suite('the attack surface on the page', () => {
  test('is left out if it was not requested', () => {
    assert.equal(page(), undefined);
  });

  test('shows each number with its list, and names as texts', () => {
    const text = page(SURFACE) ?? '';
    assert.match(text, /<th scope="row">shells<\/th><td class="num">2<\/td>.*2 items/);
    assert.match(text, /<li>\/bin\/&lt;b&gt;sh<\/li><li>\/bin\/ash<\/li>/);
    assert.match(text, /25\.6 %/);
  });

  test('does not show an unknown number as zero', () => {
    const text = page(SURFACE) ?? '';
    assert.match(text, /exposed ports<\/th><td class="num">unknown<\/td><td>.*only images have/);
    assert.match(text, /from the entry point unknown, methods after a break-in 1,234, channels un/);
  });

  test('cuts a long list and shows the number of omitted items', () => {
    const items = Array.from({ length: 1_003 }, (_, index) => `/bin/${index}`);
    const text = page({ dimensions: [{ id: 'commands', value: 1_003, items }] }) ?? '';
    assert.match(text, /and 3 more/);
    assert.doesNotMatch(text, /\/bin\/1000</);
  });
});
