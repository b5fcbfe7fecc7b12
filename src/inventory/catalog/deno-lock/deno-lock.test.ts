import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { denoLock } from './deno-lock.ts';

const read = (lock: object | string): ReturnType<typeof catalogFiles> =>
  catalogFiles(denoLock, {
    '/app/deno.lock': typeof lock === 'string' ? lock : JSON.stringify(lock),
  });

const NPM_3 = {
  'chalk@5.3.0': { integrity: 'sha512-c', dependencies: {} },
  'typedoc@0.28.1_typescript@5.0.0': {
    integrity: 'sha512-t',
    dependencies: { typescript: 'typescript@5.0.0', alias: 'chalk@5.3.0' },
  },
  'typescript@5.0.0': { integrity: 'sha512-s', dependencies: {} },
};
const NPM_EDGES = ['chalk 5.3.0 > typedoc 0.28.1', 'typescript 5.0.0 > typedoc 0.28.1'];

suite('deno.lock', () => {
  test('of version 2 has npm packages in a separate object', () => {
    const { packages, edges, problems } = read({
      version: '2',
      remote: { 'https://deno.land/std@0.140.0/path/mod.ts': 'd3e6', 'https://e.org/a.ts': 'x' },
      npm: { specifiers: { 'chalk@5': 'chalk@5.3.0' }, packages: NPM_3 },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, metadata?.kind]),
      [
        ['pkg:npm/chalk@5.3.0', 'javascript-npm-package-lock-entry'],
        ['pkg:npm/typedoc@0.28.1', 'javascript-npm-package-lock-entry'],
        ['pkg:npm/typescript@5.0.0', 'javascript-npm-package-lock-entry'],
        [
          'pkg:npm/deno.land/std@0.140.0?repository_url=https%3A%2F%2Fdeno.land',
          'deno-remote-lock-entry',
        ],
      ],
    );
    assert.deepEqual(edges, NPM_EDGES);
  });

  test('of version 3 has complete keys for specifiers', () => {
    const { packages, edges } = read({
      version: '3',
      packages: {
        specifiers: {
          'jsr:@std/path@^1': 'jsr:@std/path@1.0.6',
          'npm:chalk@5': 'npm:chalk@5.3.0',
        },
        jsr: {
          '@std/path@1.0.6': { integrity: 'ab' },
          '@std/fs@1.0.0': { integrity: 'cd', dependencies: ['jsr:@std/path@^1', 'npm:chalk@5'] },
        },
        npm: NPM_3,
      },
      remote: {},
    });
    assert.equal(packages[1]?.purl, 'pkg:npm/%40std/fs@1.0.0?repository_url=https%3A%2F%2Fjsr.io');
    assert.deepEqual(edges, [
      '@std/path 1.0.6 > @std/fs 1.0.0',
      'chalk 5.3.0 > @std/fs 1.0.0',
      ...NPM_EDGES,
    ]);
  });

  test('of versions 4 and 5 omits versions of dependencies if names are unique', () => {
    const { edges } = read({
      version: '5',
      specifiers: { 'jsr:@std/path@1': '1.0.6' },
      jsr: {
        '@std/path@1.0.6': { integrity: 'ab', dependencies: ['jsr:@std/internal'] },
        '@std/internal@1.0.1': { integrity: 'ef' },
        '@std/fs@1.0.0': { integrity: 'cd', dependencies: ['jsr:@std/path@1'] },
      },
      npm: {
        'ms@2.0.0': {},
        'ms@2.1.3': {},
        'debug@4.4.0': { dependencies: ['ms@2.1.3'], optionalDependencies: ['color'] },
        'color@1.0.0': { dependencies: ['m@npm:ms@2.0.0'] },
      },
    });
    assert.deepEqual(edges, [
      '@std/internal 1.0.1 > @std/path 1.0.6',
      '@std/path 1.0.6 > @std/fs 1.0.0',
      'color 1.0.0 > debug 4.4.0',
      'ms 2.0.0 > color 1.0.0',
      'ms 2.1.3 > debug 4.4.0',
    ]);
  });

  test('loses a record without a version in its key, and all if it is malformed', () => {
    const { packages, problems } = read({ version: '5', npm: { a: {}, 'b@1': 7 }, jsr: [] });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['b'],
    );
    assert.deepEqual(problems, ['P_RECORD /app/deno.lock:']);
    for (const text of ['', '[]', '{"npm":', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/deno.lock:']);
    }
  });
});
