import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { parseRLicenses } from './r-license.ts';
import { rPackage } from './r-package.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(rPackage, { '/r/stringr/DESCRIPTION': text });

suite('the DESCRIPTION file of an R package', () => {
  test('describes a package', () => {
    const { packages, problems } = read(`Package: stringr
Title: Simple Wrappers
Version: 1.5.0.9000
Description: A consistent set of wrappers
    around stringi.
License: MIT + file LICENSE
URL: https://example.org/a, https://example.org/b
Imports:
    cli,
    glue (>= 1.6.1)
NeedsCompilation: yes`);
    assert.deepEqual(problems, []);
    const [stringr] = packages;
    assert.equal(stringr?.purl, 'pkg:cran/stringr@1.5.0.9000');
    assert.equal(stringr?.licenses[0]?.expression, 'MIT');
    assert.deepEqual(stringr?.metadata?.value, {
      title: 'Simple Wrappers',
      description: 'A consistent set of wrappers around stringi.',
      url: ['https://example.org/a', 'https://example.org/b'],
      imports: ['cli', 'glue (>= 1.6.1)'],
      needsCompilation: true,
    });
  });

  test('is ignored without a package and a version', () => {
    for (const text of ['', 'The following is a description.', 'Package: a', ':'.repeat(99_999)]) {
      assert.deepEqual(read(text), { packages: [], edges: [], problems: [] });
    }
  });

  test('has licenses in several forms', () => {
    assert.deepEqual(parseRLicenses('GPL (>= 2) | file LICENSE'), ['GPL2+']);
    assert.deepEqual(parseRLicenses('GPL-2 | LGPL (>= 2.1, < 3)'), ['GPL-2', 'LGPL2.1+']);
    assert.deepEqual(parseRLicenses('Part of R 4.3.0'), ['Part of R 4.3.0']);
    assert.deepEqual(parseRLicenses('('.repeat(99_999)).length, 1);
  });
});
