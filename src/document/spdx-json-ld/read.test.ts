import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { spdxJsonLd } from './read.ts';

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';

function read(graph: unknown, limits: Partial<Limits> = {}): DocumentContent {
  return spdxJsonLd.read(Buffer.from(JSON.stringify({ '@context': CONTEXT, '@graph': graph })), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
  });
}

const createRelationship = (
  relationshipType: string,
  from: string,
  to: readonly string[],
  more = {},
) => ({
  type: 'Relationship',
  spdxId: `r:${relationshipType}:${from}`,
  from,
  relationshipType,
  to,
  ...more,
});

const GRAPH = [
  { type: 'SpdxDocument', spdxId: 'd', name: 'debian', rootElement: ['root'] },
  { type: 'software_Package', spdxId: 'root', name: 'x', software_primaryPurpose: 'container' },
  {
    type: 'software_Package',
    spdxId: 'os',
    name: 'debian',
    software_packageVersion: '12',
    software_primaryPurpose: 'operatingSystem',
  },
  {
    type: 'software_Package',
    spdxId: 'libc',
    name: 'libc6',
    software_packageVersion: '2.36-9',
    software_packageUrl: 'pkg:deb/debian/libc6@2.36-9?upstream=glibc',
    externalIdentifier: [
      {
        type: 'ExternalIdentifier',
        externalIdentifierType: 'cpe23',
        identifier: 'cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*',
      },
    ],
  },
  {
    type: 'software_Package',
    spdxId: 'app',
    name: 'app',
    externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/app@1' }],
  },
  { type: 'software_File', spdxId: 'file', name: './lib/libc.so' },
  {
    type: 'simplelicensing_LicenseExpression',
    spdxId: 'l1',
    simplelicensing_licenseExpression: 'MIT',
  },
  {
    type: 'simplelicensing_LicenseExpression',
    spdxId: 'l2',
    simplelicensing_licenseExpression: 'LicenseRef-x',
    simplelicensing_customIdToUri: [{ key: 'LicenseRef-x', value: 'text' }],
  },
  {
    type: 'simplelicensing_SimpleLicensingText',
    spdxId: 'text',
    name: 'Own words',
    simplelicensing_licenseText: 'long',
  },
  createRelationship('hasDeclaredLicense', 'libc', ['l1', 'l2']),
  createRelationship('hasConcludedLicense', 'app', ['l1', 'none']),
  createRelationship('dependsOn', 'app', ['libc', 'none']),
  createRelationship('contains', 'libc', ['file']),
  createRelationship('other', 'libc', ['app'], { comment: 'ownership-by-file-overlap: x' }),
  createRelationship('describes', 'd', ['root']),
];

describe('an SPDX 3 document', () => {
  const { inventory } = read(GRAPH);
  const [libc, app, ...others] = inventory.packages;

  it('has software packages with licenses, files and edges', () => {
    assert.deepEqual(others, []);
    assert.deepEqual([libc?.type, libc?.name, libc?.version], ['deb', 'libc6', '2.36-9']);
    assert.deepEqual([app?.type, app?.version], ['npm', '1']);
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc' }]);
    assert.equal(libc?.cpes.length, 1);
    assert.deepEqual(
      libc?.licenses.map(({ value, kind }) => [value, kind]),
      [
        ['MIT', 'declared'],
        ['Own words', 'declared'],
      ],
    );
    assert.deepEqual(
      app?.licenses.map(({ value, kind }) => [value, kind]),
      [['MIT', 'concluded']],
    );
    assert.deepEqual(libc?.ownedFiles, [{ path: '/lib/libc.so' }]);
    assert.deepEqual(
      inventory.relationships.map((edge) => [edge.kind, edge.from, 'to' in edge ? edge.to : '']),
      [
        ['dependency-of', 'libc', 'app'],
        ['owns-package', 'libc', 'app'],
      ],
    );
    assert.deepEqual(inventory.distro, { id: 'debian', idLike: [], versionId: '12' });
    assert.equal(inventory.target.name, 'debian');
  });

  it('has dependencies of all kinds, and the sources of packages, as in version 2', () => {
    const graph = [
      { type: 'software_Package', spdxId: 'src', name: 'glibc', software_packageVersion: '1' },
      {
        type: 'software_Package',
        spdxId: 'bin',
        name: 'libc6',
        software_packageUrl: 'pkg:deb/debian/libc6@1',
      },
      {
        type: 'software_Package',
        spdxId: 'app',
        name: 'app',
        software_packageUrl: 'pkg:npm/app@1',
      },
      createRelationship('generates', 'src', ['bin']),
      createRelationship('hasOptionalDependency', 'app', ['bin']),
      createRelationship('hasProvidedDependency', 'bin', ['app']),
    ];
    const { packages, relationships } = read(graph).inventory;
    assert.deepEqual(
      packages.map(({ key, upstreams }) => [key, upstreams]),
      [
        ['bin', [{ name: 'glibc', version: '1' }]],
        ['app', []],
      ],
    );
    assert.deepEqual(relationships, [
      { kind: 'dependency-of', from: 'bin', to: 'app' },
      { kind: 'dependency-of', from: 'app', to: 'bin' },
    ]);
  });

  it('has our own properties in its extension', () => {
    const extension = [
      {
        type: 'extension_CdxPropertiesExtension',
        extension_cdxProperty: [
          { extension_cdxPropName: 'plimsoll:key', extension_cdxPropValue: 'k' },
          { extension_cdxPropName: 'plimsoll:type', extension_cdxPropValue: 'rpm' },
        ],
      },
    ];
    const graph = [{ type: 'software_Package', spdxId: 'a', name: 'a', extension }];
    assert.equal(read(graph).inventory.packages[0]?.type, 'rpm');
  });

  it('is recognized by its context', () => {
    const recognizeDocument = (document: object) =>
      spdxJsonLd.recognize(Buffer.from(JSON.stringify(document)));
    assert.equal(recognizeDocument({ '@context': CONTEXT, '@graph': [] }), 1);
    assert.ok(recognizeDocument({ '@context': [CONTEXT], '@graph': [] }) > 0);
    assert.equal(recognizeDocument({ '@context': 'https://example.org', '@graph': [] }), 0);
  });

  it('has at most the limit of edges, even if everything contains everything', () => {
    const ids = Array.from({ length: 40 }, (_, number) => `p${number}`);
    const graph = [
      ...ids.map((id) => ({ type: 'software_Package', spdxId: id, name: id })),
      ...ids.map((id) => createRelationship('dependsOn', id, ids)),
    ];
    const { inventory: bounded } = read(graph, { documentRecordsMax: 100 });
    assert.ok(bounded.relationships.length <= 100);
    assert.equal(bounded.problems[0]?.code, 'P_LIMIT');
  });

  it('drops invalid elements, and is rejected without a graph', () => {
    const broken = read([1, null, {}, { type: 'software_Package' }, { type: 'Relationship' }]);
    assert.deepEqual(
      broken.inventory.problems.map(({ code }) => code),
      ['P_RECORD', 'P_RECORD'],
    );
    assert.throws(() => read({}), { code: 'E_DOCUMENT_INVALID' });
  });
});
