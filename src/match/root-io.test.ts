import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StatementSeed } from '../../test/support/advisory-database.ts';
import { createPackage, type PackageSeed } from '../../test/support/inventory.ts';
import { listFoundIds, matchSeeds } from '../../test/support/match.ts';
import { present } from '../core/assert.ts';
import { matchers } from './registry.generated.ts';
import { listSearchNames } from './root-io.ts';

const NAMES = [
  ['npm', '@rootio/left', '1.0', ['@rootio/left', 'left']],
  ['npm', '@rootio/babel__core', '1.0', ['@rootio/babel__core', '@babel/core']],
  ['npm', '@babel/core', '1.0-root.io.1', ['@babel/core', '@rootio/babel__core']],
  ['npm', '@babel/core', '1.0', ['@babel/core']],
  ['python', 'rootio_pillow', '1.0', ['rootio_pillow', 'pillow', 'rootio-pillow']],
  ['python', 'pillow', '1.0+root.io.2', ['pillow', 'rootio-pillow']],
  ['deb', 'jq', '1.6-2.1.root.io.2', ['jq', 'rootio-jq']],
  ['apk', 'libuv', '1.44.2-r20071', ['libuv', 'rootio-libuv']],
  ['apk', 'libuv', '1.44.2-r2', ['libuv']],
  ['java-archive', 'io.root.org.a:core', '1.0', ['io.root.org.a:core', 'org.a:core']],
  ['gem', 'rootio-rack', '1.0', ['rootio-rack', 'rack']],
] as const;

test('a rebuild is looked up under its own name and the original name', () => {
  for (const [type, name, version, names] of NAMES) {
    const matcher = present(
      matchers.find(({ types }) => types.includes(type)),
      'a matcher',
    );
    const item = createPackage({ name, type, version });
    assert.deepEqual(listSearchNames({ package: item, matcher }, [name]), names, name);
  }
});

const ALPINE = { name: 'alpine', major: '3', minor: '18' };
const ALPINE_3_18 = { id: 'alpine', versionId: '3.18.4' };
const AFFECTED: StatementSeed = {
  id: 'CVE-1',
  provider: 'nvd',
  product: { vendor: 'libuv', product: 'libuv' },
  ranges: [{ constraint: '< 2' }],
};
const UNAFFECTED: StatementSeed = {
  id: 'ROOT-OS-1',
  provider: 'rootio',
  aliases: ['CVE-1'],
  isUnaffected: true,
  system: 0,
  ecosystem: 'apk',
  name: 'rootio-libuv',
  ranges: [{ scheme: 'ecosystem', constraint: '>= 1.44.2-r20071' }],
  qualifiers: { rootio: true },
};

suite('a rebuild of an Alpine package', () => {
  const match = (item: Partial<PackageSeed>, isParity = false) =>
    matchSeeds(
      {
        distro: ALPINE_3_18,
        packages: [{ name: 'rootio-libuv', type: 'apk', version: '1.44.2-r20070', ...item }],
      },
      { systems: [ALPINE], statements: [AFFECTED, UNAFFECTED] },
      { isParity },
    );

  test('has the vulnerabilities of the original product', async () => {
    assert.deepEqual(listFoundIds(await match({})), ['CVE-1']);
    const cpes = ['cpe:2.3:a:rootio-libuv:rootio-libuv:1.44.2:*:*:*:*:*:*:*'];
    assert.deepEqual(listFoundIds(await match({ cpes })), ['CVE-1']);
  });

  test('does not have vulnerabilities that are stated as fixed in it', async () => {
    const fixed = { version: '1.44.2-r20071' };
    assert.deepEqual(listFoundIds(await match(fixed)), []);
    assert.deepEqual(listFoundIds(await match(fixed, true)), ['CVE-1']);
  });
});

test('statements about the original apply to the rebuild as indirect matches', async () => {
  const { findings } = await matchSeeds(
    { distro: ALPINE_3_18, packages: [{ name: 'rootio-jq', type: 'apk', version: '1.6-r10001' }] },
    {
      systems: [ALPINE],
      statements: [
        {
          id: 'CVE-2',
          provider: 'alpine',
          system: 0,
          ecosystem: 'apk',
          name: 'jq',
          ranges: [{ scheme: 'apk', constraint: '< 1.7', fix: '1.7' }],
        },
      ],
    },
  );
  const [reason] = findings[0]?.matches[0]?.reasons ?? [];
  assert.deepEqual([reason?.kind, reason?.searchedName], ['indirect', 'jq']);
});
