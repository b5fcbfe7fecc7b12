import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scheme } from '../../core/scheme.ts';
import { schemes } from '../../version/registry.generated.ts';
import { schemeByName } from '../../version/scheme-by-name.ts';
import { schemeAsGrype } from './scheme-as-grype.ts';

function schemeOf(name: string): Scheme<unknown> {
  return schemeByName(name) ?? assert.fail(name);
}

/** The sign between two versions, or what of them is no version. */
function compared(scheme: Scheme<unknown>, left: string, right: string): string {
  const [one, other] = [left, right].map((text) => scheme.parse(text));
  if (one === undefined || other === undefined) {
    return '?';
  }
  return ['<', '=', '>'][scheme.compare(one, other) + 1] ?? '';
}

/** As Grype's comparator answers, and as the versions' own tool does. */
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
];

for (const [name, left, right, grype, ours] of ANSWERS) {
  test(`${name}: ${left} ${grype} ${right} for Grype, ${ours} for the versions' own tool`, () => {
    assert.equal(compared(schemeAsGrype(schemeOf(name)), left, right), grype);
    assert.equal(compared(schemeOf(name), left, right), ours);
  });
}

test('each scheme has one, which is the same each time', () => {
  for (const scheme of schemes) {
    assert.equal(schemeAsGrype(scheme), schemeAsGrype(scheme));
    assert.equal(schemeAsGrype(scheme).id, scheme.id);
  }
});
