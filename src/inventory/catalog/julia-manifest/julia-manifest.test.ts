import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { juliaManifest } from './julia-manifest.ts';

const read = (text: string, path = '/app/Manifest.toml'): ReturnType<typeof catalogFiles> =>
  catalogFiles(juliaManifest, { [path]: text });

const SHADOWED = `julia_version = "1.9.0"
manifest_format = "2.0"

[[deps.A]]
deps = {B = "f41f7b98-334e-11e9-1257-49272045fb24", Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"}
uuid = "ead4f63c-334e-11e9-00e6-e7f0a5f21b60"
version = "1.9.0"
git-tree-sha1 = "aa"

[[deps.B]]
uuid = "edca9bc6-334e-11e9-3554-9595dbb4349c"
version = "1.2.3"
git-tree-sha1 = "bb"
[[deps.B]]
deps = ["Dates"]
uuid = "f41f7b98-334e-11e9-1257-49272045fb24"
version = "1.2.4"
git-tree-sha1 = "cc"

[[deps.Dates]]
uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"
`;

suite('a manifest of Julia', () => {
  test('lists packages with their UUIDs, also several with one name', () => {
    const { packages, edges, problems } = read(SHADOWED);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:julia/A@1.9.0?uuid=ead4f63c-334e-11e9-00e6-e7f0a5f21b60',
        'pkg:julia/B@1.2.3?uuid=edca9bc6-334e-11e9-3554-9595dbb4349c',
        'pkg:julia/B@1.2.4?uuid=f41f7b98-334e-11e9-1257-49272045fb24',
        'pkg:julia/Dates@1.9.0?uuid=ade2ca70-3891-5945-98fb-dc099432e06a',
      ],
    );
    assert.deepEqual(edges, [
      'B 1.2.4 > A 1.9.0',
      'Dates 1.9.0 > A 1.9.0',
      'Dates 1.9.0 > B 1.2.4',
    ]);
  });

  test('of the first form has packages at the top, and no version for bundled ones', () => {
    const { packages } = read(
      '[[JSON]]\ndeps = ["Dates"]\nuuid = "1"\nversion = "0.20.0"\ngit-tree-sha1 = "a"\n' +
        '[[Dates]]\nuuid = "2"\n',
    );
    assert.deepEqual(
      packages.map(({ name, version }) => [name, version]),
      [
        ['JSON', '0.20.0'],
        ['Dates', ''],
      ],
    );
  });

  test('loses entries without a UUID, and all if it is malformed', () => {
    const { packages, problems } = read('manifest_format = "2.0"\n[[deps.A]]\nversion = "1"\n');
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_RECORD /app/Manifest.toml:']);
    for (const text of ['[[deps']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/Manifest.toml:']);
    }
    assert.deepEqual(read(`a = ${'['.repeat(99_999)}`).problems, [
      'P_MALFORMED /app/Manifest.toml:',
      'P_LIMIT /app/Manifest.toml:',
    ]);
  });
});

test('a project file of Julia describes a package if it has a version', () => {
  const project = 'name = "Arrays"\nuuid = "1e83"\nversion = "1.4.3"\n[deps]\nTest = "2"\n';
  const { packages } = read(project, '/app/Project.toml');
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:julia/Arrays@1.4.3?uuid=1e83'],
  );
  assert.deepEqual(read('[deps]\nTest = "2"\n', '/app/Project.toml').packages, []);
});
