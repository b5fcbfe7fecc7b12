import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatingSystem } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import { resolveReleases, type SystemOverride } from './resolve-release.ts';

let nextId = 0;

function createSystem(name: string, version: string, more: Partial<OperatingSystem> = {}) {
  const [majorVersion = '', minorVersion = ''] = version.split('.');
  const texts = {
    releaseId: name,
    majorVersion,
    minorVersion,
    label: '',
    codename: '',
    channel: '',
  };
  return { id: ++nextId, name, ...texts, ...more };
}

function createRule(alias: string, more: Partial<SystemOverride>): SystemOverride {
  return { alias, version: '', versionPattern: '', codename: '', isRolling: false, ...more };
}

const TABLES = {
  systems: [
    createSystem('alpine', '3.9'),
    createSystem('alpine', '3.10'),
    createSystem('alpine', '', { label: 'edge' }),
    createSystem('debian', '12', { codename: 'bookworm' }),
    createSystem('debian', '', { label: 'unstable' }),
    createSystem('redhat', '8', { releaseId: 'rhel' }),
    createSystem('redhat', '8.4', { releaseId: 'rhel' }),
    createSystem('redhat', '8.4', { releaseId: 'rhel', channel: 'eus' }),
    createSystem('redhat', '9.1', { releaseId: 'rhel' }),
    createSystem('redhat', '9.2', { releaseId: 'rhel' }),
    createSystem('ubuntu', '22.4', { codename: 'jammy' }),
    createSystem('archlinux', '', { releaseId: 'arch', label: 'rolling' }),
    createSystem('almalinux', '8', { releaseId: '' }),
    createSystem('fedora', '8'),
    createSystem('openeuler', '22.3', { releaseId: 'openEuler', label: 'LTS' }),
    createSystem('openeuler', '22.3', { releaseId: 'openEuler', label: 'LTS-SP1' }),
    createSystem('openeuler', '22.9', { releaseId: 'openEuler' }),
  ],
  overrides: [
    createRule('rocky', { name: 'rhel' }),
    createRule('rockylinux', { name: 'rhel' }),
    createRule('almalinux', { name: 'rhel' }),
    createRule('alpine', { versionPattern: '.*_alpha.*', isRolling: true, label: 'edge' }),
    createRule('archlinux', { isRolling: true }),
    createRule('debian', { codename: 'forky', isRolling: true, label: 'unstable' }),
    createRule('postmarketos', {
      version: '25.06',
      name: 'alpine',
      majorVersion: '3',
      minorVersion: '10',
    }),
    createRule('postmarketos', { versionPattern: '^$', name: 'alpine' }),
    createRule('suspicious', { versionPattern: '(a+)+$', name: 'debian' }),
  ],
};

function resolve(distro: Partial<Distro>, more: { channel?: string; isReplaced?: boolean } = {}) {
  const options = { isReplaced: true, isWidened: true, ...more };
  return resolveReleases({ id: '', idLike: [], ...distro }, TABLES, options).map(
    ({ name, majorVersion, minorVersion, label, channel }) =>
      `${name} ${majorVersion}${minorVersion && `.${minorVersion}`}${label}${channel && `+${channel}`}`,
  );
}

test('selects the exact release, without leading zeros', () => {
  assert.deepEqual(resolve({ id: 'alpine', versionId: '3.10.2' }), ['alpine 3.10']);
  assert.deepEqual(resolve({ id: 'ubuntu', versionId: '22.04', versionCodename: 'jammy' }), [
    'ubuntu 22.4',
  ]);
});

test('falls back to the major version, then to any of its minor versions', () => {
  assert.deepEqual(resolve({ id: 'rhel', versionId: '8.9' }), ['redhat 8']);
  assert.deepEqual(resolve({ id: 'rhel', versionId: '9' }), ['redhat 9.1', 'redhat 9.2']);
  assert.deepEqual(resolve({ id: 'rhel', versionId: '10' }), []);
});

test('applies only the first matching rule', () => {
  assert.deepEqual(resolve({ id: 'rocky', idLike: ['rhel'], versionId: '8.4' }), ['redhat 8.4']);
  assert.deepEqual(resolve({ id: 'alpine', versionId: '3.23.0_alpha20250612' }), ['alpine edge']);
  assert.deepEqual(resolve({ id: 'debian', versionCodename: 'forky' }), ['debian unstable']);
  assert.deepEqual(resolve({ id: 'arch', buildId: 'rolling' }), ['archlinux rolling']);
  assert.deepEqual(resolve({ id: 'postmarketos', versionId: '25.06' }), ['alpine 3.10']);
});

test('returns every release of a system for a distro without a version', () => {
  assert.deepEqual(resolve({ id: 'postmarketos' }), ['alpine 3.9', 'alpine 3.10', 'alpine edge']);
});

test('requires the code name to match if there is one', () => {
  assert.deepEqual(resolve({ id: 'debian', versionId: '12', versionCodename: 'bookworm' }), [
    'debian 12',
  ]);
  assert.deepEqual(resolve({ id: 'debian', versionId: '12', versionCodename: 'trixie' }), []);
});

test('treats a version without digits as a code name', () => {
  assert.deepEqual(resolve({ id: 'debian', versionId: 'unstable' }), ['debian unstable']);
});

