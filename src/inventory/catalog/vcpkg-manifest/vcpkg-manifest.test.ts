import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { vcpkgManifest } from './vcpkg-manifest.ts';

const read = (manifest: object | string): ReturnType<typeof catalogFiles> =>
  catalogFiles(vcpkgManifest, {
    '/app/vcpkg.json': typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  });

test('reads the package of a vcpkg manifest and set versions of others', () => {
  const { packages, edges, problems } = read({
    name: 'app',
    'version-semver': '1.0.0',
    license: 'MIT',
    description: 'An app.',
    dependencies: ['fmt', { name: 'zlib', 'version>=': '1.3' }],
    overrides: [
      { name: 'zlib', version: '1.3.1', 'port-version': 2 },
      { name: 'fmt', version: '10.0.0#1' },
      { name: 'open' },
    ],
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ version, purl }) => [version, purl]),
    [
      ['1.0.0', 'pkg:vcpkg/app@1.0.0'],
      ['1.3.1#2', 'pkg:vcpkg/zlib@1.3.1?port_version=2'],
      ['10.0.0#1', 'pkg:vcpkg/fmt@10.0.0?port_version=1'],
    ],
  );
  assert.deepEqual(edges, ['fmt 10.0.0#1 > app 1.0.0', 'zlib 1.3.1#2 > app 1.0.0']);
  assert.deepEqual(packages[0]?.metadata?.value, {
    description: ['An app.'],
    name: 'app',
    version: '1.0.0',
    'full-version': '1.0.0',
    'port-version': 0,
  });
});

test('accepts a project without a name, and rejects a manifest that is not an object', () => {
  assert.deepEqual(read({ dependencies: ['fmt'] }), { packages: [], edges: [], problems: [] });
  for (const text of ['', '[]', '['.repeat(99_999)]) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /app/vcpkg.json:']);
  }
});
