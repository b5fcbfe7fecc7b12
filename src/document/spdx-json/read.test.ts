import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertReadable, tryWrongMembers } from '../../../test/support/wrong-members.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { spdxJson } from './read.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

function read(document: unknown): DocumentContent {
  return spdxJson.read(Buffer.from(JSON.stringify(document)), {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
}

const createPurlReference = (locator: string) => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType: 'purl',
  referenceLocator: locator,
});

const LAYER = `sha256:${'a'.repeat(64)}`;

/** As Syft writes it. */
const SYFT = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'debian',
  packages: [
    {
      SPDXID: 'SPDXRef-Package-libc6',
      name: 'libc6',
      versionInfo: '2.36-9',
      licenseDeclared: 'MIT AND LicenseRef-x',
      licenseConcluded: 'LicenseRef-x',
      externalRefs: [
        {
          referenceCategory: 'SECURITY',
          referenceType: 'cpe23Type',
          referenceLocator: 'cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*',
        },
        createPurlReference(
          'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc',
        ),
      ],
    },
    {
      SPDXID: 'SPDXRef-Package-app',
      name: 'app',
      externalRefs: [createPurlReference('pkg:npm/%40a/app@1')],
    },
    {
      SPDXID: 'SPDXRef-DocumentRoot-Image-debian',
      name: 'debian',
      primaryPackagePurpose: 'CONTAINER',
      externalRefs: [createPurlReference('pkg:oci/debian@sha256:0')],
    },
  ],
  files: [
    { SPDXID: 'SPDXRef-File-1', fileName: 'lib/libc.so', comment: `layerID: ${LAYER}` },
    { SPDXID: 'SPDXRef-File-2', fileName: '/var/lib/dpkg/status' },
  ],
  hasExtractedLicensingInfos: [
    { licenseId: 'LicenseRef-x', name: 'Own words', extractedText: 'Own words' },
  ],
  relationships: [
    ['SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-DocumentRoot-Image-debian'],
    ['SPDXRef-Package-libc6', 'DEPENDENCY_OF', 'SPDXRef-Package-app'],
    ['SPDXRef-Package-libc6', 'DEPENDS_ON', 'SPDXRef-Package-app'],
    ['SPDXRef-Package-libc6', 'CONTAINS', 'SPDXRef-File-1'],
    ['SPDXRef-Package-libc6', 'OTHER', 'SPDXRef-File-2', 'evident-by: the file'],
    ['SPDXRef-Package-libc6', 'OTHER', 'SPDXRef-Package-app', 'ownership-by-file-overlap: x'],
    ['SPDXRef-Package-libc6', 'CONTAINS', 'NOASSERTION'],
    ['SPDXRef-Package-libc6', 'PATCH_FOR', 'SPDXRef-Package-app'],
  ].map(([spdxElementId, relationshipType, relatedSpdxElement, comment]) => ({
    spdxElementId,
    relationshipType,
    relatedSpdxElement,
    comment,
  })),
};

