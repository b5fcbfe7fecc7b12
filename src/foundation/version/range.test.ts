import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { evaluateRange, parseRange, type RangeVerdict, readVersion } from './range.ts';
import { findSchemeByName } from './scheme-by-name.ts';

function evaluate(range: string, version: string, schemes: [string, string]): RangeVerdict {
  const [ofVersion, ofRange] = schemes;
  return evaluateRange(
    parseRange(range, findSchemeByName(ofRange)),
    readVersion(version, findSchemeByName(ofVersion)),
  );
}

function isInRange(range: string, version: string, scheme = 'deb'): boolean | undefined {
  return evaluate(range, version, [scheme, scheme]).inRange;
}

test('an empty range contains every version, even an absent one', () => {
  assert.equal(isInRange('', '1.0'), true);
  assert.equal(isInRange(' ,, ', '1.0'), true);
  assert.equal(isInRange('', ''), true);
});

test('every other range is unknown for a package without a version', () => {
  const verdict = evaluate('< 1.0', '', ['deb', 'deb']);
  assert.equal(verdict.inRange, undefined);
  assert.equal(verdict.parseFailure?.operand, 'version');
});

test('requires all terms joined by commas, and one alternative', () => {
  assert.equal(isInRange('<1.0,>=1.4', '1.5.0'), false);
  assert.equal(isInRange('<1.0||>=1.4', '1.5.0'), true);
  assert.equal(isInRange('>= 1.0, < 1.2 || = 2.0', '2.0'), true);
  assert.equal(isInRange('>= 1.0, < 1.2 || = 2.0', '1.2'), false);
});

test('a version without an operator means this version', () => {
  assert.equal(isInRange('1.5', '1.5'), true);
  assert.equal(isInRange('1.5', '1.6'), false);
});

test('an exclamation mark before the equals sign negates it', () => {
  assert.equal(isInRange('!=1.5', '1.5'), false);
  assert.equal(isInRange('!= 1.5', '1.6'), true);
});

/** Bounds as found in feeds: versions below, and not below, the intended one. */
const MISSPELT: readonly (readonly [scheme: string, bound: string, below: string, not: string])[] =
  [
    ['apk', '0.8.21.r2', '0.8.21-r1', '0.8.21-r2'],
    ['apk', '4.8.0.-r1', '4.8.0-r0', '4.8.0-r1'],
    ['apk', '57-1-r2', '57.1-r1', '57.1-r2'],
    ['apk', '2.41-60', '2.41-r59', '2.41-r60'],
    ['rpm', '0: 1.20.10-1.azl3', '1.20.9-1.azl3', '1.20.10-1.azl3'],
    ['npm', '1.9.0b1', '1.9.0-a1', '1.9.0'],
    ['npm', '0.9.7.1', '0.9.7', '0.9.8'],
    ['npm', '1.0.0.beta.3', '1.0.0-beta.2', '1.0.0-beta.3'],
    ['go', '9.6.0b1', 'v9.5.9', 'v9.6.0'],
    ['go', '3.6.40.0.0-20260407035653-2f416e5253f1', '3.6.39', '3.6.40'],
  ];

for (const [scheme, bound, below, not] of MISSPELT) {
  test(`${bound} is not a version of ${scheme}, but a bound with its intended meaning`, () => {
    assert.equal(findSchemeByName(scheme)?.parse(bound), undefined);
    assert.equal(isInRange(`< ${bound}`, below, scheme), true);
    assert.equal(isInRange(`< ${bound}`, not, scheme), false);
  });
}

test('a bound with an unclear meaning is unknown', () => {
  assert.equal(isInRange('< 2.15.r-r1', '2.15.2-r0', 'apk'), undefined);
  assert.equal(isInRange('< edge-24.6.2', 'v24.6.1', 'go'), undefined);
  assert.equal(isInRange('< 0:', '1.0-1', 'rpm'), undefined);
});

test('quotes protect special characters', () => {
  assert.equal(isInRange(`'1.5.0'||'2.0'`, '1.5.0'), true);
  const verdict = evaluate('= "1.0, beta"', '1.0', ['fuzzy', 'fuzzy']);
  assert.equal(verdict.comparisons[0]?.right, '1.0, beta');
});

test('a range in another syntax is unknown, never false', () => {
  for (const range of ['^1.4', '~1.4', '~> 1.4', '(<2)', '1.5.0|2.0.0', '< 1.0 < 2.0', '<', `'1`]) {
    const verdict = evaluate(range, '1.5.0', ['deb', 'deb']);
    assert.equal(verdict.inRange, undefined, range);
    assert.equal(verdict.parseFailure?.operand, 'range', range);
    assert.equal(verdict.parseFailure?.text, range);
  }
});

