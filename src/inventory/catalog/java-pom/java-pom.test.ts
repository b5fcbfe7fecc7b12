import assert from 'node:assert/strict';
import { it } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { javaPom } from './java-pom.ts';

const catalogPoms = (files: Files) => catalogFiles(javaPom, files);

/** Elements of `group:artifact:version`; empty parts are left out. */
function createCoordinates(coordinates: string): string {
  const names = ['groupId', 'artifactId', 'version'];
  return coordinates
    .split(':')
    .map((text, index) => (text === '' ? '' : `<${names[index]}>${text}</${names[index]}>`))
    .join('');
}

const createDependency = (coordinates: string, more = ''): string =>
  `<dependency>${createCoordinates(coordinates)}${more}</dependency>`;

const createManagement = (inner: string): string =>
  `<dependencyManagement><dependencies>${inner}</dependencies></dependencyManagement>`;

function createPom(coordinates: string, inner = '', dependencies = ''): string {
  return `<project>${createCoordinates(coordinates)}${inner}<dependencies>${dependencies}</dependencies></project>`;
}

const listPurls = (files: Files) => catalogPoms(files).packages.map(({ purl }) => purl);

it('finds a project and its dependencies with scopes, without those of tests', () => {
  const { packages, edges, problems } = catalogPoms({
    '/pom.xml': createPom(
      'g:a:1',
      '<properties><v>2</v></properties><licenses><license><name>MIT</name></license></licenses>',
      createDependency('h:b:${v}') +
        createDependency('h:c:3', '<scope>provided</scope>') +
        createDependency('h:d:') +
        createDependency('h:e:4', '<scope>test</scope>'),
    ),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, licenses, confidence }) => [purl, licenses.length, confidence]),
    [
      ['pkg:maven/g/a@1', 1, 1],
      ['pkg:maven/h/b@2', 0, 1],
      ['pkg:maven/h/c@3', 0, 1],
      ['pkg:maven/h/d', 0, 0.5],
    ],
  );
  assert.deepEqual(edges, ['b 2 > a 1', 'c 3 > a 1', 'd  > a 1']);
  assert.deepEqual(packages[2]?.metadata?.value, {
    virtualPath: '',
    pomProperties: {
      path: '',
      name: '',
      groupId: 'h',
      artifactId: 'c',
      version: '',
      scope: 'provided',
    },
  });
});

it('finds versions in parents and imports of the target, direct ones first', () => {
  const bom = createDependency('g:bom:1', '<type>pom</type><scope>import</scope>');
  const files = {
    '/pom.xml': createPom(
      'g:parent:1',
      `<properties><v>1</v></properties>${createManagement(`${bom}${createDependency('h:b:${v}')}`)}`,
    ),
    '/bom/pom.xml': createPom(
      'g:bom:1',
      createManagement(createDependency('h:b:9') + createDependency('h:c:3')),
    ),
    '/child/pom.xml': createPom(
      ':child:',
      `<parent>${createCoordinates('g:parent:1')}</parent><properties><v>2</v></properties>`,
      createDependency('h:b:') +
        createDependency('h:c:') +
        createDependency('${project.groupId}:bom:${project.version}'),
    ),
  };
  const { packages, edges } = catalogPoms(files);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [
      'pkg:maven/g/parent@1',
      'pkg:maven/g/bom@1',
      'pkg:maven/g/child@1',
      'pkg:maven/h/b@2',
      'pkg:maven/h/c@3',
    ],
  );
  assert.deepEqual(edges, ['b 2 > child 1', 'bom 1 > child 1', 'c 3 > child 1']);
});

it('finds a parent by path, by coordinates, or by name if the version is unknown', () => {
  const createParent = (more: string) => `<parent>${more}</parent>`;
  const createChild = (more: string) =>
    createPom(':c:', createParent(more), createDependency('h:b:'));
  const top = createPom(
    'g:p:${rev}',
    `<properties><rev>7</rev></properties>${createManagement(createDependency('h:b:2'))}`,
  );
  for (const more of [
    `${createCoordinates('g:p:${rev}')}<relativePath>../top</relativePath>`,
    `${createCoordinates('g:p:7')}<relativePath/>`,
    `${createCoordinates('g:p:${rev}')}<relativePath>../nowhere</relativePath>`,
  ]) {
    const files = { '/top/pom.xml': top, '/c/pom.xml': createChild(more) };
    assert.deepEqual(
      listPurls(files),
      ['pkg:maven/g/p@7', 'pkg:maven/g/c@7', 'pkg:maven/h/b@2'],
      more,
    );
  }
});

it('stops at cycles of parents, imports and properties', () => {
  const round = (name: string, other: string) =>
    createPom(
      `g:${name}:1`,
      `<parent>${createCoordinates(`g:${other}:1`)}<relativePath>../${other}</relativePath></parent>` +
        '<properties><x>${y}</x><y>${x}</y></properties>' +
        createManagement(createDependency(`g:${other}:1`, '<type>pom</type><scope>import</scope>')),
      createDependency('${x}:z:'),
    );
  const files = { '/a/pom.xml': round('a', 'b'), '/b/pom.xml': round('b', 'a') };
  assert.deepEqual(listPurls(files), ['pkg:maven/g/a@1', 'pkg:maven/g/b@1', 'pkg:maven/z/z']);
});

it('reports malformed POMs', () => {
  const { packages, problems } = catalogPoms({
    '/a/pom.xml': '<project><version>',
    '/b/pom.xml': createPom('g::1', '', createDependency('h:b:2')),
    '/c/pom.xml': createPom('g:c:1', '', createDependency('h::2')),
  });
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['c', 'b'],
  );
  assert.deepEqual(problems, [
    'P_MALFORMED /a/pom.xml:',
    'P_RECORD /b/pom.xml:',
    'P_RECORD /c/pom.xml:',
  ]);
});

it('leaves out test dependencies set by a property or a parent', () => {
  const test = '<scope>test</scope>';
  const parent = createPom(
    'g:p:1',
    createManagement(
      createDependency('h:managed:1', test) + createDependency('h:compiled:2', test),
    ),
    createDependency('h:inherited:3', test) +
      createDependency('h:everywhere:4') +
      createDependency('h:replaced:5'),
  );
  const child = createPom(
    ':c:',
    `<parent>${createCoordinates('g:p:1')}</parent><properties><s>test</s></properties>`,
    createDependency('h:managed:') +
      createDependency('h:compiled:', '<scope>compile</scope>') +
      createDependency('h:property:6', '<scope>${s}</scope>') +
      createDependency('h:replaced:7'),
  );
  const { packages, edges } = catalogPoms({ '/pom.xml': parent, '/c/pom.xml': child });
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [
      'pkg:maven/g/p@1',
      'pkg:maven/g/c@1',
      'pkg:maven/h/everywhere@4',
      'pkg:maven/h/replaced@5',
      'pkg:maven/h/compiled@2',
      'pkg:maven/h/replaced@7',
    ],
  );
  assert.deepEqual(edges, [
    'compiled 2 > c 1',
    'everywhere 4 > c 1',
    'everywhere 4 > p 1',
    'replaced 5 > p 1',
    'replaced 7 > c 1',
  ]);
});
