import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { flatpak } from './flatpak.ts';

const ROOT = '/var/lib/flatpak';
const APP = `${ROOT}/app/org.example.Hello/x86_64/stable/a225`;
const RUNTIME = `${ROOT}/runtime/org.example.Platform/x86_64/23.08/faa6`;

const METADATA = `[Application]
name=org.example.Hello
runtime=org.example.Platform/x86_64/23.08
command=hello

[Extension org.example.Hello.Plugin]
name=wrong
`;
const METAINFO = `<?xml version="1.0"?>
<component type="desktop-application">
  <id>org.example.Hello.desktop</id>
  <project_license>GPL-3.0-or-later</project_license>
  <releases><release version="2.1.0" date="2024-05-01"/><release version="2.0.0"/></releases>
</component>
`;

suite('an application of Flatpak', () => {
  test('has the version of its newest release, its files, and needs its runtime', () => {
    const { packages, edges, problems } = catalogFiles(flatpak, {
      [`${APP}/metadata`]: METADATA,
      [`${APP}/files/share/metainfo/org.example.Hello.metainfo.xml`]: METAINFO,
      [`${APP}/files/bin/hello`]: 'x',
      [`${RUNTIME}/metadata`]: '[Runtime]\nname=org.example.Platform\n',
      [`/home/a/.local/share/flatpak/runtime/org.example.Platform/x86_64/23.08/1/metadata`]:
        '[Runtime]\nname=org.example.Platform\n',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(edges, ['org.example.Platform 23.08 > org.example.Hello 2.1.0']);
    const [app, runtime] = packages;
    assert.equal(
      app?.purl,
      'pkg:flatpak/org.example.Hello@2.1.0?arch=x86_64&branch=stable&commit=a225',
    );
    assert.equal(app.licenses[0]?.expression, 'GPL-3.0-or-later');
    assert.equal(app.ownedFiles.length, 3);
    assert.equal(runtime?.version, '23.08');
    assert.deepEqual(runtime.ownedFiles, [{ path: `${RUNTIME}/metadata` }]);
  });

  test('does not have the version of a bundled application', () => {
    const { packages } = catalogFiles(flatpak, {
      [`${APP}/metadata`]: METADATA,
      [`${APP}/files/share/appdata/other.xml`]: METAINFO.replace('Hello', 'Other'),
    });
    assert.equal(packages[0]?.version, 'stable');
  });

  test('reports damaged records as a problem', () => {
    const record = `${APP}/files/share/metainfo/a.xml`;
    const { packages, problems } = catalogFiles(flatpak, {
      [`${APP}/metadata`]: '[Context]\nname=x\n',
      [record]: '<a>',
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, [`P_RECORD ${APP}/metadata:`, `P_MALFORMED ${record}:`]);
  });
});