test('reports every comparison with its operands and the scheme', () => {
  assert.deepEqual(evaluate('>= 1.0, < 1.2', '1.2-1', ['deb', 'deb']).comparisons, [
    { comparator: 'deb', left: '1.2-1', operator: '>=', right: '1.0', holds: true },
    { comparator: 'deb', left: '1.2-1', operator: '<', right: '1.2', holds: false },
  ]);
});

test('the scheme of the package compares first, that of the range if the first cannot parse the text', () => {
  assert.equal(evaluate('< 1.0_p1', '1.0-r1', ['apk', 'deb']).comparisons[0]?.comparator, 'apk');
  assert.equal(evaluate('< 1:1.0', '1.0-r1', ['apk', 'deb']).comparisons[0]?.comparator, 'deb');
  assert.equal(evaluate('< 1.0+x', '1.0-r1', ['apk', '']).comparisons[0]?.comparator, 'fuzzy');
});

test('a package without a scheme is compared by that of the range, then by the fallback', () => {
  assert.equal(evaluate('< 1.0', '0.9', ['', 'deb']).comparisons[0]?.comparator, 'deb');
  assert.equal(evaluate('< 1.0', 'r9', ['', 'deb']).comparisons[0]?.comparator, 'fuzzy');
});

test('the result is unknown if both schemes are known and neither can parse the text', () => {
  const verdict = evaluate('< 1.0_x', 'r9', ['apk', 'deb']);
  assert.equal(verdict.inRange, undefined);
  assert.deepEqual(verdict.parseFailure, {
    operand: 'version',
    text: 'r9',
    detail: '"r9" is not a version in the scheme apk or deb',
  });
});

test('an invalid bound only counts if the rest does not decide', () => {
  assert.equal(isInRange('< 1.0, < nonsense', '2.0'), false);
  assert.equal(isInRange('< nonsense || >= 1.0', '2.0'), true);
  assert.equal(isInRange('< nonsense || >= 3.0', '2.0'), undefined);
  assert.equal(evaluate('< nonsense', '2.0', ['deb', 'deb']).parseFailure?.operand, 'range');
});

test('a version or range beyond the limits is unknown', () => {
  const long = `1.${'0'.repeat(DEFAULT_LIMITS.versionCharsMax)}`;
  assert.equal(isInRange('< 2', long), undefined);
  const range = '<1,'.repeat(DEFAULT_LIMITS.rangeTermsMax + 1);
  assert.equal(isInRange(range, '2.0'), undefined);
});

test('a missing epoch may become that of the bound', () => {
  const range = parseRange('< 1:1.2', findSchemeByName('deb'));
  const version = readVersion('1.3', findSchemeByName('deb'));
  assert.equal(evaluateRange(range, version).inRange, true);
  assert.equal(evaluateRange(range, version, { missingEpoch: 'of-bound' }).inRange, false);
});

test('epochs can be compared only if both versions have one', () => {
  const isSatisfied = (constraint: string, text: string) => {
    const range = parseRange(constraint, findSchemeByName('rpm'));
    const version = readVersion(text, findSchemeByName('rpm'));
    return evaluateRange(range, version, { missingEpoch: 'of-other' }).inRange;
  };
  assert.equal(isSatisfied('< 1.2', '1:1.1'), true);
  assert.equal(isSatisfied('< 1:1.2', '1.1'), true);
  assert.equal(isSatisfied('< 1:1.2', '2:1.1'), false);
});

test('a scheme without epochs never reads them', () => {
  const range = parseRange('< 1.2', findSchemeByName('apk'));
  const version = readVersion('1.1', findSchemeByName('apk'));
  assert.equal(evaluateRange(range, version, { missingEpoch: 'of-other' }).inRange, true);
});

test('versions without an order are equal or not, and ranges that need an order are unknown', () => {
  assert.equal(isInRange('4494440 || base', 'KB4494440', 'kb'), true);
  assert.equal(isInRange('!= 4494440', '4516044', 'kb'), true);
  const verdict = evaluate('< 4516044', '4494440', ['kb', 'kb']);
  assert.equal(verdict.inRange, undefined);
  assert.equal(verdict.parseFailure?.operand, 'range');
  assert.match(verdict.parseFailure?.detail ?? '', /an order, which the scheme kb does not define/);
});

test('a range is evaluated like in its ecosystem, even if that differs from the version order', () => {
  assert.equal(isInRange('= 2.0', '2.0+local', 'pep440'), true);
});

test('invalid operators are reported', () => {
  const verdict = evaluate('=> 1.0', '1.0', ['deb', 'deb']);
  assert.equal(verdict.inRange, undefined);
  assert.match(verdict.parseFailure?.detail ?? '', /"=>" is not an operator/);
});
