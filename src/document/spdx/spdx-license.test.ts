import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf } from '../../../test/support/inventory.ts';
import type { License } from '../../core/package.ts';
import { joinLicenses, listExtractedLicenses } from './spdx-license.ts';

function license(value: string, expression: string, kind: License['kind'] = 'declared'): License {
  return { value, expression, kind, urls: [], locations: [] };
}

suite('licences of SPDX', () => {
  test('expressions of one kind are joined, each once', () => {
    const licenses = [
      license('a', 'MIT OR ISC'),
      license('b', 'X11'),
      license('c', 'X11'),
      license('d', 'Zlib', 'concluded'),
    ];
    assert.equal(joinLicenses(licenses, 'declared'), '(MIT OR ISC) AND X11');
    assert.equal(joinLicenses(licenses, 'concluded'), 'Zlib');
    assert.equal(joinLicenses([], 'declared'), 'NOASSERTION');
    assert.equal(joinLicenses([license('', '')], 'declared'), 'NOASSERTION');
  });

  test('every reference of an expression is explained in the document', () => {
    const licenses = [
      license('Expat', ''),
      license('a b', ''),
      license('a?b', ''),
      license('x', 'MIT AND LicenseRef-own'),
      license('y', 'DocumentRef-other:LicenseRef-z'),
    ];
    const ids = listExtractedLicenses(
      inventoryOf({ packages: [{ name: 'p', type: 't', licenses }] }),
    ).map(({ id }) => id);
    const used = joinLicenses(licenses, 'declared').match(/\w+Ref-[\w.-]+/g) ?? [];
    assert.deepEqual(ids, used.toSorted());
    assert.equal(ids.length, 5);
    assert.ok(ids.includes('LicenseRef-Expat') && ids.includes('LicenseRef-y'));
  });
});
