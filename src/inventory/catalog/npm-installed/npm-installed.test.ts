import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { BSD_3, ISC, MIT } from '../../../foundation/identity/license/license-text.fixture.ts';
import { npmInstalled } from './npm-installed.ts';

const MODULES = '/srv/node_modules';

function createManifest(name: string, version?: string, more: object = {}): string {
  return JSON.stringify({ name, version, ...more });
}

function catalogPackages(files: Files) {
  const { packages, problems } = catalogFiles(npmInstalled, files);
  return {
    problems,
    packages,
    names: packages.map(({ name, version }) => `${name}@${version}`),
  };
}

describe('installed npm packages', () => {
  it('are found by their own package.json', () => {
    const { packages } = catalogPackages({
      [`${MODULES}/@s/a/package.json`]: createManifest('@s/a', '1.0.0', {
        author: { name: 'Ann' },
        license: 'MIT',
      }),
    });
    const [a] = packages;
    assert.equal(a?.purl, 'pkg:npm/%40s/a@1.0.0');
    assert.deepEqual(
      a.licenses.map(({ expression }) => expression),
      ['MIT'],
    );
    assert.equal(a.confidence, 1);
    assert.deepEqual(a.metadata, {
      kind: 'javascript-npm-package',
      value: {
        name: '@s/a',
        version: '1.0.0',
        author: 'Ann',
        homepage: '',
        description: '',
        url: '',
        private: false,
      },
    });
  });

  it('count anywhere, also nested, as an alias, without a version, or copied', () => {
    const { names } = catalogPackages({
      '/srv/package.json': createManifest('app'),
      '/srv/other/lib/package.json': createManifest('lib', '88.0.8'),
      [`${MODULES}/alias/package.json`]: createManifest('real', '2.0.0'),
      [`${MODULES}/alias/node_modules/b/package.json`]: createManifest('b', '3.0.0'),
      [`${MODULES}/.pnpm/c@4.0.0/node_modules/c/package.json`]: createManifest('c', '4.0.0'),
      [`${MODULES}/half-done/package.json`]: createManifest('half-done'),
      [`${MODULES}/alias/vendor/copied/package.json`]: createManifest('copied', '5.0.0'),
    });
    assert.deepEqual(names, [
      'app@',
      'lib@88.0.8',
      'real@2.0.0',
      'b@3.0.0',
      'c@4.0.0',
      'half-done@',
      'copied@5.0.0',
    ]);
  });

  it('are neither their directories nor their test data', () => {
    const { names, problems } = catalogPackages({
      [`${MODULES}/a/package.json`]: createManifest('a', '1.0.0'),
      [`${MODULES}/a/esm/package.json`]: '{"type":"module"}',
      [`${MODULES}/a/ajax/package.json`]: createManifest('a/ajax'),
      [`${MODULES}/a/dist/package.json`]: createManifest('a', '1.0.0'),
      [`${MODULES}/a/test/fixtures/x/package.json`]: createManifest('x', '1.0.0'),
      [`${MODULES}/a/flash/package.json`]: createManifest('a-flash', '0.0.0'),
      [`${MODULES}/a/internal/package.json`]: createManifest('y', '1.0.0', { private: true }),
      [`${MODULES}/a/test/broken/package.json`]: '{',
    });
    assert.deepEqual(names, ['a@1.0.0']);
    assert.deepEqual(problems, []);
  });

  it('have the license of license files if their record states none', () => {
    const { packages } = catalogPackages({
      [`${MODULES}/a/package.json`]: createManifest('a', '1.0.0'),
      [`${MODULES}/a/LICENSE.md`]: MIT,
      [`${MODULES}/a/vendor/LICENSE`]: BSD_3,
      [`${MODULES}/@s/b/package.json`]: createManifest('@s/b', '1.0.0'),
      [`${MODULES}/@s/b/COPYING`]: `${ISC}\n${MIT}`,
      [`${MODULES}/c/package.json`]: createManifest('c', '1.0.0', { license: 'Zlib' }),
      [`${MODULES}/c/LICENSE`]: MIT,
    });
    assert.deepEqual(
      packages.map(({ name, licenses }) => [
        name,
        licenses.map(({ value, kind, locations }) => [value, kind, locations[0]?.path]),
      ]),
      [
        ['a', [['MIT', 'concluded', `${MODULES}/a/LICENSE.md`]]],
        [
          '@s/b',
          [
            ['ISC', 'concluded', `${MODULES}/@s/b/COPYING`],
            ['MIT', 'concluded', `${MODULES}/@s/b/COPYING`],
          ],
        ],
        ['c', [['Zlib', 'declared', `${MODULES}/c/package.json`]]],
      ],
    );
  });

  it('own their directory without the packages in it', () => {
    const { packages } = catalogPackages({
      [`${MODULES}/a/package.json`]: createManifest('a', '1.0.0'),
      [`${MODULES}/a/lib/index.js`]: '',
      [`${MODULES}/a/node_modules/.bin/b`]: '',
      [`${MODULES}/a/node_modules/b/package.json`]: createManifest('b', '1.0.0'),
      [`${MODULES}/a/node_modules/b/index.js`]: '',
      [`${MODULES}/nameless/index.js`]: '',
      [`${MODULES}/@s/c/package.json`]: createManifest('@s/c', '1.0.0'),
      '/srv/package.json': createManifest('app', '1.0.0'),
      '/srv/index.js': '',
    });
    assert.deepEqual(
      Object.fromEntries(
        packages.map(({ name, ownedFiles }) => [name, ownedFiles.map(({ path }) => path)]),
      ),
      {
        a: [`${MODULES}/a/lib/index.js`, `${MODULES}/a/package.json`],
        b: [`${MODULES}/a/node_modules/b/index.js`, `${MODULES}/a/node_modules/b/package.json`],
        '@s/c': [`${MODULES}/@s/c/package.json`],
        app: [],
      },
    );
  });

  it('are not editor extensions, but packages inside those', () => {
    const extension = '/root/.vscode/extensions/ms-python.python-1.0.0';
    const { names } = catalogPackages({
      [`${extension}/package.json`]: createManifest('python', '1.0.0', {
        publisher: 'ms-python',
        engines: { vscode: '^1.60.0' },
      }),
      [`${extension}/node_modules/b/package.json`]: createManifest('b', '1.0.0'),
      '/app/extensions/own/package.json': createManifest('own', '2.0.0'),
    });
    assert.deepEqual(names, ['b@1.0.0', 'own@2.0.0']);
  });

  it('are problems if their files are not JSON', () => {
    const { problems } = catalogPackages({
      [`${MODULES}/a/package.json`]: '['.repeat(100_000),
      '/srv/package.json': new Uint8Array([0, 255]),
      [`${MODULES}/package.json`]: '{"name":7}',
    });
    assert.deepEqual(problems, [
      `P_MALFORMED ${MODULES}/a/package.json:`,
      'P_MALFORMED /srv/package.json:',
    ]);
  });
});
