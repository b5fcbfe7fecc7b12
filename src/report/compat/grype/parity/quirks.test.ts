import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseSeed, StatementSeed } from '../../../../../test/support/advisory-database.ts';
import type { InventorySeed, PackageSeed } from '../../../../../test/support/inventory.ts';
import {
  createDebStatement,
  DEBIAN,
  DEBIAN_12,
  listFoundIds,
  matchSeeds,
} from '../../../../../test/support/match.ts';
import type { TargetDescription } from '../../../../foundation/core/target.ts';
import type { QuirkId } from './quirks.data.ts';

/** The findings by default, and with a single quirk of Grype. */
interface Case {
  readonly quirk: QuirkId;
  readonly inventory: InventorySeed;
  readonly seed: DatabaseSeed;
  readonly own: readonly string[];
  readonly grype: readonly string[];
}

const ALPINE = { name: 'alpine', major: '3', minor: '20' };
const ALPINE_3 = { id: 'alpine', versionId: '3.20.1' };
const IMAGE: TargetDescription = {
  kind: 'image',
  userInput: 'a',
  name: 'a',
  manifestDigest: `sha256:${'1'.repeat(64)}`,
  imageId: `sha256:${'2'.repeat(64)}`,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  tags: [],
  repoDigests: [],
  architecture: 'amd64',
  os: 'linux',
  labels: {},
  layers: [],
  manifest: Buffer.of(),
  config: Buffer.of(),
};

function createDebianCase(packages: readonly PackageSeed[], statements: readonly StatementSeed[]) {
  return { inventory: { distro: DEBIAN_12, packages }, seed: { systems: [DEBIAN], statements } };
}

const openssl = { name: 'openssl', type: 'apk', version: '3.0.0-r0' };
const opensslCpe = 'cpe:2.3:a:openssl:openssl:3.0.0-r0:*:*:*:*:*:*:*';
const ofOpenssl = { vendor: 'openssl', product: 'openssl' };

/** The owned package has its own finding, by the source of its ecosystem. */
function createOwnerCase(range: string) {
  const owned = { name: 'left', type: 'npm', version: '1.0.0', key: 'owned' };
  return {
    inventory: {
      distro: DEBIAN_12,
      packages: [{ name: 'left-pkg', type: 'deb', version: '2.0-1', key: 'owner' }, owned],
      relationships: [
        { kind: 'owns-package', from: 'owner', to: 'owned', paths: ['/left'] } as const,
      ],
    },
    seed: {
      systems: [DEBIAN],
      statements: [
        {
          ...createDebStatement('CVE-1', 'left-pkg', '1'),
          ranges: [{ scheme: 'deb', constraint: range }],
        },
        { id: 'CVE-1', provider: 'github', ecosystem: 'npm', name: 'left' },
      ],
    },
  };
}

