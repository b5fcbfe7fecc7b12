import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isLicenseAllowed, parseLicenseTerms } from './license-terms.ts';

function isAllowed(expression: string, allowed: string): boolean {
  const terms = parseLicenseTerms(allowed);
  assert.ok(terms);
  return isLicenseAllowed(expression, terms);
}

suite('allowed licenses', () => {
  const cases: readonly (readonly [expression: string, allowed: string, expected: boolean])[] = [
    ['MIT', 'MIT OR Apache-2.0', true],
    ['mit', 'MIT', true],
    ['ISC', 'MIT OR Apache-2.0', false],
    ['MIT OR GPL-3.0-only', 'MIT', true],
    ['MIT AND GPL-3.0-only', 'MIT', false],
    ['MIT AND (GPL-3.0-only OR Apache-2.0)', 'MIT OR Apache-2.0', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only', true],
    ['GPL-2.0-only', 'GPL-2.0-only WITH Classpath-exception-2.0', false],
    [
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      true,
    ],
    ['GPL-2.0-only WITH GCC-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0', false],
    ['GPL-2.0-or-later', 'GPL-3.0-only', true],
    ['GPL-2.0+', 'GPL-3.0-only', true],
    ['GPL-2.0-only', 'GPL-3.0-only', false],
    ['GPL-3.0-only', 'GPL-2.0-or-later', true],
    ['GPL-3.0-or-later', 'GPL-2.0-only', false],
    ['LGPL-2.1-or-later', 'GPL-3.0-only', false],
    ['LicenseRef-own', 'MIT', false],
  ];
  for (const [expression, allowed, expected] of cases) {
    test(`"${allowed}" ${expected ? 'allow' : 'do not allow'} ${expression}`, () => {
      assert.equal(isAllowed(expression, allowed), expected);
    });
  }

  test('are alternatives of SPDX IDs', () => {
    assert.equal(parseLicenseTerms('MIT AND ISC'), undefined);
    assert.equal(parseLicenseTerms('No such license'), undefined);
  });
});
