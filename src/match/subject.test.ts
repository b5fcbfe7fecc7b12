import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPackage, type PackageSeed } from '../../test/support/inventory.ts';
import { formatCpe } from './cpe.ts';
import { stock } from './matcher/stock.ts';
import type { MatchContext } from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';
import { createSubject, listSources } from './subject.ts';

const CONTEXT = { strategy: OWN_STRATEGY } as unknown as MatchContext;

function listSourceCpes(seed: PackageSeed): readonly string[] {
  const sources = listSources(createSubject(createPackage(seed), stock), CONTEXT);
  return sources.flatMap(({ cpes }) => cpes.map(formatCpe));
}

const SSL = 'cpe:2.3:a:libssl:libssl:3.0:*:*:*:*:*:*:*';

test('the name of the source replaces that of the package in each CPE, without duplicates', () => {
  const cpes = [SSL, 'cpe:2.3:a:openssl:libssl:3.0:*:*:*:*:*:*:*'];
  const item = { name: 'libssl', type: 'apk', cpes, upstreams: [{ name: 'openssl' }] };
  assert.deepEqual(listSourceCpes(item), ['cpe:2.3:a:openssl:openssl:3.0:*:*:*:*:*:*:*']);
});

test('the version of the source replaces that of the package', () => {
  const item = {
    name: 'libssl',
    type: 'apk',
    cpes: [SSL],
    upstreams: [{ name: 'o', version: '9' }],
  };
  assert.deepEqual(listSourceCpes(item), ['cpe:2.3:a:o:o:9:*:*:*:*:*:*:*']);
});

test('a package without a name keeps its CPEs', () => {
  const item = { name: '', type: 'apk', cpes: [SSL], upstreams: [{ name: 'o' }] };
  assert.deepEqual(listSourceCpes(item), [SSL]);
});

test('a name with special characters is inserted unchanged', () => {
  const item = { name: 'libssl', type: 'apk', cpes: [SSL], upstreams: [{ name: '$&' }] };
  assert.deepEqual(listSourceCpes(item), ['cpe:2.3:a:\\$\\&:\\$\\&:3.0:*:*:*:*:*:*:*']);
});
