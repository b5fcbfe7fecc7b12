import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { License } from '../../foundation/core/package.ts';
import { createLicenseEntries } from './cyclonedx-license.ts';

function createLicense(value: string, expression: string, more: Partial<License> = {}): License {
  return { value, expression, kind: 'declared', urls: [], locations: [], ...more };
}

function formatEntries(...licenses: readonly License[]): string[] {
  return createLicenseEntries(licenses).map(({ form, text }) => `${form} ${text}`);
}

suite('licenses of CycloneDX', () => {
  const cases: readonly (readonly [string, readonly License[], readonly string[]])[] = [
    [
      'identifiers stand alone',
      [createLicense('MIT', 'MIT'), createLicense('GPL2+', 'GPL-2.0+')],
      ['id MIT', 'id GPL-2.0+'],
    ],
    ['what SPDX does not know is a name', [createLicense('Expat', '')], ['name Expat']],
    [
      'an identifier that the schema lacks is an expression',
      [createLicense('x', 'MVT-1.1')],
      ['expression MVT-1.1'],
    ],
    [
      'a reference is not an identifier',
      [createLicense('x', 'LicenseRef-x')],
      ['expression LicenseRef-x'],
    ],
    [
      'expressions are joined without tearing them apart',
      [createLicense('a', 'MIT OR Apache-2.0'), createLicense('b', 'ISC')],
      ['expression (MIT OR Apache-2.0) AND ISC'],
    ],
    [
      'an expression beside a name becomes a name, since the schema wants one or the other',
      [createLicense('a', 'MIT OR ISC'), createLicense('Expat', '')],
      ['name MIT OR ISC', 'name Expat'],
    ],
    [
      'a repeated license is listed once',
      [createLicense('MIT', 'MIT'), createLicense('mit', 'MIT')],
      ['id MIT'],
    ],
    ['an empty license is left out', [createLicense('', '')], []],
  ];
  for (const [title, licenses, expected] of cases) {
    test(title, () => assert.deepEqual(formatEntries(...licenses), expected));
  }

  test('are linked only by web URLs', () => {
    const urls = ['file:///etc/passwd', 'https://example.org/l'];
    assert.equal(
      createLicenseEntries([createLicense('x', '', { urls })])[0]?.url,
      'https://example.org/l',
    );
  });

  test('are concluded as a joined expression only if every part is', () => {
    const concluded = createLicense('a', 'MIT OR ISC', { kind: 'concluded' });
    assert.equal(createLicenseEntries([concluded])[0]?.acknowledgement, 'concluded');
    assert.equal(
      createLicenseEntries([concluded, createLicense('b', 'X11')])[0]?.acknowledgement,
      'declared',
    );
  });
});
