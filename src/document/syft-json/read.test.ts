import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertReadable, tryWrongMembers } from '../../../test/support/wrong-members.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { syftJson } from './read.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

const LAYER = `sha256:${'a'.repeat(64)}`;
const MANIFEST = { layers: [{ digest: `sha256:${'b'.repeat(64)}`, size: 7 }] };

function encodeBase64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

const DOCUMENT = {
  artifacts: [
    {
      id: 'deb-1',
      name: 'libc6',
      version: '2.36-9',
      type: 'deb',
      foundBy: 'dpkg-db-cataloger',
      locations: [
        {
          path: '/var/lib/dpkg/status',
          layerID: LAYER,
          accessPath: '/var/lib/dpkg/status',
          annotations: { evidence: 'primary' },
        },
      ],
      licenses: [
        { value: 'GPL', spdxExpression: '', type: 'declared', urls: [], locations: [] },
        'MIT',
      ],
      language: '',
      cpes: [
        { cpe: 'cpe:2.3:a:libc6:libc6:2.36-9:*:*:*:*:*:*:*', source: 'syft-generated' },
        'cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*',
        'no cpe',
      ],
      purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64',
      metadataType: 'dpkg-db-entry',
      metadata: {
        source: 'glibc',
        sourceVersion: '2.36',
        architecture: 'amd64',
        files: [{ path: '/lib/x86_64-linux-gnu/libc.so.6' }],
      },
    },
    {
      id: 'bin-1',
      name: 'glibc',
      version: '2.36',
      type: 'binary',
      locations: [{ path: '/lib/x86_64-linux-gnu/libc.so.6', layerID: LAYER }],
    },
  ],
  artifactRelationships: [
    { parent: 'source-1', child: 'deb-1', type: 'contains' },
    { parent: 'deb-1', child: 'file-1', type: 'contains' },
    { parent: 'deb-1', child: 'file-2', type: 'evident-by' },
    {
      parent: 'deb-1',
      child: 'bin-1',
      type: 'ownership-by-file-overlap',
      metadata: { files: ['/lib/x86_64-linux-gnu/libc.so.6'] },
    },
    { parent: 'bin-1', child: 'deb-1', type: 'runtime-dependency-of' },
    { parent: 'file-1', child: 'bin-1', type: 'dependency-of' },
  ],
  files: [
    {
      id: 'file-1',
      location: { path: '/lib/x86_64-linux-gnu/libc.so.6', layerID: LAYER },
      metadata: {
        mode: 40000755,
        type: 'RegularFile',
        userID: 1,
        groupID: 2,
        mimeType: 'application/x-sharedlib',
        size: 9,
      },
      digests: [{ algorithm: 'sha256', value: 'abc' }],
      executable: {
        format: 'elf',
        hasExports: true,
        hasEntrypoint: true,
        importedLibraries: ['ld.so'],
        elfSecurityFeatures: {
          symbolTableStripped: true,
          nx: true,
          relRO: 'full',
          pie: false,
          dso: true,
        },
      },
      unknowns: ['elf-cataloger: cannot be read', 'unknowns-labeler: no package identified'],
    },
  ],
  source: {
    id: 'source-1',
    name: 'debian',
    version: '12',
    type: 'image',
    metadata: {
      userInput: 'debian:12',
      imageID: `sha256:${'1'.repeat(64)}`,
      manifestDigest: `sha256:${'2'.repeat(64)}`,
      mediaType: 'manifest',
      tags: ['debian:12'],
      imageSize: 5,
      layers: [{ mediaType: 'layer', digest: LAYER, size: 5 }],
      manifest: encodeBase64(MANIFEST),
      config: encodeBase64({ architecture: 'amd64', os: 'linux' }),
      repoDigests: [],
      architecture: '',
      os: '',
    },
  },
  distro: { id: 'debian', idLike: 'debian-like', versionID: '12', versionCodename: 'bookworm' },
  descriptor: {
    name: 'syft',
    version: '1',
    configuration: {
      catalogers: { used: ['dpkg-db-cataloger'] },
      search: { scope: 'all-layers' },
      problems: { listed: [{ message: 'of no file' }], notListed: 3 },
    },
  },
  schema: { version: '16.1.10', url: 'https://example.test/syft/schema.json' },
};

