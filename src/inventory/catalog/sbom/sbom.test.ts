import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { sbom } from './sbom.ts';

const CYCLONEDX = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  components: [
    {
      type: 'library',
      'bom-ref': 'a',
      name: 'a',
      version: '1',
      purl: 'pkg:npm/a@1',
      licenses: [{ license: { id: 'MIT' } }],
    },
    { type: 'library', 'bom-ref': 'b', name: 'b', version: '2', purl: 'pkg:npm/b@2' },
  ],
  dependencies: [{ ref: 'a', dependsOn: ['b'] }],
});

suite('sbom', () => {
  test('reads packages and edges from a document, which is their evidence', () => {
    const { packages, edges, problems } = catalogFiles(sbom, { '/app/app.cdx.json': CYCLONEDX });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, foundBy, type }) => [purl, foundBy, type]),
      [
        ['pkg:npm/a@1', 'sbom', 'npm'],
        ['pkg:npm/b@2', 'sbom', 'npm'],
      ],
    );
    assert.deepEqual(edges, ['b 2 > a 1']);
    assert.deepEqual(
      packages[0]?.locations.map(({ path, evidence }) => [path, evidence]),
      [['/app/app.cdx.json', 'primary']],
    );
    assert.deepEqual(packages[0]?.licenses[0]?.locations, packages[0]?.locations);
  });

  test('detects documents by their names and content', () => {
    const { packages, problems } = catalogFiles(sbom, {
      '/bom': CYCLONEDX,
      '/x.sbom': CYCLONEDX,
      '/x.spdx.txt': CYCLONEDX,
      '/other.json': CYCLONEDX,
      '/notes.bom': 'a text',
    });
    assert.equal(packages.length, 6);
    assert.deepEqual(problems, []);
  });

  test('runs only on request', () => {
    assert.ok(!sbom.tags.includes('image') && !sbom.tags.includes('directory'));
  });
});
