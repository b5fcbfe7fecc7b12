import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import currentIds from 'spdx-license-ids/index.json' with { type: 'json' };
import type { Location } from '../../core/package.ts';
import { mergeLicenses, splitLicenseField, toDeclaredLicense } from './license.ts';
import { readLicenseTitles } from './license-title.data.ts';
import { toSpdxExpression } from './spdx-expression.ts';
import { readSpdxUrls } from './spdx-url.data.ts';

const at = (path: string): Location => ({ path, accessPath: path });

describe('toSpdxExpression', () => {
  it('maps each identifier of the list to itself, in any case', () => {
    for (const id of currentIds) {
      assert.deepEqual([id, id.toLowerCase()].map(toSpdxExpression), [id, id]);
    }
  });

  it('maps each URL of the list to a license that is published there', () => {
    for (const [, urls] of readSpdxUrls()) {
      for (const url of urls) {
        assert.notEqual(toSpdxExpression(`https://${url}`), '', url);
      }
    }
  });

  it('maps a URL that variants share to the plain license', () => {
    assert.equal(toSpdxExpression('https://www.mozilla.org/MPL/2.0/'), 'MPL-2.0');
    assert.equal(toSpdxExpression('https://opensource.org/licenses/OFL-1.1'), 'OFL-1.1');
    assert.equal(toSpdxExpression('http://opensource.org/licenses/Artistic-1.0'), 'Artistic-1.0');
  });

  it('maps each title to its license, which is on the list', () => {
    for (const [id, titles] of Object.entries(readLicenseTitles())) {
      assert.deepEqual([id, ...titles].map(toSpdxExpression), [id, ...titles.map(() => id)]);
    }
  });

  const cases: readonly (readonly [value: string, expression: string])[] = [
    ['MIT', 'MIT'],
    [' mit ', 'MIT'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL2', 'GPL-2.0-only'],
    ['GPL-2.0.0-only', 'GPL-2.0-only'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['afl1', 'AFL-1.1'],
    ['0bsd', '0BSD'],
    ['BSD-2-clause-NetBSD', 'BSD-2-Clause'],
    ['http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
    ['https://opensource.org/licenses/MIT', 'MIT'],
    ['MPL-2.0 AND (mit OR apache-2.0)', 'MPL-2.0 AND (mit OR apache-2.0)'],
    ['GPL-3.0-or-later WITH GCC-exception-3.1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    ['LicenseRef-custom', 'LicenseRef-custom'],
    ['MIT/X11', ''],
    ['GPL-2.0/GPL-3.0', ''],
    ['GFDL-1.3+-no-invariant', ''],
    ['(isc)', '(isc)'],
    ['DocumentRef-a:LicenseRef-b OR MIT+', 'DocumentRef-a:LicenseRef-b OR MIT+'],
    ['MIT WITH LicenseRef-a', ''],
    ['MIT,', ''],
    ['MIT and ISC', ''],
    ['MIT AND', ''],
    ['MIT WITH nothing', ''],
    ['BSD', ''],
    ['https://www.eclipse.org/legal/epl-2.0/', 'EPL-2.0'],
    ['http://www.opensource.org/licenses/mit-license.php', 'MIT'],
    ['The Apache Software License, Version 2.0', 'Apache-2.0'],
    ['Apache License v2', 'Apache-2.0'],
    ['Apache License 2.0 with LLVM Exceptions', ''],
    ['Apache License 1.1', ''],
    ['Apache Software License', ''],
    ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
    ['Eclipse Public License - v 1.0', 'EPL-1.0'],
    ['The MIT License', 'MIT'],
    ['New BSD license', 'BSD-3-Clause'],
    ['BSD License', ''],
    ['GNU Lesser General Public License Version 3', ''],
    ['the license', ''],
    ['', ''],
    ['('.repeat(4_000), ''],
    ['MIT AND '.repeat(100_000), ''],
  ];
  for (const [value, expression] of cases) {
    it(`maps ${JSON.stringify(value.slice(0, 50))} to ${expression || 'none'}`, () => {
      assert.equal(toSpdxExpression(value), expression);
    });
  }
});

describe('licenses', () => {
  it('keeps the value as written in addition to its expression', () => {
    const locations = [at('/copyright')];
    assert.deepEqual(toDeclaredLicense(' BSD-3-clause ', { locations }), {
      value: 'BSD-3-clause',
      expression: 'BSD-3-Clause',
      kind: 'declared',
      urls: [],
      locations,
    });
  });

  it('identifies an unknown text by its digest', () => {
    const license = toDeclaredLicense('line\nline', { locations: [] });
    assert.match(license?.value ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.equal(license?.expression, '');
  });

  it('derives the name from the URL if there is no other', () => {
    const urls = ['https://www.apache.org/licenses/LICENSE-2.0'];
    assert.equal(toDeclaredLicense('', { locations: [], urls })?.expression, 'Apache-2.0');
    assert.equal(toDeclaredLicense('', { locations: [] }), undefined);
  });

  it('splits a list by blanks and does not split an expression', () => {
    assert.deepEqual(splitLicenseField('MIT BSD  GPL2+'), ['MIT', 'BSD', 'GPL2+']);
    assert.deepEqual(splitLicenseField('MIT AND BSD-2-Clause'), ['MIT AND BSD-2-Clause']);
  });

  it('merges equal licenses and sorts', () => {
    const merged = mergeLicenses([
      toDeclaredLicense('MIT', { locations: [at('/b')], urls: ['https://b'] }),
      undefined,
      toDeclaredLicense('ISC', { locations: [at('/a')] }),
      toDeclaredLicense('MIT', { locations: [at('/a'), at('/b')], urls: ['https://a'] }),
    ]);
    assert.deepEqual(
      merged.map(({ value, urls, locations }) => [value, urls, locations.map(({ path }) => path)]),
      [
        ['ISC', [], ['/a']],
        ['MIT', ['https://a', 'https://b'], ['/b', '/a']],
      ],
    );
  });
});