function read(document: unknown): DocumentContent {
  return syftJson.read(Buffer.from(JSON.stringify(document)), {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
}

describe('a Syft document', () => {
  const { inventory, keys } = read(DOCUMENT);
  const [libc, glibc] = inventory.packages;

  it('has packages with interpreted metadata', () => {
    assert.equal(keys, 'document');
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc', version: '2.36' }]);
    assert.equal(libc?.architecture, 'amd64');
    assert.deepEqual(libc?.ownedFiles, [{ path: '/lib/x86_64-linux-gnu/libc.so.6' }]);
    assert.deepEqual(
      libc?.licenses.map(({ value }) => value),
      ['GPL', 'MIT'],
    );
    assert.deepEqual(
      libc?.cpes.map(({ source }) => source),
      ['generated', 'generated'],
    );
    assert.equal(libc?.locations[0]?.evidence, 'primary');
    assert.equal(glibc?.locations[0]?.accessPath, '/lib/x86_64-linux-gnu/libc.so.6');
    assert.equal(glibc?.metadata, undefined);
  });

  it('has edges between packages and to files, and evidence of the packages', () => {
    assert.deepEqual(
      inventory.relationships.map((edge) => [edge.kind, edge.from]),
      [
        ['contains-file', 'deb-1'],
        ['owns-package', 'deb-1'],
        ['dependency-of', 'bin-1'],
        ['needs-file', 'bin-1'],
        ['evident-by', 'deb-1'],
        ['evident-by', 'bin-1'],
      ],
    );
  });

  it('has files with POSIX modes', () => {
    const [file] = inventory.files;
    assert.equal(file?.mode, 0o4755);
    assert.equal(file?.sha256, 'abc');
    assert.equal(file?.executable?.security?.relRo, 'full');
  });

  it('has the image, with the facts of its manifest and configuration', () => {
    const { target, layerBytes, distro, scope } = inventory;
    assert.ok(target.kind === 'image');
    assert.equal(target.architecture, 'amd64');
    assert.deepEqual(target.layers, [
      { diffId: LAYER, blobDigest: `sha256:${'b'.repeat(64)}`, mediaType: 'layer', blobBytes: 7 },
    ]);
    assert.deepEqual(layerBytes, [5]);
    assert.equal(scope, 'all-layers');
    assert.deepEqual(distro, {
      id: 'debian',
      idLike: ['debian-like'],
      versionId: '12',
      versionCodename: 'bookworm',
    });
  });

  it('reports unreadable files of its tool, without mere notes', () => {
    assert.deepEqual(
      inventory.problems.map(({ message, plugin }) => [message, plugin]),
      [
        ['cannot be read', 'elf-cataloger'],
        ['of no file', 'syft-json'],
      ],
    );
    assert.equal(inventory.problemsNotListed, 3);
  });

  it('accepts the metadata type names of older schemas', () => {
    const getKind = (metadataType: string, path: string) =>
      read({
        artifacts: [{ id: '1', name: 'a', locations: [{ path }], metadataType, metadata: {} }],
      }).inventory.packages[0]?.metadata?.kind;
    assert.equal(getKind('DpkgMetadata', '/a'), 'dpkg-db-entry');
    assert.equal(getKind('RpmdbMetadata', '/a'), 'rpm-db-entry');
    assert.equal(getKind('RpmMetadata', '/a.rpm'), 'rpm-archive');
    assert.equal(getKind('RustCargoPackageMetadata', '/Cargo.lock'), 'rust-cargo-lock-entry');
    assert.equal(getKind('NpmPackageJsonMetadata', '/a'), 'javascript-npm-package');
    assert.equal(getKind('GolangBinMetadataType', '/a'), 'go-module-buildinfo-entry');
    assert.equal(getKind('of-the-future', '/a'), 'of-the-future');
  });

  it('accepts the source form of older schemas', () => {
    const { target } = read({
      artifacts: [],
      source: { type: 'directory', target: '/some/folder' },
    }).inventory;
    assert.deepEqual(target, {
      kind: 'directory',
      userInput: '/some/folder',
      name: '/some/folder',
      path: '/some/folder',
    });
  });

  it('is recognized by its own members', () => {
    const recognizeText = (text: string) => syftJson.recognize(Buffer.from(text));
    assert.ok(recognizeText('{"artifacts":[{') > 0);
    assert.ok(recognizeText(JSON.stringify({ artifactRelationships: [] })) > 0);
    assert.equal(recognizeText('{"components":[{"artifacts":[]}]}'), 0);
    assert.equal(recognizeText('{"matches":[]}'), 0);
  });
});

describe('a hostile Syft document', () => {
  it('drops the second of two artifacts with one ID, and dangling edges', () => {
    const [first] = DOCUMENT.artifacts;
    const { inventory } = read({
      artifacts: [first, first, 1, null, { id: 'x' }, { name: 'x' }],
      artifactRelationships: [{ parent: 'x', child: 'y', type: 'dependency-of' }, []],
    });
    assert.equal(inventory.packages.length, 1);
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD', 'P_RECORD'],
    );
    assert.equal(inventory.target, DESCRIPTION);
  });

  it('is read as far as possible, with any member of the wrong type', () => {
    const tried = tryWrongMembers(DOCUMENT, (document) => assertReadable(() => read(document)));
    assert.ok(tried > 500);
  });

  it('is rejected without artifacts', () => {
    assert.throws(() => read({ artifacts: {} }), { code: 'E_DOCUMENT_INVALID' });
    assert.throws(() => read(null), { code: 'E_DOCUMENT_INVALID' });
  });

  const ROOTS = [
    ['/lib/apk/db/installed', '/bin/a'],
    ['/usr/lib/apk/db/installed', '/bin/a'],
    ['/chroot/lib/apk/db/installed', '/chroot/bin/a'],
    ['/chroot/usr/lib/apk/db/installed', '/chroot/bin/a'],
  ] as const;
  for (const [path, owned] of ROOTS) {
    it(`has the files of ${path} below the root of this database`, () => {
      const artifact = {
        id: 'a',
        name: 'a',
        version: '1',
        type: 'apk',
        locations: [{ path }],
        metadataType: 'apk-db-entry',
        metadata: { files: [{ path: '/bin/a' }] },
      };
      const [found] = read({ ...DOCUMENT, artifacts: [artifact] }).inventory.packages;
      assert.deepEqual(found?.ownedFiles, [{ path: owned }]);
    });
  }
});
