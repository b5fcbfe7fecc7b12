import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { bitnami } from './bitnami.ts';

const FOLDER = '/opt/bitnami/postgresql';
const DOCUMENT = `${FOLDER}/.spdx-postgresql.spdx`;

const createPackage = (id: string, version: string, purl: string, more: object = {}): object => ({
  SPDXID: `SPDXRef-${id}`,
  name: id,
  versionInfo: version,
  licenseConcluded: 'MIT',
  licenseDeclared: 'NOASSERTION',
  externalRefs: [{ referenceType: 'purl', referenceLocator: purl }],
  ...more,
});
const createRelationship = (from: string, relationshipType: string, to: string): object => ({
  spdxElementId: `SPDXRef-${from}`,
  relationshipType,
  relatedSpdxElement: `SPDXRef-${to}`,
});

const POSTGRESQL = JSON.stringify({
  spdxVersion: 'SPDX-2.3',
  packages: [
    createPackage(
      'postgresql',
      '17.2.0-8',
      'pkg:bitnami/postgresql@17.2.0-8?arch=arm64&distro=debian-12',
      {
        externalRefs: [
          {
            referenceType: 'cpe23Type',
            referenceLocator: 'cpe:2.3:*:postgresql:postgresql:17.2.0:*:*:*:*:*:*:*',
          },
          {
            referenceType: 'purl',
            referenceLocator: 'pkg:bitnami/postgresql@17.2.0-8?arch=arm64&distro=debian-12',
          },
        ],
      },
    ),
    createPackage('pljava', '1.6.8', 'pkg:bitnami/pl_java@1.6.8'),
    createPackage('jar', '1.6.8', 'pkg:maven/org.postgresql/pljava@1.6.8'),
    createPackage('geos', '3.13.0', 'pkg:bitnami/geos@3.13.0'),
  ],
  files: [
    { SPDXID: 'SPDXRef-File-1', fileName: 'lib/pljava.so' },
    { SPDXID: 'SPDXRef-File-2', fileName: './share/pljava.jar' },
    { SPDXID: 'SPDXRef-File-3', fileName: '../../../etc/passwd' },
  ],
  relationships: [
    createRelationship('DOCUMENT', 'DESCRIBES', 'postgresql'),
    createRelationship('postgresql', 'CONTAINS', 'pljava'),
    createRelationship('postgresql', 'CONTAINS', 'geos'),
    createRelationship('pljava', 'CONTAINS', 'File-1'),
    createRelationship('pljava', 'CONTAINS', 'File-3'),
    createRelationship('pljava', 'CONTAINS', 'jar'),
    createRelationship('jar', 'CONTAINS', 'File-2'),
    createRelationship('jar', 'CONTAINS', 'pljava'),
    createRelationship('pljava', 'DEPENDS_ON', 'geos'),
  ],
});

suite('a component of Bitnami', () => {
  test('owns its files, and the main one the rest of the directory', () => {
    const { packages, edges, problems } = catalogFiles(bitnami, {
      [DOCUMENT]: POSTGRESQL,
      [`${FOLDER}/bin/postgres`]: 'x',
      [`${FOLDER}/lib/pljava.so`]: 'x',
      [`${FOLDER}/share/pljava.jar`]: 'x',
      '/opt/bitnami/redis/bin/redis': 'x',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(edges, [
      'geos 3.13.0 > pljava 1.6.8',
      'geos 3.13.0 > postgresql 17.2.0-8',
      'pljava 1.6.8 > postgresql 17.2.0-8',
    ]);
    assert.deepEqual(
      packages.map(
        ({ name, ownedFiles }) => `${name} ${ownedFiles.map(({ path }) => path).join(',')}`,
      ),
      [
        `postgresql ${FOLDER}/bin/postgres`,
        `pljava ${FOLDER}/lib/pljava.so,${FOLDER}/share/pljava.jar`,
        'geos ',
      ],
    );
    const [postgresql] = packages;
    assert.deepEqual(postgresql?.metadata, {
      kind: 'bitnami-sbom-entry',
      value: {
        name: 'postgresql',
        arch: 'arm64',
        distro: 'debian-12',
        revision: '8',
        version: '17.2.0',
        path: FOLDER,
        files: [`${FOLDER}/bin/postgres`],
      },
    });
    assert.deepEqual(postgresql.cpes, [
      { cpe: 'cpe:2.3:*:postgresql:postgresql:17.2.0:*:*:*:*:*:*:*', source: 'declared' },
    ]);
    assert.deepEqual(
      postgresql.licenses.map(({ value, kind }) => `${value} ${kind}`),
      ['MIT concluded'],
    );
    assert.equal(packages[1]?.metadata?.value['name'], 'pl_java');
  });

  test('owns the whole directory if it is alone in its document', () => {
    const text = JSON.stringify({
      packages: [createPackage('redis', '7.4.0-0', 'pkg:bitnami/redis@7.4.0-0')],
    });
    const { packages } = catalogFiles(bitnami, {
      '/opt/bitnami/redis/.spdx-redis.spdx': text,
      '/opt/bitnami/redis/bin/redis-server': 'x',
    });
    assert.deepEqual(packages[0]?.ownedFiles, [{ path: '/opt/bitnami/redis/bin/redis-server' }]);
  });

  test('comes from the older list if no document contains it', () => {
    const { packages } = catalogFiles(bitnami, {
      '/opt/bitnami/.bitnami_components.json': JSON.stringify({
        postgresql: { arch: 'arm64', distro: 'debian-12', version: '17.2.0-8' },
        yq: { arch: 'amd64', distro: 'debian-10', type: 'NAMI', version: '4.16.2-2' },
        odd: 'text',
        nameless: {},
      }),
      [DOCUMENT]: POSTGRESQL,
    });
    const [yq] = packages.filter(({ locations }) => locations[0]?.path !== DOCUMENT);
    assert.equal(packages.length, 4);
    assert.equal(yq?.purl, 'pkg:bitnami/yq@4.16.2-2?arch=amd64&distro=debian-10');
    assert.equal(yq.metadata?.value['path'], '/opt/bitnami/yq');
  });

  test('in a document that is not a JSON object is a problem, and elsewhere ignored', () => {
    const text = 'SPDXVersion: SPDX-2.3';
    for (const content of ['', '[]', text, `{"a":${'['.repeat(9_999)}${']'.repeat(9_999)}}`]) {
      assert.deepEqual(catalogFiles(bitnami, { [DOCUMENT]: content }).problems, [
        `P_MALFORMED ${DOCUMENT}:`,
      ]);
    }
    const elsewhere = catalogFiles(bitnami, { '/srv/.spdx-a.spdx': text });
    assert.deepEqual([elsewhere.packages, elsewhere.problems], [[], []]);
  });
});
