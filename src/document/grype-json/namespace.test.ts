import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Advisory, OperatingSystem } from '../../foundation/core/advisory.ts';
import { getGhsaNamespace, getNamespace } from './namespace.ts';

function getSystem(
  name: string,
  majorVersion: string,
  minorVersion = '',
  more: Partial<OperatingSystem> = {},
): OperatingSystem {
  const empty = { releaseId: name, label: '', codename: '', channel: '' };
  return { id: 1, name, majorVersion, minorVersion, ...empty, ...more };
}

function createAdvisory(provider: string, about: Partial<Advisory>): Advisory {
  const lists = { aliases: [], cves: [], ranges: [] };
  const record = { shard: 's', key: 'k' };
  return {
    vulnerability: 'CVE-1',
    provider,
    status: 'active',
    effect: 'affected',
    record,
    ...lists,
    ...about,
  };
}

const SYSTEMS = [
  ['debian', getSystem('debian', '12'), 'debian:distro:debian:12'],
  ['debian', getSystem('debian', '', '', { label: 'unstable' }), 'debian:distro:debian:unstable'],
  ['debian', getSystem('debian', '', '', { codename: 'sid' }), 'debian:distro:debian:sid'],
  ['alpine', getSystem('alpine', '3', '8'), 'alpine:distro:alpine:3.8'],
  ['wolfi', getSystem('wolfi', '', '', { label: 'rolling' }), 'wolfi:distro:wolfi:rolling'],
  ['rhel', getSystem('redhat', '8', '4'), 'redhat:distro:redhat:8'],
  ['sles', getSystem('sles', '15', '4', { channel: 'ltss' }), 'sles:distro:sles:15.4+ltss'],
  ['sles', getSystem('sles', '15', '', { channel: 'ltss' }), 'sles:distro:sles:15+ltss'],
  ['oracle', getSystem('oracle', '8', '1'), 'oracle:distro:oraclelinux:8'],
  ['ubuntu', getSystem('ubuntu', '20', '4'), 'ubuntu:distro:ubuntu:20.04'],
  ['ubuntu', getSystem('ubuntu', '20', '10'), 'ubuntu:distro:ubuntu:20.10'],
  ['mariner', getSystem('mariner', '2'), 'mariner:distro:mariner:2.0'],
  ['mariner', getSystem('azurelinux', '3', '0'), 'mariner:distro:azurelinux:3.0'],
] as const;

const ECOSYSTEMS = [
  ['github', 'npm', 'github:language:javascript'],
  ['github', 'Chainguard', 'github:language:Chainguard'],
  ['bitnami', 'bitnami', 'bitnami'],
  ['bitnami', 'Bitnami', 'bitnami'],
  ['msrc', 'msrc-kb', 'msrc:distro:windows:10'],
  ['nvd', '', 'nvd:cpe'],
] as const;

test('names system statements', () => {
  for (const [provider, operatingSystem, namespace] of SYSTEMS) {
    assert.equal(getNamespace(createAdvisory(provider, { operatingSystem })), namespace);
  }
});

test('names ecosystem and product statements', () => {
  for (const [provider, ecosystem, namespace] of ECOSYSTEMS) {
    assert.equal(
      getNamespace(createAdvisory(provider, { ecosystem, packageName: '10' })),
      namespace,
    );
  }
  assert.equal(getNamespace(createAdvisory('nvd', {})), 'nvd:cpe');
  assert.equal(getNamespace(createAdvisory('msrc', { ecosystem: 'msrc' })), 'msrc:distro:windows:');
  assert.equal(getGhsaNamespace(createAdvisory('nvd', {})), 'github:language:');
});
