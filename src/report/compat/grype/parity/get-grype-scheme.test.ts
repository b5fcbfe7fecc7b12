import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../../../test/support/inventory.ts';
import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { schemes } from '../../../../foundation/version/registry.generated.ts';
import { findSchemeByName } from '../../../../foundation/version/scheme-by-name.ts';
import { stock } from '../../../../vulnerability/match/matcher/stock.ts';
import { matchers } from '../../../../vulnerability/match/registry.generated.ts';
import { chooseGrypeScheme } from './choose-grype-scheme.ts';
import { getGrypeScheme } from './get-grype-scheme.ts';

function getScheme(name: string): Scheme<unknown> {
  return findSchemeByName(name) ?? assert.fail(name);
}

/** Returns the sign between two versions, or which of them is invalid. */
function compareTexts(scheme: Scheme<unknown>, left: string, right: string): string {
  const [one, other] = [left, right].map((text) => scheme.parse(text));
  if (one === undefined || other === undefined) {
    return '?';
  }
  return ['<', '=', '>'][scheme.compare(one, other) + 1] ?? '';
}

/** Results of Grype's comparator and of the versions' own tool. */
const ANSWERS: readonly (readonly [
  scheme: string,
  left: string,
  right: string,
  grype: string,
  ours: string,
])[] = [
  ['rpm', '1.0^20240101', '1.0.1', '>', '<'],
  ['rpm', '1.0', '1.0.0', '=', '<'],
  ['rpm', '1.0.0', '1.0', '=', '>'],
  ['rpm', '8.3.1-5.el8', '8.3.1-5.el8.0.0', '=', '<'],
  ['rpm', '8.3.1-5.el8', '8.3.1-5.el8.0.1', '<', '<'],
  ['rpm', '1.0', '1.0~rc1', '>', '>'],
  ['rpm', '1.0~rc1', '1.0', '<', '<'],
  ['rpm', '1.0.a', '1.0.1', '<', '<'],
  ['rpm', '1.0.1', '1.0.a', '>', '>'],
  ['rpm', '1:1.0-1', '2:0.1-1', '<', '<'],
  ['rpm', '1.0-2-1', '1.0-3', '<', '>'],
  ['rpm', ' ', '1.0', '?', '?'],
  ['apk', '1.2.3~abcdef-r0', '1.2.4', '?', '<'],
  ['apk', 'v1.5.0', '1.5.0', '=', '?'],
  ['go', 'go1.21rc2', 'go1.21.0', '?', '<'],
  ['go', '1.21.1', '1.21.0', '>', '>'],
  ['gem', '1.13.1-mingw32', '1.13.1', '<', '='],
  ['gem', '1.13.1-java', '1.13.1', '=', '='],
  ['bitnami', '1.2.3-rc1', '1.2.3', '=', '<'],
  ['jvm', '17.0.1.1', '17.0.1', '=', '>'],
  ['jvm', '1.8.0_131', '1.8.0_132', '<', '<'],
  ['bitnami', 'v1.15.2a', '1.15.2', '=', '?'],
  ['bitnami', 'latest', '1.15.2', '?', '?'],
  ['go', '0.9.0.1', '0.9.0', '>', '?'],
  ['go', '9.6.0b1', '9.6.0', '?', '?'],
  ['kb', 'KB4480961', '4480961', '>', '='],
  ['kb', '4480961', '4480961', '=', '='],
  ['deb', '1.0~rc1', '1.0', '<', '<'],
  ['maven', '4.0.0-rc1', '4.0.0.Alpha1', '<', '>'],
  ['maven', '4.0.0-1', '4.0.0.Alpha1', '<', '>'],
  ['maven', '1.0.0.RC1', '1.0-RC1', '>', '='],
  ['maven', '1-2.', '1', '=', '>'],
  ['maven', '1..', '1', '=', '='],
  ['maven', '99999999999999999999', '9223372036854775807', '=', '>'],
  ['maven', '12.10.2.jre11', '12.10.2', '=', '='],
  ['maven', 'a1', 'alpha-1', '=', '='],
  ['maven', '-', '0', '=', '?'],
  ['pep440', '1.0+a-1', '1.0+a.1', '>', '='],
  ['pep440', '1.0+1.2', '1.0+1.10', '<', '<'],
];

for (const [name, left, right, grype, ours] of ANSWERS) {
  test(`${name}: ${left} ${grype} ${right} for Grype, ${ours} for the tool of the versions`, () => {
    assert.equal(compareTexts(getGrypeScheme(name), left, right), grype);
    assert.equal(compareTexts(getScheme(name), left, right), ours);
  });
}