describe('an SPDX document', () => {
  const { inventory, keys } = read(SYFT);
  const [libc, app, ...others] = inventory.packages;

  it('has the software packages', () => {
    assert.equal(keys, 'document');
    assert.deepEqual(others, []);
    assert.deepEqual([libc?.type, libc?.name, libc?.version], ['deb', 'libc6', '2.36-9']);
    assert.deepEqual([app?.type, app?.name, app?.version], ['npm', '@a/app', '1']);
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc' }]);
    assert.equal(libc?.cpes.length, 1);
    assert.equal(libc?.architecture, 'amd64');
    assert.equal(inventory.target.name, 'debian');
    assert.deepEqual(inventory.problems, []);
  });

  it('has licenses, with the names of those that SPDX does not list', () => {
    assert.deepEqual(
      libc?.licenses.map(({ value, kind }) => [value, kind]),
      [
        ['MIT AND LicenseRef-x', 'declared'],
        ['Own words', 'concluded'],
      ],
    );
  });

  it('reads files as owned files and evidence, and edges between packages', () => {
    assert.deepEqual(libc?.ownedFiles, [{ path: '/lib/libc.so' }]);
    assert.deepEqual(
      libc?.locations.map(({ path }) => path),
      ['/var/lib/dpkg/status'],
    );
    assert.deepEqual(
      inventory.relationships.map((edge) => [edge.kind, edge.from, 'to' in edge ? edge.to : '']),
      [
        ['dependency-of', 'SPDXRef-Package-libc6', 'SPDXRef-Package-app'],
        ['dependency-of', 'SPDXRef-Package-app', 'SPDXRef-Package-libc6'],
        ['owns-package', 'SPDXRef-Package-libc6', 'SPDXRef-Package-app'],
        ['evident-by', 'SPDXRef-Package-libc6', ''],
      ],
    );
  });

  it('reads Trivy documents, without their invented values', () => {
    const createComment = (text: string) => ({ comment: text });
    const { inventory: trivy } = read({
      spdxVersion: 'SPDX-2.3',
      packages: [
        {
          SPDXID: 'SPDXRef-Package-1',
          name: 'libcurl',
          versionInfo: '7.61.1-18.el8',
          sourceInfo: 'built package from: curl 7.61.1-18.el8',
          externalRefs: [
            createPurlReference('pkg:rpm/redhat/libcurl@7.61.1-18.el8?arch=x86_64&epoch=2'),
          ],
          annotations: [createComment('PkgType: redhat'), createComment(`LayerDiffID: ${LAYER}`)],
        },
        {
          SPDXID: 'SPDXRef-Package-2',
          name: 'left',
          externalRefs: [createPurlReference('pkg:npm/left@1')],
          attributionTexts: ['FilePath: app/package.json', `LayerDiffID: ${LAYER}`],
        },
        {
          SPDXID: 'SPDXRef-OperatingSystem-1',
          name: 'redhat',
          versionInfo: '8.4',
          primaryPackagePurpose: 'OPERATING-SYSTEM',
        },
        {
          SPDXID: 'SPDXRef-Application-1',
          name: 'go.mod',
          annotations: [createComment('Class: lang-pkgs')],
        },
      ],
    });
    const [curl, left, ...rest] = trivy.packages;
    assert.deepEqual(rest, []);
    assert.equal(curl?.version, '2:7.61.1-18.el8');
    assert.deepEqual(curl?.upstreams, [{ name: 'curl', version: '7.61.1-18.el8' }]);
    assert.equal(left?.locations[0]?.layer, LAYER);
    assert.deepEqual(trivy.distro, { id: 'rhel', idLike: [], versionId: '8.4' });
  });

  it('reads the sources of packages as Docker Scout and Tern write them', () => {
    const createPackage = (id: string, name: string, purl: string) => ({
      SPDXID: id,
      name,
      versionInfo: '1.1.1d-0',
      externalRefs: [createPurlReference(purl)],
    });
    const relate = (from: string, relationshipType: string, to: string) => ({
      spdxElementId: from,
      relationshipType,
      relatedSpdxElement: to,
    });
    const { inventory: scout } = read({
      spdxVersion: 'SPDX-2.3',
      packages: [
        createPackage('a', 'libssl1.1', 'pkg:deb/debian/libssl1.1@1.1.1d-0'),
        createPackage('b', 'openssl', 'pkg:deb/debian/openssl@1.1.1d-0'),
        createPackage('c', 'libc6', 'pkg:deb/debian/libc6@1.1.1d-0?upstream=glibc'),
        createPackage('d', 'left', 'pkg:npm/left@1.1.1d-0'),
        createPackage('e', 'libcrypto', 'pkg:deb/debian/libcrypto@1.1.1d-0'),
        createPackage('f', 'libz', 'pkg:deb/debian/libz@1.1.1d-0'),
        { SPDXID: 'f-src', name: 'zlib', versionInfo: '1.1.1d-0' },
        { SPDXID: 'd-src', name: 'left-source', versionInfo: '1.1.1d-0' },
      ],
      relationships: [
        relate('a', 'GENERATED_FROM', 'b'),
        relate('b', 'GENERATED_FROM', 'b'),
        relate('b', 'GENERATES', 'e'),
        relate('c', 'GENERATED_FROM', 'b'),
        relate('d', 'GENERATED_FROM', 'b'),
        relate('a', 'GENERATED_FROM', 'absent'),
        relate('f', 'GENERATED_FROM', 'f-src'),
        relate('d', 'GENERATED_FROM', 'd-src'),
      ],
    });
    assert.deepEqual(
      scout.packages.map(({ name, upstreams }) => [name, upstreams]),
      [
        ['libssl1.1', [{ name: 'openssl', version: '1.1.1d-0' }]],
        ['openssl', []],
        ['libc6', [{ name: 'glibc' }]],
        ['left', []],
        ['libcrypto', [{ name: 'openssl', version: '1.1.1d-0' }]],
        ['libz', [{ name: 'zlib', version: '1.1.1d-0' }]],
        ['left-source', []],
      ],
    );
  });

  it('reads the operating system from a comment of Tern on a layer only', () => {
    const title = 'Debian GNU/Linux 11 (bullseye)';
    const comment = `Layer 1:\n\tinfo: Found '${title}' in /etc/os-release.\n\tinfo: more`;
    const readDistro = (name: string) =>
      read({
        spdxVersion: 'SPDX-2.2',
        packages: [
          { SPDXID: 'a', name, comment },
          {
            SPDXID: 'b',
            name: 'bash',
            externalRefs: [createPurlReference('pkg:deb/debian/bash@5')],
          },
        ],
        relationships: [],
      }).inventory.distro;
    const distro = { id: 'debian', idLike: [], prettyName: title, versionId: '11' };
    assert.deepEqual(readDistro(`${'4e'.repeat(32)}.tar`), distro);
    assert.equal(readDistro('layer'), undefined);
  });

  it('may be a GitHub export, with its names', () => {
    const packages = [
      {
        SPDXID: 'SPDXRef-npm-1',
        name: 'npm:@a/b',
        versionInfo: '1',
        externalRefs: [createPurlReference('pkg:npm/%40a/b@1')],
      },
      { SPDXID: 'SPDXRef-root', name: 'com.github.a/app' },
    ];
    const sbom = {
      spdxVersion: 'SPDX-2.3',
      documentDescribes: ['SPDXRef-root'],
      packages,
    };
    const content = JSON.stringify({ sbom });
    assert.equal(spdxJson.recognize(Buffer.from(content)), 1);
    assert.deepEqual(
      read({ sbom }).inventory.packages.map(({ name }) => name),
      ['@a/b'],
    );
  });

  it('is recognized by its version at any position', () => {
    const recognizeText = (text: string) => spdxJson.recognize(Buffer.from(text));
    assert.equal(recognizeText('{"a":1,"spdxVersion":"SPDX-2.2"'), 1);
    assert.ok(
      recognizeText('{"SPDXID":"SPDXRef-DOCUMENT","documentNamespace":"x","packages":[') > 0,
    );
    assert.equal(recognizeText('{"spdxVersion":"SPDX-3.0"'), 0);
    assert.equal(recognizeText('{"packages":[{"spdxVersion":"SPDX-2.2"}]}'), 0);
  });
});

