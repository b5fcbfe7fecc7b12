import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventorySeed } from '../../test/support/inventory.ts';
import { foundIds, matchSeeds } from '../../test/support/match.ts';

async function judged(
  vendor: string,
  distro: NonNullable<InventorySeed['distro']> = { id: 'rhel', versionId: '9' },
  isParity = false,
) {
  const metadata = { kind: 'rpm-db-entry', value: { vendor } };
  const findings = await matchSeeds(
    { distro, packages: [{ name: 'nginx', type: 'rpm', metadata }] },
    {
      systems: [{ name: 'redhat', releaseId: 'rhel', major: '9' }],
      statements: [{ id: 'CVE-1', provider: 'rhel', system: 0, ecosystem: 'rpm', name: 'nginx' }],
    },
    { isParity },
  );
  assert.deepEqual(foundIds(findings), ['CVE-1']);
  return [findings.findings[0]?.notes, findings.unevaluated.map(({ detail }) => detail)];
}

test('what another vendor built is found, with a note, and is said not to be evaluated', async () => {
  const note = 'built by NGINX, Inc.: the advisories of rhel 9 are about its own builds';
  assert.deepEqual(await judged('NGINX, Inc.'), [[note], [note]]);
});

test('what the vendor of the system built has no note', async () => {
  assert.deepEqual(await judged('Red Hat, Inc.'), [undefined, []]);
});

test('without a stated vendor, and of a system whose vendor is not known, nothing is said', async () => {
  assert.deepEqual(await judged(''), [undefined, []]);
  assert.deepEqual(
    await judged('Somebody', { id: 'eurolinux', idLike: ['rhel'], versionId: '9' }),
    [undefined, []],
  );
});

test('Grype makes no difference', async () => {
  const rhel = { id: 'rhel', versionId: '9' };
  assert.deepEqual(await judged('NGINX, Inc.', rhel, true), [undefined, []]);
});