const CASES: readonly Case[] = [
  {
    quirk: 'empty-version-matches-all',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '' }],
      [createDebStatement('CVE-1', 'sudo', '2')],
    ),
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'severity-of-best-match',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '1' }],
      [
        createDebStatement('CVE-1', 'sudo', '2', {
          severities: [{ scheme: 'CHMLN', value: 'low', rank: 1 }],
        }),
        createDebStatement('DSA-1', 'sudo', '2', {
          aliases: ['CVE-1'],
          severities: [{ scheme: 'CHMLN', value: 'high', rank: 1 }],
        }),
      ],
    ),
    own: ['CVE-1'],
    grype: ['CVE-1'],
  },
  {
    quirk: 'system-search-keeps-rejected',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '1' }],
      [createDebStatement('CVE-1', 'sudo', '2', { status: 'rejected' })],
    ),
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'release-stands-in-for-another',
    inventory: {
      distro: { id: 'alpine', versionId: '3.21.0' },
      packages: [openssl],
    },
    seed: {
      systems: [ALPINE],
      statements: [
        {
          ...createDebStatement('CVE-1', 'openssl', '4', { ecosystem: 'apk', provider: 'alpine' }),
          ranges: [{ scheme: 'apk', constraint: '< 4' }],
        },
      ],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'architecture-seldom-read',
    inventory: {
      distro: ALPINE_3,
      packages: [
        { ...openssl, architecture: 'aarch64' },
        { name: 'sudo', type: 'deb', version: '1', architecture: 'arm64' },
      ],
    },
    seed: {
      systems: [ALPINE],
      statements: [
        { ...createDebStatement('CVE-1', 'sudo', '2'), qualifiers: { architecture: 'amd64' } },
        {
          id: 'CVE-2',
          provider: 'alpine',
          system: 0,
          ecosystem: 'apk',
          name: 'openssl',
          ranges: [{ scheme: 'apk', constraint: '< 4' }],
          qualifiers: { architecture: 'x86_64' },
        },
      ],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'unjudged-silences-owned',
    ...createOwnerCase('< not a version'),
    own: ['CVE-1'],
    grype: [],
  },
  {
    quirk: 'unlisted-system-is-none',
    inventory: {
      distro: { id: 'nobody-knows' },
      packages: [{ name: 'app', type: 'npm', version: '1.0.0' }],
    },
    seed: {
      statements: [
        {
          id: 'CVE-1',
          provider: 'github',
          ecosystem: 'npm',
          name: 'app',
          qualifiers: { platform_cpes: ['cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*'] },
        },
      ],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'unaffected-only-silences',
    inventory: { distro: ALPINE_3, packages: [{ ...openssl, cpes: [opensslCpe] }] },
    seed: {
      systems: [ALPINE],
      statements: [
        { id: 'CVE-1', provider: 'nvd', product: ofOpenssl },
        {
          id: 'CVE-1',
          provider: 'alpine',
          system: 0,
          ecosystem: 'apk',
          name: 'openssl',
          isUnaffected: true,
        },
      ],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'only-cve-and-ghsa-aliases',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '1' }],
      [
        createDebStatement('CVE-1', 'sudo', '2', { aliases: ['DSA-1'] }),
        { ...createDebStatement('DSA-1', 'sudo', ''), ranges: [], isUnaffected: true },
      ],
    ),
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'unaffected-only-silences',
    inventory: {
      packages: [
        {
          name: 'openssl',
          type: 'binary',
          version: '3.0.0',
          cpes: ['cpe:2.3:a:openssl:openssl:3.0.0:*:*:*:*:*:*:*'],
        },
      ],
    },
    seed: {
      statements: [
        { id: 'CVE-1', provider: 'nvd', product: ofOpenssl },
        { id: 'CVE-1', provider: 'nvd', product: ofOpenssl, isUnaffected: true },
      ],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'packages-without-version-left-out',
    inventory: {
      packages: [{ name: 'left', type: 'npm', version: '' }],
      target: { kind: 'directory', userInput: 'a', name: 'a', path: 'a' },
    },
    seed: { statements: [{ id: 'CVE-1', provider: 'github', ecosystem: 'npm', name: 'left' }] },
    own: [],
    grype: [],
  },
  {
    quirk: 'own-ignore-rules-unused',
    ...createDebianCase(
      [
        {
          name: 'sudo-doc',
          type: 'deb',
          version: '1',
          upstreams: [{ name: 'sudo', version: '1' }],
        },
      ],
      [createDebStatement('CVE-1', 'sudo', '2')],
    ),
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'own-ignore-rules-unused',
    inventory: {
      distro: DEBIAN_12,
      target: IMAGE,
      packages: [{ name: 'linux-image-6.1.0-9-amd64', type: 'deb', version: '1' }],
    },
    seed: {
      systems: [DEBIAN],
      statements: [createDebStatement('CVE-1', 'linux-image-6.1.0-9-amd64', '2')],
    },
    own: [],
    grype: ['CVE-1'],
  },
  {
    quirk: 'unaffected-whatever-qualifier',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '1', architecture: 'amd64' }],
      [
        createDebStatement('CVE-1', 'sudo', '2'),
        {
          ...createDebStatement('CVE-1', 'sudo', ''),
          ranges: [],
          isUnaffected: true,
          qualifiers: { architecture: 'arm64' },
        },
      ],
    ),
    own: ['CVE-1'],
    grype: [],
  },
  {
    quirk: 'ignore-rules-compare-ids-only',
    ...createDebianCase(
      [{ name: 'zlib1g', type: 'deb', version: '1' }],
      [createDebStatement('DSA-1', 'zlib1g', '2', { aliases: ['CVE-2023-45853'] })],
    ),
    own: [],
    grype: ['DSA-1'],
  },
  {
    quirk: 'cvss-parts-rounded-up',
    ...createDebianCase(
      [{ name: 'sudo', type: 'deb', version: '1' }],
      [
        createDebStatement('CVE-1', 'sudo', '2', {
          severities: [
            {
              scheme: 'CVSS',
              value: { vector: 'CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:H/I:N/A:N', version: '3.1' },
              rank: 1,
            },
          ],
        }),
      ],
    ),
    own: ['CVE-1'],
    grype: ['CVE-1'],
  },
  {
    quirk: 'package-cpes-not-searched',
    inventory: {
      packages: [
        {
          name: 'openssl',
          type: 'binary',
          version: '3.0.0',
          cpes: ['cpe:2.3:a:openssl:openssl:3.0.0:*:*:*:*:*:*:*'],
        },
      ],
    },
    seed: {
      statements: [
        { id: 'CVE-1', provider: 'nvd', ecosystem: 'conan', name: 'openssl', product: ofOpenssl },
      ],
    },
    own: ['CVE-1'],
    grype: [],
  },
];

for (const { quirk, inventory, seed, own, grype } of CASES) {
  test(`${quirk} changes a result by itself`, async () => {
    const byDefault = await matchSeeds(inventory, seed);
    const asGrype = await matchSeeds(inventory, seed, { isParity: true, quirks: [quirk] });
    assert.deepEqual([listFoundIds(byDefault), listFoundIds(asGrype)], [own, grype]);
    const isSame = JSON.stringify(byDefault) === JSON.stringify(asGrype);
    assert.ok(!isSame, 'it makes a difference');
  });
}