test('maven: a version that exceeds the length limit is invalid', () => {
  const long = `1${'-1'.repeat(3_000)}`;
  assert.equal(compareTexts(getGrypeScheme('maven'), long, '1'), '?');
});

/**
 * Recorded results of Grype's comparator; a scheme name that it does not know stands for a guess.
 */
const RECORDED: readonly (readonly [scheme: string, left: string, right: string, sign: string])[] =
  [
    ['semantic', '1.0.0.0-beta', '1.0.0', '='],
    ['semantic', '1.0.0-rc.1', '1.0.0', '<'],
    ['semantic', '1.0.0-rc', '1.0.0-rc.1', '<'],
    ['semantic', '1.0.0-rc.1', '1.0.0-rc', '>'],
    ['semantic', '1.0.0.rc2', '1.0.0-rc10', '>'],
    ['semantic', '1.0.0-9', '1.0.0-a', '<'],
    ['semantic', 'v1.2', '1.2.0', '='],
    ['semantic', '9223372036854775808.0', '1.0', '?'],
    ['semantic', '1.0_1', '1.0', '?'],
    ['semantic', '1.0.0', '1.0.0-rc', '>'],
    ['semantic', '1.0a', '1.0.0', '<'],
    ['semantic', '1.2.3.4', '1.2.3', '>'],
    ['fuzzy', '1.0.2k', '1.0.2l', '<'],
    ['fuzzy', '1.0.0~rc1', '1.0.0', '>'],
    ['fuzzy', '1.7.5-1', '1.7.5', '<'],
    ['fuzzy', '8p9', '8p15', '<'],
    ['fuzzy', '8p9a', '8p15', '>'],
    ['fuzzy', '8q9', '8p15', '>'],
    ['fuzzy', '1.2.0.beta1', '1.2.0', '>'],
    ['fuzzy', 'v1.01', '1.1', '>'],
    ['fuzzy', '1:2.0', '2.0', '<'],
    ['fuzzy', '3.7.0.dev1', '3.7.0', '>'],
    ['fuzzy', '1.0.0.0', '1.0.0', '>'],
    ['fuzzy', '1.0.0rc1', '1.0.0', '<'],
    ['fuzzy', '98SE', '98SP1', '<'],
    ['fuzzy', '2.10a', '2.9b', '>'],
    ['fuzzy', '1.0.02', '1.0.3', '<'],
    ['apk', '1.18.-r2', '1.18-r3', '>'],
    ['apk', '57-1-r2', '57.1-r1', '<'],
    ['apk', '2.41-60', '2.41-r1', '<'],
    ['apk', '1.2.3-r0-r1', '1.2.3-r0', '>'],
    ['apk', '1.0_rc1', '1.0', '>'],
    ['apk', '1.0', '1.0_rc1', '<'],
    ['apk', '1.0_p1', '1.0', '>'],
    ['apk', '1.0', '1.0_p1', '<'],
    ['apk', '1.0a', '1.0', '>'],
    ['apk', '1.0a2', '1.0a', '>'],
    ['apk', '1.0a.1', '1.0', '?'],
    ['apk', '1.01', '1.1', '<'],
    ['apk', '1.00', '1.0', '<'],
    ['apk', '1.0_foo', '1.0', '?'],
    ['apk', '1.0_git2020_p1', '1.0_git2020', '>'],
    ['apk', '1.0-r1_p1', '1.0', '?'],
    ['apk', '1.0-', '1.0', '?'],
    ['apk', '1.0!1', '1.0', '?'],
    ['apk', '1.0_alpha2', '1.0_alpha10', '<'],
    ['apk', '0.8.21.r2', '0.8.21', '>'],
    ['apk', '1.0-r1.2', '1.0', '?'],
    ['apk', '1.0_p.1', '1.0', '?'],
    ['apk', '1.001.2', '1.01.2', '<'],
    ['apk', '1.0.1', '1.0.1', '='],
    ['deb', '1.0_1-1', '1.0-1', '>'],
    ['deb', '1.0-', '1.0-1', '<'],
    ['deb', 'a1', '1', '?'],
    ['gem', 'v1.4.0', '1.3.1', '<'],
    ['gem', '1rc2', '1', '<'],
    ['go', '2.1.0.0', '2.1.5', '<'],
    ['go', 'v1.0.0+incompatible+dirty', '1.0.0', '='],
    ['go', '(devel)', '1.0.0', '?'],
    ['go', '1.24', 'go1.24.0', '='],
    ['bitnami', '1.2+x+x', '1.2', '?'],
    ['bitnami', '2.4.50rc1', '2.4.50', '='],
    ['bitnami', '1.2.3.4', '1.2.3', '>'],
    ['jvm', '17.0.1.1', '17.0.1', '='],
    ['jvm', '1.8.0_302-b08', '8.0.302', '='],
    ['jvm', '8.0-update302', '8.0.301', '>'],
    ['jvm', '9.0.0-ea', '9.0.0', '<'],
    ['jvm', 'latest', '9', '?'],
    ['jvm', '1.8', '8.0.0', '='],
    ['jvm', '17', '17.0.0', '='],
    ['rpm', 'v0:1.0-1', '1.0-1', '?'],
    ['rpm', '-1', '1.0', '<'],
    ['rpm', '1:-1', '1:1.0', '<'],
    ['apk', '1.2_rc1', '1.2', '<'],
    ['apk', '1.2_p1', '1.2', '>'],
    ['apk', '1.2_foo', '1.2', '?'],
    ['apk', '1.2a', '1.2', '>'],
    ['apk', '1.2a2', '1.2a', '>'],
    ['apk', '1.2a.1', '1.2', '?'],
    ['apk', '1.2-r1_p1', '1.2', '?'],
    ['apk', '1.2_p1.1', '1.2', '?'],
    ['apk', '1.2-r1.2', '1.2', '?'],
    ['apk', '1.2_git2_p1', '1.2_git2', '>'],
    ['apk', '1.2-r1', '1.2_rc1', '>'],
    ['apk', '1.2_rc1', '1.2_rc1', '='],
    ['fuzzy', '8pa', '8p15', '>'],
    ['fuzzy', '1_2', '1_2', '='],
    ['fuzzy', '08', '8', '>'],
    ['semantic', '1.0-a', '1.0-a', '='],
    ['semantic', '1.0-a.b', '1.0-a.b', '='],
    ['fuzzy', 'a8x', '8p15', '<'],
    ['apk', '1_rc2_p3', '1_rc2', '>'],
  ];

