import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createPackage, type PackageSeed } from '../../../test/support/inventory.ts';
import { createArtifactModel } from './artifact-model.ts';

function showArtifact(seed: Partial<PackageSeed>): unknown {
  return JSON.parse(
    JSON.stringify(createArtifactModel(createPackage({ name: 'p', type: 't', ...seed }))),
  );
}

function readMetadata(kind: string, value: Readonly<Record<string, unknown>>, purl = ''): unknown {
  const model = showArtifact({ metadata: { kind, value }, purl });
  assert.ok(typeof model === 'object' && model !== null);
  return Reflect.get(model, 'metadata');
}

test('a package has its locations, licenses and sources', () => {
  const location = { path: '/db', accessPath: '/link', layer: 'sha256:1' };
  const bare = { path: '/db', accessPath: '/db' };
  const license = {
    value: 'MIT',
    expression: 'MIT',
    kind: 'declared',
    urls: [],
    locations: [],
  } as const;
  assert.deepEqual(
    showArtifact({
      locations: [{ ...location, evidence: 'primary' }, bare],
      licenses: [license],
      upstreams: [
        { name: 's', version: '2' },
        { name: 'o', version: '' },
      ],
      cpes: ['cpe:2.3:a:v:p:1:*:*:*:*:*:*:*'],
    }),
    {
      id: 'key-of-p-t',
      name: 'p',
      version: '1.0',
      type: 't',
      locations: [
        {
          path: '/db',
          layerID: 'sha256:1',
          accessPath: '/link',
          annotations: { evidence: 'primary' },
        },
        { path: '/db', accessPath: '/db' },
      ],
      language: '',
      licenses: ['MIT'],
      cpes: ['cpe:2.3:a:v:p:1:*:*:*:*:*:*:*'],
      purl: '',
      upstreams: [{ name: 's', version: '2' }, { name: 'o' }],
    },
  );
});

suite('metadata', () => {
  test('of an apk contains its files and architecture, or nothing', () => {
    const files = [{ path: '/a', size: 1 }, {}];
    assert.deepEqual(readMetadata('apk-db-entry', { files }), {
      files: [{ path: '/a' }, { path: '' }],
      Arch: '',
    });
    assert.deepEqual(readMetadata('apk-db-entry', { architecture: 'x86' }), {
      files: [],
      Arch: 'x86',
    });
    assert.equal(readMetadata('apk-db-entry', { files: [] }), undefined);
  });

  test('of an rpm contains epoch, module and architecture', () => {
    assert.deepEqual(readMetadata('rpm-db-entry', { epoch: 1, architecture: 'x86_64' }), {
      epoch: 1,
      modularityLabel: null,
      architecture: 'x86_64',
    });
    assert.deepEqual(readMetadata('rpm-archive', { modularityLabel: '' }), {
      epoch: null,
      modularityLabel: '',
      architecture: '',
    });
    assert.equal(readMetadata('rpm-db-entry', {}), undefined);
  });

  test('of a Java archive contains its POM data, otherwise its package URL', () => {
    const digest = [{ algorithm: 'sha1', value: 'ab', more: 1 }];
    const manifest = { main: [{ key: 'Name', value: 'title' }] };
    const pomProperties = { groupId: 'g', artifactId: 'a' };
    const value = { virtualPath: '/a.jar', pomProperties, manifest, digest };
    assert.deepEqual(readMetadata('java-archive', value), {
      virtualPath: '/a.jar',
      pomArtifactID: 'a',
      pomGroupID: 'g',
      manifestName: 'title',
      archiveDigests: [{ algorithm: 'sha1', value: 'ab' }],
    });
    assert.deepEqual(readMetadata('java-archive', {}, 'pkg:maven/org.b/b@1'), {
      virtualPath: '',
      pomArtifactID: 'b',
      pomGroupID: 'org.b',
      manifestName: '',
      archiveDigests: null,
    });
  });

  test('exists for a Go binary and a module file', () => {
    const value = { goCompiledVersion: 'go1.26', architecture: 'amd64', mainModule: 'm' };
    assert.deepEqual(readMetadata('go-module-buildinfo-entry', value), value);
    assert.deepEqual(readMetadata('go-module-entry', { h1Digest: 'h1:x' }), { h1Digest: 'h1:x' });
  });

  test('of other kinds is omitted', () => {
    assert.equal(readMetadata('dpkg-db-entry', { source: 's' }), undefined);
  });
});
