import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isInVers } from './vers.ts';

const CASES: readonly (readonly [string, string, boolean | undefined])[] = [
  ['vers:npm/1.2.3', '1.2.3', true],
  ['vers:npm/=1.2.3|1.3.0', '1.3.0', true],
  ['vers:npm/1.2.3', '1.2.4', false],
  ['vers:npm/>=1.0.0|<2.0.0', '1.9.9', true],
  ['vers:npm/>=1.0.0|<2.0.0', '2.0.0', false],
  ['vers:npm/>=1.0.0|<2.0.0', '0.9.0', false],
  ['vers:npm/>=1.0.0|<2.0.0', '1.0.0', true],
  ['vers:npm/>=1.0.0|!=1.5.0|<2.0.0', '1.5.0', false],
  ['vers:npm/!=1.5.0', '1.5.1', true],
  ['vers:npm/<1.0.0|>=2.0.0|<3.0.0', '0.1.0', true],
  ['vers:npm/<1.0.0|>=2.0.0|<3.0.0', '1.5.0', false],
  ['vers:npm/<1.0.0|>=2.0.0|<3.0.0', '2.5.0', true],
  ['vers:npm/<=1.0.0|>2.0.0', '1.0.0', true],
  ['vers:npm/<=1.0.0|>2.0.0', '9.0.0', true],
  ['vers:npm/>1.0.0|>2.0.0', '1.5.0', true],
  ['vers:npm/<1.0.0|<2.0.0', '1.5.0', true],
  ['vers:deb/>=1:2.0-1|<1:3.0-1', '1:2.5-1', true],
  ['vers:debian/<1%3A3.0-1', '1:2.5-1', true],
  ['vers:rpm/<3.0-1', '2.9-1', true],
  ['vers:all/*', 'anything', true],
  ['VERS:NPM/*', '1.0.0', true],
  ['vers:npm/>=1.0.0|<not a version', '1.0.0', undefined],
  ['vers:npm/>=1.0.0', 'not a version', undefined],
  ['vers:npm/%zz', '1.0.0', undefined],
  ['vers:npm/>=', '1.0.0', undefined],
  ['>= 1.0', '1.0.0', undefined],
];

suite('vers ranges', () => {
  for (const [range, version, expected] of CASES) {
    test(`${version} in ${range} is ${String(expected)}`, () => {
      assert.equal(isInVers(range, version), expected);
    });
  }

  test('an unknown name is compared by the scheme of the package', () => {
    assert.equal(isInVers('vers:unheard/<1.0.0', '1.0.0-rc.1', 'semver'), true);
    assert.equal(isInVers('vers:unheard/<1.0.0', '1.0.0', 'no such scheme either'), undefined);
  });
});
