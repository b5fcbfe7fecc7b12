import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { npmLock } from './npm-lock.ts';

const LOCK = JSON.stringify({
  name: 'app',
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', version: '1.0.0', license: 'ISC', dependencies: { a: '^1.0.0' } },
    'node_modules/a': {
      version: '1.0.1',
      resolved: 'https://example.org/a.tgz',
      integrity: 'sha512-x',
      dependencies: { b: '2' },
    },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/b': { version: '1.0.0', dev: true },
  },
});

describe('npm lock files', () => {
  it('contain packages with edges between them', () => {
    const { packages, edges, problems } = catalogFiles(npmLock, { '/package-lock.json': LOCK });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        ['app', '1.0.0', 'pkg:npm/app@1.0.0'],
        ['a', '1.0.1', 'pkg:npm/a@1.0.1'],
        ['b', '2.0.0', 'pkg:npm/b@2.0.0'],
      ],
    );
    assert.deepEqual(edges, ['a 1.0.1 > app 1.0.0', 'b 2.0.0 > a 1.0.1']);
    assert.deepEqual(packages[1]?.metadata, {
      kind: 'javascript-npm-package-lock-entry',
      value: {
        resolved: 'https://example.org/a.tgz',
        integrity: 'sha512-x',
        dependencies: { b: '2' },
      },
    });
  });

  it('use the licenses of packages that are installed beside them', () => {
    const { packages } = catalogFiles(npmLock, {
      '/app/npm-shrinkwrap.json': LOCK,
      '/app/node_modules/a/package.json': '{"license":"MIT"}',
      '/app/node_modules/b/package.json': '{"license":"GPL-2.0-only"}',
      '/app/node_modules/a/node_modules/b/package.json': '{"license":{"type":"Zlib"}}',
    });
    assert.deepEqual(
      packages.map(({ name, licenses }) => [name, licenses.map(({ value }) => value)]),
      [
        ['app', ['ISC']],
        ['a', ['MIT']],
        ['b', ['Zlib']],
      ],
    );
  });

  it('are ignored inside installed packages', () => {
    const { packages, problems } = catalogFiles(npmLock, {
      '/node_modules/a/package-lock.json': LOCK,
      '/other/package-lock.json': '{',
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_MALFORMED /other/package-lock.json:']);
  });
});
