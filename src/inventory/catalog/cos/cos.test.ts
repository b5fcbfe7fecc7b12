import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { cos } from './cos.ts';

const PATH = '/etc/cos-package-info.json';

const ZLIB = {
  category: 'sys-libs',
  name: 'zlib',
  version: '17162.336.17',
  ebuild_version: '1.2.11-r5',
};

suite('Container-Optimized OS', () => {
  test('has packages built from ebuilds, without those for the build', () => {
    const list = {
      installedPackages: [ZLIB, { name: 'bare', version: '1' }],
      buildTimePackages: [{ name: 'eselect', version: '17162.336.16' }],
    };
    const { packages, problems } = catalogFiles(
      cos,
      { [PATH]: JSON.stringify(list) },
      { distro: { id: 'cos', idLike: [], versionId: '101' } },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ type, purl, upstreams }) => [type, purl, upstreams]),
      [
        [
          'cos',
          'pkg:cos/zlib@17162.336.17?distro=cos-101',
          [{ name: 'sys-libs/zlib', version: '1.2.11-r5' }],
        ],
        ['cos', 'pkg:cos/bare@1?distro=cos-101', []],
      ],
    );
  });

  const cases = [
    ['empty', '', ['P_MALFORMED']],
    ['cut off', JSON.stringify({ installedPackages: [ZLIB] }).slice(0, -9), ['P_MALFORMED']],
    ['an empty object', '{}', []],
    [
      'of other values',
      '{"installedPackages":[1,{"name":"a"},{"name":{},"version":"1"}]}',
      ['P_RECORD', 'P_RECORD', 'P_RECORD'],
    ],
  ] as const;
  for (const [title, content, expected] of cases) {
    test(`a list that is ${title} only loses its own packages`, () => {
      const { packages, problems } = catalogFiles(cos, { [PATH]: content });
      assert.deepEqual(packages, []);
      assert.deepEqual(
        problems.map((problem) => problem.split(' ', 1)[0]),
        expected,
      );
    });
  }

  test('reads a list up to the limit', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const list = JSON.stringify({ installedPackages: [ZLIB, ZLIB] });
    const { packages, problems } = catalogFiles(cos, { [PATH]: list }, { limits });
    assert.equal(packages.length, 1);
    assert.match(problems.join(), /^P_LIMIT/);
  });
});
