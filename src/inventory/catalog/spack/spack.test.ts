import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { spack } from './spack.ts';

const ROOT = '/opt/spack/linux-ubuntu24.04-skylake/gcc-13.3.0';

const ZLIB = {
  name: 'zlib',
  version: '1.3.1',
  arch: { platform: 'linux', platform_os: 'ubuntu24.04', target: { name: 'skylake' } },
  hash: 'zzz',
};
const CURL = {
  name: 'curl',
  version: '8.4.0',
  arch: { target: 'x86_64' },
  hash: 'ccc',
  dependencies: [
    { name: 'zlib', hash: 'zzz', parameters: { deptypes: ['build', 'link'] } },
    { name: 'cmake', hash: 'mmm', parameters: { deptypes: ['build'] } },
  ],
};
const GIT = {
  name: 'git',
  version: '2.42.0',
  hash: 'ggg',
  dependencies: [
    { name: 'curl', hash: 'ccc', type: ['run'] },
    { name: 'gone', hash: 'xxx', type: ['link'] },
  ],
};

const record = (...nodes: readonly object[]): string =>
  JSON.stringify({ spec: { _meta: { version: 5 }, nodes } });

suite('Spack', () => {
  test('has a record in the directory of each package, with its run-time dependencies', () => {
    const { packages, edges, problems } = catalogFiles(spack, {
      [`${ROOT}/curl-8.4.0-ccc/.spack/spec.json`]: record(CURL, ZLIB),
      [`${ROOT}/git-2.42.0-ggg/.spack/spec.json`]: record(GIT, CURL, ZLIB),
      [`${ROOT}/zlib-1.3.1-zzz/.spack/spec.json`]: record(ZLIB),
      [`${ROOT}/zlib-1.3.1-zzz/lib/libz.so`]: 'library',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, architecture }) => [purl, architecture]),
      [
        ['pkg:spack/curl@8.4.0', 'x86_64'],
        ['pkg:spack/git@2.42.0', undefined],
        ['pkg:spack/zlib@1.3.1', 'skylake'],
      ],
    );
    assert.deepEqual(edges, ['curl 8.4.0 > git 2.42.0', 'zlib 1.3.1 > curl 8.4.0']);
    assert.deepEqual(
      packages.at(-1)?.ownedFiles.map(({ path }) => path.slice(ROOT.length)),
      ['/zlib-1.3.1-zzz/.spack/spec.json', '/zlib-1.3.1-zzz/lib/libz.so'],
    );
  });

  const cases = [
    ['empty', '', 'P_MALFORMED'],
    ['cut off', record(ZLIB).slice(0, -2), 'P_MALFORMED'],
    ['without nodes', record(), 'P_MALFORMED'],
    ['of another kind', '{"spec":[{"nodes":1}]}', 'P_MALFORMED'],
    ['without a version', record({ name: 'a' }), 'P_RECORD'],
    ['of other values', record({ name: 'a', version: {} }), 'P_RECORD'],
  ] as const;
  for (const [title, content, expected] of cases) {
    test(`creates no package from a record that is ${title}`, () => {
      const { packages, problems } = catalogFiles(spack, { '/p/.spack/spec.json': content });
      assert.deepEqual(packages, []);
      assert.deepEqual(
        problems.map((problem) => problem.split(' ', 1)[0]),
        [expected],
      );
    });
  }
});