const OPPOSITE: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['>', '<'],
]);

for (const [name, left, right, sign] of RECORDED) {
  test(`${name}: ${left} ${sign} ${right} for Grype`, () => {
    assert.equal(compareTexts(getGrypeScheme(name), left, right), sign);
    assert.equal(compareTexts(getGrypeScheme(name), right, left), OPPOSITE.get(sign) ?? sign);
  });
}

test('returns one scheme per name, the same each time', () => {
  for (const name of [...schemes.map(({ id }) => id), 'semver', 'no such']) {
    assert.equal(getGrypeScheme(name), getGrypeScheme(name));
  }
  const getSchemeId = (name: string): string => getGrypeScheme(name).id;
  assert.deepEqual(['NPM', 'cargo', 'dpkg', ''].map(getSchemeId), [
    'semantic',
    'fuzzy',
    'deb',
    'fuzzy',
  ]);
});

/** Schemes for packages for whose ecosystem Grype has no rules, or other ones. */
const PACKAGES: readonly (readonly [item: PackageSeed, scheme: string | undefined])[] = [
  [{ name: 'a', type: 'npm' }, undefined],
  [{ name: 'a', type: 'alpm' }, 'rpm'],
  [{ name: 'a', type: 'deb' }, 'deb'],
  [{ name: 'a', type: 'java-archive' }, 'maven'],
  [{ name: 'a', type: 'jenkins-plugin' }, undefined],
  [{ name: 'a', type: 'binary' }, undefined],
  [{ name: 'jre', type: 'binary' }, 'jvm'],
  [{ name: 'jre', type: 'conan' }, undefined],
  [{ name: 'a', type: 'binary', metadata: { kind: 'java-jvm-installation', value: {} } }, 'jvm'],
];

for (const [item, scheme] of PACKAGES) {
  test(`${item.type} ${item.name} is compared by ${scheme ?? 'guess'}`, () => {
    const [pkg] = createInventory({ packages: [item] }).packages;
    assert.ok(pkg);
    const matcher = matchers.find(({ types }) => types.includes(item.type)) ?? stock;
    assert.equal(chooseGrypeScheme({ matcher, package: pkg }), scheme);
  });
}
