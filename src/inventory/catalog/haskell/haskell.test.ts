import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { haskell } from './haskell.ts';

const read = (path: string, text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(haskell, { [path]: text });

suite('pins of Stack and Cabal', () => {
  test('stack.yaml.lock lists releases with hash and snapshot', () => {
    const { packages, problems } = read(
      '/stack.yaml.lock',
      `packages:
- completed:
    hackage: configurator-pg-0.2.6@sha256:cd9b,2849
    pantry-tree: {size: 1, sha256: ab}
- completed:
    url: https://example.org/x.tar.gz
- completed:
    hackage: broken
- 7
snapshots:
- completed:
    url: https://example.org/lts/19/14.yaml`,
    );
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, metadata]),
      [
        [
          'pkg:hackage/configurator-pg@0.2.6',
          {
            kind: 'haskell-hackage-stack-lock-entry',
            value: { pkgHash: 'cd9b', snapshotURL: 'https://example.org/lts/19/14.yaml' },
          },
        ],
      ],
    );
    assert.equal(problems.length, 2);
  });

  test('stack.yaml lists extra dependencies', () => {
    const { packages } = read(
      '/stack.yaml',
      'extra-deps:\n- HTTP-4000.3.16@sha256:60,59\n- ./mine',
    );
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, metadata?.kind]),
      [['pkg:hackage/HTTP@4000.3.16', 'haskell-hackage-stack-entry']],
    );
  });

  test('cabal.project.freeze names constraints to one version, to its last line', () => {
    const { packages, problems } = read(
      '/cabal.project.freeze',
      'constraints: any.Cabal ==3.2.1.0,\n any.base installed,\n tls +compat,\n any.x ==,\n any.text ==1.2',
    );
    assert.deepEqual(
      packages.map(({ purl, locations, metadata }) => [purl, locations[0]?.line, metadata]),
      [
        ['pkg:hackage/Cabal@3.2.1.0', 1, undefined],
        ['pkg:hackage/text@1.2', 5, undefined],
      ],
    );
    assert.deepEqual(problems, ['P_RECORD /cabal.project.freeze:']);
  });

  test('a file that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', 'packages: [', '- a']) {
      assert.deepEqual(read('/stack.yaml.lock', text).problems, ['P_MALFORMED /stack.yaml.lock:']);
    }
    assert.deepEqual(read('/stack.yaml.lock', '['.repeat(99_999)).problems, [
      'P_MALFORMED /stack.yaml.lock:',
      'P_LIMIT /stack.yaml.lock:',
    ]);
    const long = `extra-deps: ["${'a-'.repeat(99_999)}"]`;
    assert.deepEqual(read('/stack.yaml', long).packages, []);
  });
});
