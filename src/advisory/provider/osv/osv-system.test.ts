import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOsvRelease } from './osv-system.ts';

const RELEASES: readonly (readonly [ecosystem: string, release: string | undefined])[] = [
  ['AlmaLinux:9', 'almalinux 9'],
  ['Alpine:v3.20', 'alpine 3.20'],
  ['Alpine:edge', 'alpine edge'],
  ['Alpaquita:23', 'alpaquita 23'],
  ['Alpaquita:stream', 'alpaquita stream'],
  ['BellSoft Hardened Containers:23', 'bellsoft-hardened-containers 23'],
  ['CleanStart', 'cleanstart'],
  ['Debian:12', 'debian 12 bookworm'],
  ['Debian:6.0', 'debian 6 squeeze'],
  ['Debian:3.1', 'debian 3.1 sarge'],
  ['Debian:sid', 'debian unstable'],
  ['Photon OS:4.0', 'photon 4.0'],
  ['Red Hat:enterprise_linux:9::appstream', 'redhat 9'],
  ['Red Hat:enterprise_linux:10.0', 'redhat 10'],
  ['Red Hat:rhel_eus:9.4::appstream', 'redhat 9.4 +eus'],
  ['Red Hat:rhel_e4s:8.2::baseos', 'redhat 8.2 +e4s'],
  ['Red Hat:openshift:4.12::el8', undefined],
  ['Rocky Linux:8', 'rockylinux 8'],
  ['SUSE:Linux Enterprise Server 15 SP5', 'sles 15.5'],
  ['SUSE:Linux Enterprise Server 15 SP3-LTSS', 'sles 15.3 +ltss'],
  ['SUSE:Linux Enterprise Server 11 SP4 LTSS EXTREME CORE', 'sles 11.4 +ltss-extreme-core'],
  [
    'SUSE:Linux Enterprise Server LTSS Extended Security 12 SP5',
    'sles 12.5 +ltss-extended-security',
  ],
  ['SUSE:Linux Enterprise Module for Python 3 15 SP6', 'sles 15.6'],
  ['SUSE:Linux Enterprise Server for SAP Applications 12 SP5', 'sles_sap 12.5'],
  ['SUSE:Linux Enterprise Real Time 15 SP3', 'sle_rt 15.3'],
  ['SUSE:Linux Enterprise Real Time 12 SP5', 'sles 12.5'],
  ['SUSE:Linux Enterprise Micro 5.4', 'sle-micro 5.4'],
  ['SUSE:Manager Server 4.3', undefined],
  ['SUSE:Manager Client Tools for RHEL, Liberty and Clones 9-CLIENT-TOOLS', undefined],
  ['Ubuntu:22.04:LTS', 'ubuntu 22.04 jammy'],
  ['Ubuntu:23.10', 'ubuntu 23.10 mantic'],
  ['Ubuntu:Pro:18.04:LTS', 'ubuntu 18.04 bionic +esm'],
  ['Ubuntu:Pro:FIPS-updates:20.04:LTS', 'ubuntu 20.04 focal +fips-updates'],
  ['Wolfi', 'wolfi'],
  ['openEuler:22.03-LTS-SP3', 'openeuler 22.03 LTS-SP3'],
  ['openEuler:20.03-LTS', 'openeuler 20.03 LTS'],
  ['openEuler:23.09', 'openeuler 23.09'],
  ['openEuler:Embedded', undefined],
  ['openSUSE:Leap 15.5', 'opensuseleap 15.5'],
  ['openSUSE:Leap 15.5 NonFree', 'opensuseleap 15.5'],
  ['openSUSE:Leap Micro 5.3', 'opensuse-leap-micro 5.3'],
  ['openSUSE:Tumbleweed', 'opensuse-tumbleweed'],
  ['npm', undefined],
  ['Debian', undefined],
  ['Debian:12 and more', undefined],
  ['', undefined],
];

function describeRelease(ecosystem: string, purl = ''): string | undefined {
  const system = parseOsvRelease(ecosystem, purl)?.system;
  if (system === undefined) {
    return undefined;
  }
  const version = [system.majorVersion, system.minorVersion].filter(Boolean).join('.');
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  return [system.name, version, system.codename, system.label, channel].filter(Boolean).join(' ');
}

test('finds the release that an ecosystem names', () => {
  for (const [ecosystem, release] of RELEASES) {
    assert.equal(describeRelease(ecosystem), release, ecosystem);
  }
});

test('separates the builds of a special interest group of Rocky Linux', () => {
  const purl = 'pkg:rpm/rocky-linux/kernel?distro=rocky-linux-8-sig-cloud&epoch=0';
  assert.equal(describeRelease('Rocky Linux:8', purl), 'rockylinux 8 +sig-cloud');
  const base = 'pkg:rpm/rocky-linux/kernel?distro=rocky-linux-8&epoch=0';
  assert.equal(describeRelease('Rocky Linux:8', base), 'rockylinux 8');
});
