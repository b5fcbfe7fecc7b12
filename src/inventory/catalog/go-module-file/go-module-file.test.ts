import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { ISC, MIT } from '../../../foundation/identity/license/license-text.fixture.ts';
import { goModuleFile } from './go-module-file.ts';

const listModules = (text: string): string[] =>
  catalogFiles(goModuleFile, { '/app/go.mod': text }).packages.map(
    ({ name, version }) => `${name}@${version}`,
  );

suite('go.mod', () => {
  test('creates packages for requirements, with the digests beside it', () => {
    const { packages, problems } = catalogFiles(goModuleFile, {
      '/app/go.mod':
        'module m\nrequire github.com/BurntSushi/toml v0.4.1\nrequire b.org/x v1.0.0\n',
      '/app/go.sum': [
        'github.com/BurntSushi/toml v0.4.1 h1:GaI7=',
        'github.com/BurntSushi/toml v0.4.1/go.mod h1:CxXY=',
        'b.org/x v1.0.0/go.mod h1:only=',
        'odd line',
        '',
      ].join('\n'),
      '/other/go.sum': 'b.org/x v1.0.0 h1:other=\n',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, purl, metadata, locations }) => [
        name,
        version,
        purl,
        metadata?.value,
        locations[0]?.line,
      ]),
      [
        [
          'github.com/BurntSushi/toml',
          'v0.4.1',
          'pkg:golang/github.com/BurntSushi/toml@v0.4.1',
          { h1Digest: 'h1:GaI7=' },
          2,
        ],
        ['b.org/x', 'v1.0.0', 'pkg:golang/b.org/x@v1.0.0', {}, 3],
      ],
    );
  });

  test('replaces the version it names, else every version', () => {
    const replace = `replace a.org/x => fork.org/x v9.0.0
replace a.org/x v1.0.0 => fork.org/x v1.0.1
replace b.org/y v2.0.0 => fork.org/y v2.0.1
replace c.org/z => ./z
`;
    assert.deepEqual(
      listModules(
        `go 1.21\nrequire (\na.org/x v1.0.0\nb.org/y v2.1.0\nc.org/z v3.0.0\n)\n${replace}`,
      ),
      ['fork.org/x@v1.0.1', 'b.org/y@v2.1.0', 'c.org/z@'],
    );
    assert.deepEqual(listModules(`go 1.21\nrequire a.org/x v1.1.0\n${replace}`), [
      'fork.org/x@v9.0.0',
    ]);
  });

  test('leaves out only the version that it excludes', () => {
    const requirements = 'go 1.21\nrequire a.org/x v1.0.0\nrequire b.org/y v1.0.0\n';
    assert.deepEqual(listModules(`${requirements}exclude a.org/x v1.1.0\n`), [
      'a.org/x@v1.0.0',
      'b.org/y@v1.0.0',
    ]);
    assert.deepEqual(listModules(`${requirements}exclude a.org/x v1.0.0\n`), ['b.org/y@v1.0.0']);
  });

  test('replaces indirect requirements before Go 1.17', () => {
    const replace = 'replace a.org/x => b.org/x v1.0.0\n';
    assert.deepEqual(listModules(`go 1.17\n${replace}`), []);
    assert.deepEqual(listModules(`go 2\n${replace}`), []);
    assert.deepEqual(listModules(`go 1.16\n${replace}`), ['b.org/x@v1.0.0']);
    assert.deepEqual(listModules(replace), ['b.org/x@v1.0.0']);
  });

  test('reads indirect requirements from go.sum before Go 1.17', () => {
    const rateModules = (goVersion: string): (string | number)[][] =>
      catalogFiles(goModuleFile, {
        '/app/go.mod': `go ${goVersion}\nrequire a.org/x v1.0.0\n`,
        '/app/go.sum': [
          'a.org/x v1.1.0',
          'b.org/y v1.9.0',
          'b.org/y v1.10.0',
          'c.org/z v1.0.0/go.mod',
        ]
          .map((module) => `${module} h1:abc=\n`)
          .join(''),
      }).packages.map(({ name, version, confidence }) => [name, version, confidence]);
    assert.deepEqual(rateModules('1.16'), [
      ['a.org/x', 'v1.0.0', 1],
      ['b.org/y', 'v1.10.0', 0.7],
    ]);
    assert.deepEqual(rateModules('1.17'), [['a.org/x', 'v1.0.0', 1]]);
  });

  test('uses the vendor directory as evidence, and adds unlisted modules', () => {
    const { packages, problems } = catalogFiles(goModuleFile, {
      '/app/go.mod': 'go 1.16\nrequire a.org/x v1.0.0\n',
      '/app/vendor/modules.txt':
        '# a.org/x v1.0.0\n## explicit\na.org/x\n# b.org/y v2.0.0\nb.org/y/z\n',
      '/other/vendor/modules.txt': '# a.org/x v1.0.0\na.org/x\n',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, locations }) => [name, locations.map(({ path }) => path)]),
      [
        ['a.org/x', ['/app/go.mod', '/app/vendor/modules.txt']],
        ['b.org/y', ['/app/vendor/modules.txt']],
        ['a.org/x', ['/other/vendor/modules.txt']],
      ],
    );
  });

  test('uses licenses of copied modules, else of the module cache', () => {
    const { packages, problems } = catalogFiles(goModuleFile, {
      '/app/go.mod': [
        'go 1.21',
        'require (',
        'github.com/BurntSushi/toml v0.4.1',
        'a.org/x v1.0.0',
        'b.org/y/v2 v2.0.0',
        'c.org/z v1.0.0',
        ')',
        'replace a.org/x => fork.org/x v1.0.1',
        '',
      ].join('\n'),
      '/app/vendor/modules.txt': '# a.org/x v1.0.0 => fork.org/x v1.0.1\na.org/x\n',
      '/app/vendor/a.org/x/LICENSE': ISC,
      '/app/vendor/a.org/x/license.go': MIT,
      '/app/vendor/symfony/yaml/LICENSE': MIT,
      '/root/go/pkg/mod/github.com/!burnt!sushi/toml@v0.4.1/COPYING': MIT,
      '/root/go/pkg/mod/fork.org/x@v1.0.1/LICENSE': MIT,
      '/root/go/pkg/mod/b.org/y/v2@v2.0.0/LICENSE.md': MIT,
      '/root/go/pkg/mod/c.org/z@v1.0.1/LICENSE': MIT,
      '/opt/c.org/z@v1.0.0/LICENSE': MIT,
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, licenses }) => [
        name,
        ...licenses.map(({ value, kind, locations }) => [value, kind, locations[0]?.path]),
      ]),
      [
        [
          'github.com/BurntSushi/toml',
          ['MIT', 'concluded', '/root/go/pkg/mod/github.com/!burnt!sushi/toml@v0.4.1/COPYING'],
        ],
        ['fork.org/x', ['ISC', 'concluded', '/app/vendor/a.org/x/LICENSE']],
        ['b.org/y/v2', ['MIT', 'concluded', '/root/go/pkg/mod/b.org/y/v2@v2.0.0/LICENSE.md']],
        ['c.org/z'],
      ],
    );
  });

  test('reports invalid lines and exceeded limits', () => {
    const damaged = catalogFiles(goModuleFile, {
      '/app/go.mod': 'require a.org/x\nrequire b.org/y v1\n',
    });
    assert.equal(damaged.packages.length, 1);
    assert.deepEqual(damaged.problems, ['P_RECORD /app/go.mod:1']);
    const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
    const sums = { '/app/go.sum': 'a v1 h1:a=\nb v1 h1:b=\n' };
    assert.deepEqual(catalogFiles(goModuleFile, sums, { limits }).problems, [
      'P_LIMIT /app/go.sum:',
    ]);
    assert.deepEqual(listModules(''), []);
  });
});
