import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import type { License } from '../../foundation/core/package.ts';
import { joinLicenses, listExtractedLicenses } from './spdx-license.ts';

function createLicense(
  value: string,
  expression: string,
  kind: License['kind'] = 'declared',
): License {
  return { value, expression, kind, urls: [], locations: [] };
}

suite('licenses of SPDX', () => {
  test('of one kind are joined without duplicates', () => {
    const licenses = [
      createLicense('a', 'MIT OR ISC'),
      createLicense('b', 'X11'),
      createLicense('c', 'X11'),
      createLicense('d', 'Zlib', 'concluded'),
    ];
    assert.equal(joinLicenses(licenses, 'declared'), '(MIT OR ISC) AND X11');
    assert.equal(joinLicenses(licenses, 'concluded'), 'Zlib');
    assert.equal(joinLicenses([], 'declared'), 'NOASSERTION');
    assert.equal(joinLicenses([createLicense('', '')], 'declared'), 'NOASSERTION');
  });

  test('are explained in the document for every license reference', () => {
    const licenses = [
      createLicense('Expat', ''),
      createLicense('a b', ''),
      createLicense('a?b', ''),
      createLicense('x', 'MIT AND LicenseRef-own'),
      createLicense('y', 'DocumentRef-other:LicenseRef-z'),
    ];
    const ids = listExtractedLicenses(
      createInventory({ packages: [{ name: 'p', type: 't', licenses }] }),
    ).map(({ id }) => id);
    const used = joinLicenses(licenses, 'declared').match(/\w+Ref-[\w.-]+/g) ?? [];
    assert.deepEqual(ids, used.toSorted());
    assert.equal(ids.length, 5);
    assert.ok(ids.includes('LicenseRef-Expat') && ids.includes('LicenseRef-y'));
  });
});
