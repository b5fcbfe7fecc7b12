import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { License } from '../../core/package.ts';
import { createLicenseEntries } from './cyclonedx-license.ts';

function license(value: string, expression: string, more: Partial<License> = {}): License {
  return { value, expression, kind: 'declared', urls: [], locations: [], ...more };
}

function textsOf(...licenses: readonly License[]): string[] {
  return createLicenseEntries(licenses).map(({ form, text }) => `${form} ${text}`);
}

suite('licences of CycloneDX', () => {
  const cases: readonly (readonly [string, readonly License[], readonly string[]])[] = [
    [
      'identifiers stand alone',
      [license('MIT', 'MIT'), license('GPL2+', 'GPL-2.0+')],
      ['id MIT', 'id GPL-2.0+'],
    ],
    ['what SPDX does not know is a name', [license('Expat', '')], ['name Expat']],
    [
      'an identifier that the schema lacks is an expression',
      [license('x', 'MVT-1.1')],
      ['expression MVT-1.1'],
    ],
    ['a reference is no identifier', [license('x', 'LicenseRef-x')], ['expression LicenseRef-x']],
    [
      'expressions are joined without tearing them apart',
      [license('a', 'MIT OR Apache-2.0'), license('b', 'ISC')],
      ['expression (MIT OR Apache-2.0) AND ISC'],
    ],
    [
      'an expression beside a name becomes a name, since the schema wants one or the other',
      [license('a', 'MIT OR ISC'), license('Expat', '')],
      ['name MIT OR ISC', 'name Expat'],
    ],
    ['the same twice is said once', [license('MIT', 'MIT'), license('mit', 'MIT')], ['id MIT']],
    ['nothing is no licence', [license('', '')], []],
  ];
  for (const [title, licenses, expected] of cases) {
    test(title, () => assert.deepEqual(textsOf(...licenses), expected));
  }

  test('only addresses of the web are given on', () => {
    const urls = ['file:///etc/passwd', 'https://example.org/l'];
    assert.equal(
      createLicenseEntries([license('x', '', { urls })])[0]?.url,
      'https://example.org/l',
    );
  });

  test('a joined expression is concluded only where every part is', () => {
    const concluded = license('a', 'MIT OR ISC', { kind: 'concluded' });
    assert.equal(createLicenseEntries([concluded])[0]?.acknowledgement, 'concluded');
    assert.equal(
      createLicenseEntries([concluded, license('b', 'X11')])[0]?.acknowledgement,
      'declared',
    );
  });
});