describe('a hostile SPDX document', () => {
  it('drops invalid records, and the second of two with one ID', () => {
    const [libc] = SYFT.packages;
    const { inventory } = read({
      spdxVersion: 'SPDX-2.3',
      packages: [libc, libc, 1, null, { name: 'x' }, { SPDXID: 'x' }],
      files: [1, {}],
      relationships: [1, {}],
    });
    assert.equal(inventory.packages.length, 1);
    assert.equal(inventory.problems.length, 9);
    assert.ok(inventory.problems.every(({ code }) => code === 'P_RECORD'));
  });

  it('is read as far as possible, with any member of the wrong type', () => {
    const tried = tryWrongMembers(SYFT, (document) => assertReadable(() => read(document)));
    assert.ok(tried > 300);
  });

  it('has a package for each package URL of one record, and a problem', () => {
    const record = {
      SPDXID: 'SPDXRef-a',
      name: 'fine',
      externalRefs: [
        createPurlReference('pkg:npm/fine@1.0.0'),
        createPurlReference('pkg:npm/lodash@4.17.4'),
      ],
    };
    const { inventory } = read({ spdxVersion: 'SPDX-2.3', name: 'a', packages: [record] });
    assert.deepEqual(
      inventory.packages.map(({ name, version }) => `${name} ${version}`),
      ['fine 1.0.0', 'lodash 4.17.4'],
    );
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['P_RECORD'],
    );
  });

  it('has a package for a package URL whose purpose is that of an operating system', () => {
    const createPurposed = (locator: string) => ({
      SPDXID: 'SPDXRef-a',
      name: 'lodash',
      versionInfo: '4.17.4',
      primaryPackagePurpose: 'OPERATING-SYSTEM',
      externalRefs: [createPurlReference(locator)],
    });
    const count = (locator: string) =>
      read({ spdxVersion: 'SPDX-2.3', name: 'a', packages: [createPurposed(locator)] }).inventory
        .packages.length;
    assert.equal(count('pkg:npm/lodash@4.17.4'), 1);
    assert.equal(count('pkg:generic/lodash@4.17.4'), 0);
  });

  it('is rejected without its version', () => {
    for (const document of [null, {}, { spdxVersion: 'SPDX-3.0' }, { sbom: {} }]) {
      assert.throws(() => read(document), { code: 'E_DOCUMENT_INVALID' });
    }
  });
});
