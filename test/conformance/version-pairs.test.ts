import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { present } from '../../src/foundation/core/assert.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { findSchemeByName } from '../../src/foundation/version/scheme-by-name.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import differences from './version-pair-differences.json' with { type: 'json' };

const material = findSharedMaterial();
const PAIRS_MIN = 240;

/** Grype's results without an order: an error, or a crash. */
const NO_ORDER = new Set(['ERR', 'PANIC']);

function compareVersions(format: string, left: string, right: string): string {
  const scheme = present(findSchemeByName(format), `a scheme for ${format}`);
  const [parsedLeft, parsedRight] = [scheme.parse(left), scheme.parse(right)];
  if (parsedLeft === undefined || parsedRight === undefined) {
    return 'ERR';
  }
  const compare = scheme.compareToBound ?? scheme.compare;
  return present(['<', '=', '>'][compare(parsedLeft, parsedRight) + 1], 'an order');
}

test('orders versions like the comparators of Grype, except for pairs listed with a reason', {
  skip: material === undefined ? SKIP_REASON : false,
}, () => {
  const file = join(material ?? '', 'reference', 'match-assets', 'pairs.out.tsv');
  const pairs = readFileSync(file, 'utf8').trim().split('\n');
  assert.ok(pairs.length >= PAIRS_MIN);
  const differing = pairs.filter((pair) => {
    const [format = '', left = '', order = '', right = ''] = pair.split('\t');
    const ours = compareVersions(format, left, right);
    return ours !== order && !(ours === 'ERR' && NO_ORDER.has(order));
  });
  const listed = differences.flatMap(({ pairs: one }) => one);
  assert.deepEqual(
    differing.map((pair) => pair.replaceAll('\t', ' ')).toSorted(compareText),
    listed.toSorted(compareText),
  );
});
