import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventorySeed } from '../../test/support/inventory.ts';
import { listFoundIds, matchSeeds } from '../../test/support/match.ts';

async function judgeRpm(
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
  assert.deepEqual(listFoundIds(findings), ['CVE-1']);
  return [findings.findings[0]?.notes, findings.unevaluated.map(({ detail }) => detail)];
}

test('packages of another vendor are found with a note and reported as not evaluated', async () => {
  const note = 'built by NGINX, Inc.: the advisories of rhel 9 only cover its own builds';
  assert.deepEqual(await judgeRpm('NGINX, Inc.'), [[note], [note]]);
});

test('packages of the system vendor have no note', async () => {
  assert.deepEqual(await judgeRpm('Red Hat, Inc.'), [undefined, []]);
});

test('no vendor is reported if it is not stated, or if the vendor of the system is unknown', async () => {
  assert.deepEqual(await judgeRpm(''), [undefined, []]);
  assert.deepEqual(
    await judgeRpm('Somebody', { id: 'eurolinux', idLike: ['rhel'], versionId: '9' }),
    [undefined, []],
  );
});

test('the Grype strategy does not distinguish vendors', async () => {
  const rhel = { id: 'rhel', versionId: '9' };
  assert.deepEqual(await judgeRpm('NGINX, Inc.', rhel, true), [undefined, []]);
});

async function judgeDeb(maintainer: string, version: string, isParity = false) {
  const metadata = { kind: 'dpkg-db-entry', value: { maintainer } };
  const findings = await matchSeeds(
    {
      distro: { id: 'debian', versionId: '12' },
      packages: [{ name: 'nginx', type: 'deb', version, metadata }],
    },
    {
      systems: [{ name: 'debian', major: '12' }],
      statements: [{ id: 'CVE-1', provider: 'debian', system: 0, ecosystem: 'deb', name: 'nginx' }],
    },
    { isParity },
  );
  assert.deepEqual(listFoundIds(findings), ['CVE-1']);
  return findings.unevaluated.map(({ detail }) => detail);
}

const ELSEWHERE = ': the advisories of debian 12 only cover its own builds';
const DEBIANS = 'Debian Nginx Maintainers <pkg-nginx-maintainers@alioth-lists.debian.net>';

for (const [builder, maintainer, version] of [
  ['NGINX Packaging <nginx-packaging@f5.com>', 'NGINX Packaging <nginx-packaging@f5.com>', '1-1'],
  ['Docker <support@docker.com>', 'Docker <support@docker.com>', '1-1'],
  ['GitHub', 'GitHub', '1-1'],
  ['the PostgreSQL Global Development Group', DEBIANS, '13.2-1.pgdg100+1'],
  ['deb.sury.org', DEBIANS, '8.2.1-1+0~20230101.1+debian12~1.gbp1+deb.sury.org'],
  ['NodeSource', '', '18.0.0-1nodesource1'],
] as const) {
  test(`a dpkg package is attributed to ${builder}: ${version}`, async () => {
    assert.deepEqual(await judgeDeb(maintainer, version), [`built by ${builder}${ELSEWHERE}`]);
    assert.deepEqual(await judgeDeb(maintainer, version, true), []);
  });
}

test('attributes a dpkg package to the distribution by default', async () => {
  assert.deepEqual(await judgeDeb(DEBIANS, '1.22.1-9'), []);
  assert.deepEqual(await judgeDeb('Jane Doe <jane@notdocker.com>', '1.22.1-9'), []);
});

test('a binary is not a part of a package of another vendor', async () => {
  const listRules = async (version: string): Promise<readonly (string | undefined)[]> => {
    const findings = await matchSeeds(
      {
        distro: { id: 'debian', versionId: '12' },
        packages: [
          { name: 'nodejs', type: 'deb', version },
          { name: 'node', type: 'binary', version: '18.0.0' },
        ],
        relationships: [
          { kind: 'owns-package', from: 'key-of-nodejs-deb', to: 'key-of-node-binary', paths: [] },
        ],
      },
      {
        systems: [{ name: 'debian', major: '12' }],
        statements: [
          { id: 'CVE-2', provider: 'x', ecosystem: 'binary', name: 'node' },
          { id: 'CVE-3', provider: 'debian', system: 0, ecosystem: 'deb', name: 'other' },
        ],
      },
    );
    return [...listFoundIds(findings), ...findings.ignored.map(({ rule }) => rule)];
  };
  assert.deepEqual(await listRules('18.0.0-1'), ['part-of-system-package']);
  assert.deepEqual(await listRules('18.0.0-1nodesource1'), ['CVE-2']);
});

test('packages installed by a package of another vendor are matched by upstream statements', async () => {
  const upstream = {
    id: 'GHSA-1',
    provider: 'github',
    ecosystem: 'npm',
    name: 'tar',
    ranges: [{ scheme: 'npm', constraint: '< 9', fix: '9' }],
  };
  const ofDistro = {
    id: 'CVE-1',
    provider: 'debian',
    system: 0,
    ecosystem: 'deb',
    name: 'nodejs',
    ranges: [{ scheme: 'deb', constraint: '< 1', fix: '1' }],
  };
  const listAnswers = async (version: string): Promise<readonly string[]> => {
    const findings = await matchSeeds(
      {
        distro: { id: 'debian', versionId: '12' },
        packages: [
          { name: 'nodejs', type: 'deb', version },
          { name: 'tar', type: 'npm', version: '6.0.0' },
        ],
        relationships: [
          { kind: 'owns-package', from: 'key-of-nodejs-deb', to: 'key-of-tar-npm', paths: [] },
        ],
      },
      {
        systems: [{ name: 'debian', major: '12' }],
        statements: [{ ...upstream, aliases: ['CVE-1'] }, ofDistro],
      },
    );
    return listFoundIds(findings);
  };
  assert.deepEqual(await listAnswers('18.0.0-1'), []);
  assert.deepEqual(await listAnswers('18.0.0-1nodesource1'), ['GHSA-1']);
});