test('distinguishes channels', () => {
  assert.deepEqual(resolve({ id: 'rhel', versionId: '8.4' }, { channel: 'eus' }), [
    'redhat 8.4+eus',
  ]);
  assert.deepEqual(resolve({ id: 'ubuntu', versionId: '22.04' }, { channel: 'esm' }), []);
});

test('uses only the data of the vendor if rules are not applied', () => {
  const alma = { id: 'almalinux', idLike: ['rhel'], versionId: '8.5' };
  assert.deepEqual(resolve(alma), ['redhat 8']);
  assert.deepEqual(resolve(alma, { isReplaced: false }), ['almalinux 8']);
});

test('only uses ID_LIKE and NAME for systems with an unknown ID', () => {
  const jammy = { versionId: '22.04', versionCodename: 'jammy' };
  assert.deepEqual(resolve({ id: 'pop', idLike: ['none', 'ubuntu'], ...jammy }), ['ubuntu 22.4']);
  assert.deepEqual(resolve({ id: 'unheard', name: 'Alpine Linux', versionId: '3.9' }), [
    'alpine 3.9',
  ]);
  // Oracle Linux is like Fedora, but Fedora 8 has no data about it.
  assert.deepEqual(resolve({ id: 'ol', idLike: ['fedora'], versionId: '8.4' }), []);
});

test('prefers VERSION if VERSION_ID is not a version', () => {
  assert.deepEqual(resolve({ id: 'alpine', versionId: 'x_y', version: '3.9' }), ['alpine 3.9']);
});

test('selects the service pack that the words of a distro name', () => {
  const base = { id: 'openEuler', versionId: '22.03' };
  assert.deepEqual(resolve({ ...base, version: '22.03 (LTS-SP1)' }), ['openeuler 22.3LTS-SP1']);
  assert.deepEqual(resolve({ ...base, version: '22.03 LTS' }), ['openeuler 22.3LTS']);
  assert.deepEqual(resolve({ ...base, prettyName: 'openEuler 22.03 (LTS)' }), [
    'openeuler 22.3LTS',
  ]);
  assert.deepEqual(resolve({ id: 'openeuler', versionId: '22.03-LTS-SP1' }), [
    'openeuler 22.3LTS-SP1',
  ]);
  assert.deepEqual(resolve({ id: 'openeuler', versionId: '22.03-lts' }), ['openeuler 22.3LTS']);
  assert.deepEqual(resolve({ id: 'openEuler', versionId: '22.09' }), ['openeuler 22.9']);
});

test('never replaces a service pack with another one', () => {
  const base = { id: 'openEuler', versionId: '22.03' };
  assert.deepEqual(resolve(base), []);
  assert.deepEqual(resolve({ ...base, version: '22.03 (LTS-SP2)' }), []);
  assert.deepEqual(resolve({ id: 'openeuler', versionId: '22.03-LTS-SP12' }), []);
  // Another version without service packs is still used for a release without data.
  assert.deepEqual(resolve({ id: 'openEuler', versionId: '22.05' }), ['openeuler 22.9']);
});

test('skips rules whose pattern could take exponential time', () => {
  assert.deepEqual(resolve({ id: 'suspicious', versionId: `${'a'.repeat(200)}!` }), []);
});

test('a release with only dates counts as missing if statements are required', () => {
  const systems = [
    createSystem('sles', '15'),
    createSystem('sles', '15.1'),
    createSystem('sles', '15.2'),
  ];
  const coverage = new Map(
    systems.map(({ id, minorVersion }) => [
      id,
      minorVersion === '2' ? undefined : { statements: minorVersion === '' ? 3 : 0, unfixed: 0 },
    ]),
  );
  const resolveMinors = (versionId: string, isStated: boolean) =>
    resolveReleases(
      { id: 'sles', idLike: [], versionId },
      { systems, overrides: [], coverage },
      { isReplaced: true, isWidened: true, isStated },
    ).map(({ minorVersion }) => minorVersion);
  assert.deepEqual(resolveMinors('15.1', true), ['']);
  assert.deepEqual(resolveMinors('15.1', false), ['1']);
  assert.deepEqual(resolveMinors('15.2', true), ['2']);
});

test("a rule that keeps the system's own releases adds them, by the other rules", () => {
  const tables = {
    systems: [
      createSystem('redhat', '9', { releaseId: 'rhel' }),
      createSystem('rockylinux', '9', { releaseId: 'rocky' }),
      createSystem('gentoo', ''),
    ],
    overrides: [
      createRule('rockylinux', { name: 'rhel', keepsOwn: true }),
      createRule('gentoo', { name: 'rhel', keepsOwn: true }),
      createRule('gentoo', { isRolling: true }),
    ],
  };
  const resolveNames = (id: string, versionId: string) =>
    resolveReleases({ id, idLike: [], versionId }, tables, {
      isReplaced: true,
      isWidened: true,
    }).map(({ name, majorVersion }) => `${name} ${majorVersion}`.trim());
  assert.deepEqual(resolveNames('rocky', '9.4'), ['rockylinux 9', 'redhat 9']);
  assert.deepEqual(resolveNames('rocky', '8.4'), []);
  assert.deepEqual(resolveNames('gentoo', '9'), ['gentoo', 'redhat 9']);
});
