import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { conan } from './conan.ts';

const lock = (document: unknown): ReturnType<typeof catalogFiles> =>
  catalogFiles(conan, {
    '/cpp/conan.lock': typeof document === 'string' ? document : JSON.stringify(document),
  });

suite('conan.lock', () => {
  test('of Conan 1 is a graph, whose project is not a package', () => {
    const nodes = {
      0: { ref: 'conanfile.txt', requires: ['1'] },
      1: { ref: 'mfast/1.2.2@me/stable#c6', options: 'fPIC=True\na=b=c\n', requires: ['2'] },
      2: { ref: 'boost/1.75.0#a9', package_id: 'dc8', prev: 'b9', context: 'host' },
    };
    const { packages, edges, problems } = lock({ graph_lock: { nodes }, version: '0.4' });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:conan/me/mfast@1.2.2?channel=stable', 'pkg:conan/boost@1.75.0'],
    );
    assert.deepEqual(edges, ['boost 1.75.0 > mfast 1.2.2']);
    assert.deepEqual(
      packages.map(({ metadata }) => metadata),
      [
        {
          kind: 'c-conan-lock-entry',
          value: { ref: 'mfast/1.2.2@me/stable#c6', options: [{ key: 'fPIC', value: 'True' }] },
        },
        {
          kind: 'c-conan-lock-entry',
          value: { ref: 'boost/1.75.0#a9', package_id: 'dc8', prev: 'b9', context: 'host' },
        },
      ],
    );
  });

  test('of the first form has references with a package ID after them', () => {
    const nodes = {
      a: { pref: null, requires: { 'zlib/1.2.11@x/testing#5f': 'b' } },
      b: { pref: 'zlib/1.2.11@x/testing#5f:1972#5884', requires: { 'bzip2/1.0.8': 'c' } },
      c: { pref: 'bzip2/1.0.8:11' },
    };
    const { packages, edges } = lock({ graph_lock: { nodes } });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:conan/x/zlib@1.2.11?channel=testing', 'pkg:conan/bzip2@1.0.8'],
    );
    assert.deepEqual(edges, ['bzip2 1.0.8 > zlib 1.2.11']);
  });

  test('of Conan 2 is a list, in which an invalid reference is skipped', () => {
    const requires = ['sound32/1.0#83d4%1675278904.0791488', 'broken', 7];
    const { packages, problems } = lock({ version: '0.5', requires, build_requires: ['cmake/3'] });
    assert.deepEqual(
      packages.map(({ metadata }) => metadata),
      [
        {
          kind: 'c-conan-lock-v2-entry',
          value: {
            ref: 'sound32/1.0#83d4%1675278904.0791488',
            recipeRevision: '83d4',
            timestamp: '1675278904.0791488',
          },
        },
      ],
    );
    assert.equal(problems.length, 2);
  });

  test('lists a reference once in any spelling', () => {
    const spellings = ['zlib/1.3.1', 'zlib/1.3.1@', 'zlib/1.3.1@_/_#f5%17', 'zlib/1.3.1#a9'];
    const second = lock({ version: '0.5', requires: [...spellings, 'zlib/1.3.1@me/stable'] });
    assert.deepEqual(
      second.packages.map(({ purl }) => purl),
      ['pkg:conan/zlib@1.3.1', 'pkg:conan/me/zlib@1.3.1?channel=stable'],
    );
    const nodes = {
      1: { ref: 'zlib/1.3.1', requires: ['2'] },
      2: { ref: 'bzip2/1.0.8#a9' },
      3: { ref: 'zlib/1.3.1@_/_#f5', requires: ['4'] },
      4: { ref: 'fmt/9.1.0' },
      5: { ref: 'cmake/3.27.0', context: 'build' },
    };
    const first = lock({ graph_lock: { nodes } });
    assert.deepEqual(first.edges, ['bzip2 1.0.8 > zlib 1.3.1', 'fmt 9.1.0 > zlib 1.3.1']);
    assert.equal(first.packages.length, 3);
    assert.deepEqual(first.problems, []);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"graph_lock":{"nodes":{', '{}', '[]', '['.repeat(99_999)]) {
      assert.deepEqual(lock(text).problems, ['P_MALFORMED /cpp/conan.lock:']);
    }
  });
});

test('conanfile.txt lists requirements in one version, to its last line', () => {
  const text =
    '[requires]\n# comment\ncatch2/2.13.8\nzlib/[>=1.2 <2]\n[options]\na/1:shared=True\n[requires]\nfmt/9.1.0';
  const { packages, problems } = catalogFiles(conan, { '/cpp/conanfile.txt': text });
  assert.deepEqual(
    packages.map(({ purl, locations, metadata }) => [purl, locations[0]?.line, metadata]),
    [
      [
        'pkg:conan/catch2@2.13.8',
        3,
        { kind: 'c-conan-file-entry', value: { ref: 'catch2/2.13.8' } },
      ],
      ['pkg:conan/fmt@9.1.0', 8, { kind: 'c-conan-file-entry', value: { ref: 'fmt/9.1.0' } }],
    ],
  );
  assert.deepEqual(problems, ['P_RECORD /cpp/conanfile.txt:']);
});
