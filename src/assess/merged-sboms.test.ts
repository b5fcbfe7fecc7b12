import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFolder, writeReport } from '../../test/conformance/score.ts';
import { createDatabase } from '../../test/support/advisory-database.ts';
import { createInventory } from '../../test/support/inventory.ts';
import { createDebStatement, DEBIAN, DEBIAN_12 } from '../../test/support/match.ts';
import { mergeInventories } from '../inventory/assemble/merge-inventories.ts';
import { evaluate } from './evaluate.ts';
import { readInventory } from './read-inventory.ts';

const TOOL = { name: 'plimsoll', version: '0' };
const NOW = '2026-01-05T00:00:00Z';
const SEED = {
  systems: [DEBIAN, { name: 'alpine', major: '3', minor: '11' }],
  statements: [
    createDebStatement('CVE-2021-1', 'openssl', '2'),
    {
      id: 'CVE-2021-2',
      provider: 'alpine',
      system: 1,
      ecosystem: 'apk',
      name: 'openssl',
      ranges: [{ scheme: 'apk', constraint: '< 2', fix: '2' }],
    },
  ],
};
const DEBIAN_PART = createInventory({
  distro: { ...DEBIAN_12, idLike: [] },
  packages: [
    {
      key: 'd'.repeat(16),
      name: 'openssl',
      version: '1',
      type: 'deb',
      purl: 'pkg:deb/debian/openssl@1?distro=debian-12',
    },
  ],
});
const ALPINE_PART = createInventory({
  distro: { id: 'alpine', idLike: [], versionId: '3.11.6' },
  packages: [
    {
      key: 'a'.repeat(16),
      name: 'openssl',
      version: '1',
      type: 'apk',
      purl: 'pkg:apk/alpine/openssl@1?distro=alpine-3.11.6',
    },
  ],
});

for (const format of [
  'json',
  'cyclonedx-json',
  'cyclonedx-xml',
  'spdx-json',
  'syft-json',
  'purls',
]) {
  test(`a merged SBOM of a Debian and an Alpine image has the findings of both by ${format}`, async () => {
    using database = await createDatabase(SEED);
    const found = await withFolder(async (folder) => {
      const file = join(folder, 'merged');
      const inventory = mergeInventories([DEBIAN_PART, ALPINE_PART], 'both');
      writeReport({ tool: TOOL, inventory, configuration: {} }, format, file, { isParity: false });
      const read = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
      return evaluate(read, database, { now: NOW });
    });
    assert.deepEqual(
      found.findings.map(({ id }) => id),
      ['CVE-2021-2', 'CVE-2021-1'],
    );
    assert.deepEqual(found.unevaluated, []);
  });
}
