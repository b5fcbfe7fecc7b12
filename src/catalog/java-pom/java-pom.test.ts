import assert from 'node:assert/strict';
import { it } from 'node:test';
import { catalogued, type Files } from '../../../test/support/flat-view.ts';
import { javaPom } from './java-pom.ts';

const made = (files: Files) => catalogued(javaPom, files);

/** Elements of `group:artifact:version`; empty parts are left out. */
function id(coordinates: string): string {
  const names = ['groupId', 'artifactId', 'version'];
  return coordinates
    .split(':')
    .map((text, index) => (text === '' ? '' : `<${names[index]}>${text}</${names[index]}>`))
    .join('');
}

const dependency = (coordinates: string, more = ''): string =>
  `<dependency>${id(coordinates)}${more}</dependency>`;

const managed = (inner: string): string =>
  `<dependencyManagement><dependencies>${inner}</dependencies></dependencyManagement>`;

function pom(coordinates: string, inner = '', dependencies = ''): string {
  return `<project>${id(coordinates)}${inner}<dependencies>${dependencies}</dependencies></project>`;
}

const purlsOf = (files: Files) => made(files).packages.map(({ purl }) => purl);

it('finds a project and its dependencies with scopes, without those of tests', () => {
  const { packages, edges, problems } = made({
    '/pom.xml': pom(
      'g:a:1',
      '<properties><v>2</v></properties><licenses><license><name>MIT</name></license></licenses>',
      dependency('h:b:${v}') +
        dependency('h:c:3', '<scope>provided</scope>') +
        dependency('h:d:') +
        dependency('h:e:4', '<scope>test</scope>'),
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
  const bom = dependency('g:bom:1', '<type>pom</type><scope>import</scope>');
  const files = {
    '/pom.xml': pom(
      'g:parent:1',
      `<properties><v>1</v></properties>${managed(`${bom}${dependency('h:b:${v}')}`)}`,
    ),
    '/bom/pom.xml': pom('g:bom:1', managed(dependency('h:b:9') + dependency('h:c:3'))),
    '/child/pom.xml': pom(
      ':child:',
      `<parent>${id('g:parent:1')}</parent><properties><v>2</v></properties>`,
      dependency('h:b:') +
        dependency('h:c:') +
        dependency('${project.groupId}:bom:${project.version}'),
    ),
  };
  const { packages, edges } = made(files);
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
  const parent = (more: string) => `<parent>${more}</parent>`;
  const child = (more: string) => pom(':c:', parent(more), dependency('h:b:'));
  const top = pom(
    'g:p:${rev}',
    `<properties><rev>7</rev></properties>${managed(dependency('h:b:2'))}`,
  );
  for (const more of [
    `${id('g:p:${rev}')}<relativePath>../top</relativePath>`,
    `${id('g:p:7')}<relativePath/>`,
    `${id('g:p:${rev}')}<relativePath>../nowhere</relativePath>`,
  ]) {
    const files = { '/top/pom.xml': top, '/c/pom.xml': child(more) };
    assert.deepEqual(
      purlsOf(files),
      ['pkg:maven/g/p@7', 'pkg:maven/g/c@7', 'pkg:maven/h/b@2'],
      more,
    );
  }
});

it('stops at cycles of parents, imports and properties', () => {
  const round = (name: string, other: string) =>
    pom(
      `g:${name}:1`,
      `<parent>${id(`g:${other}:1`)}<relativePath>../${other}</relativePath></parent>` +
        '<properties><x>${y}</x><y>${x}</y></properties>' +
        managed(dependency(`g:${other}:1`, '<type>pom</type><scope>import</scope>')),
      dependency('${x}:z:'),
    );
  const files = { '/a/pom.xml': round('a', 'b'), '/b/pom.xml': round('b', 'a') };
  assert.deepEqual(purlsOf(files), ['pkg:maven/g/a@1', 'pkg:maven/g/b@1', 'pkg:maven/z/z']);
});

it('reports malformed POMs', () => {
  const { packages, problems } = made({
    '/a/pom.xml': '<project><version>',
    '/b/pom.xml': pom('g::1', '', dependency('h:b:2')),
    '/c/pom.xml': pom('g:c:1', '', dependency('h::2')),
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
  const parent = pom(
    'g:p:1',
    managed(dependency('h:managed:1', test) + dependency('h:compiled:2', test)),
    dependency('h:inherited:3', test) + dependency('h:everywhere:4') + dependency('h:replaced:5'),
  );
  const child = pom(
    ':c:',
    `<parent>${id('g:p:1')}</parent><properties><s>test</s></properties>`,
    dependency('h:managed:') +
      dependency('h:compiled:', '<scope>compile</scope>') +
      dependency('h:property:6', '<scope>${s}</scope>') +
      dependency('h:replaced:7'),
  );
  const { packages, edges } = made({ '/pom.xml': parent, '/c/pom.xml': child });
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
