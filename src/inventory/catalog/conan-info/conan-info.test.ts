import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { conanInfo } from './conan-info.ts';

const FOLDER = '/root/.conan/data/mfast/1.2.2/me/stable/package/9d1f';
const INFO = `[requires]
    boost/1.Y.Z

[full_requires]
    boost/1.75.0:dc8a
    tinyxml2/9.0.0@me/stable:6557
    broken

[recipe_hash]
    7ab3

[env]
`;

suite('conaninfo.txt', () => {
  test('names the package of its directory and its build dependencies', () => {
    const { packages, edges, problems } = catalogFiles(conanInfo, {
      [`${FOLDER}/conaninfo.txt`]: INFO,
    });
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, metadata?.value]),
      [
        ['pkg:conan/boost@1.75.0', { ref: 'boost/1.75.0:dc8a', package_id: 'dc8a' }],
        [
          'pkg:conan/me/tinyxml2@9.0.0?channel=stable',
          { ref: 'tinyxml2/9.0.0@me/stable:6557', package_id: '6557' },
        ],
        [
          'pkg:conan/me/mfast@1.2.2?channel=stable',
          { ref: 'mfast/1.2.2@me/stable#7ab3', package_id: '9d1f' },
        ],
      ],
    );
    assert.deepEqual(edges, ['boost 1.75.0 > mfast 1.2.2', 'tinyxml2 9.0.0 > mfast 1.2.2']);
    assert.deepEqual(problems, [`P_RECORD ${FOLDER}/conaninfo.txt:`]);
  });

  test('names the package even without a user, or if the file is empty', () => {
    const path = '/root/.conan/data/zlib/1.2.12/_/_/package/dfbe/conaninfo.txt';
    const { packages } = catalogFiles(conanInfo, { [path]: '' });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:conan/zlib@1.2.12'],
    );
  });

  test('in another directory is ignored', () => {
    assert.deepEqual(catalogFiles(conanInfo, { '/x/conaninfo.txt': INFO }).packages, []);
  });
});
