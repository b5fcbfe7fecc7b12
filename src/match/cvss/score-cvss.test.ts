import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scoreCvss } from './score-cvss.ts';

/** Vectors with the scores of the specifications' formulas and of other calculators. */
const SCORES = [
  ['AV:N/AC:L/Au:N/C:P/I:P/A:P', 7.5, 10, 6.4],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8, 10, 6.9],
  ['(AV:L/AC:H/Au:N/C:C/I:C/A:C)', 6.2, 1.9, 10],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:N', 0, 10, 0],
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 3.9, 5.9],
  ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4, 3.1, 2.7],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 3.9, 6],
  ['CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N', 0, 0.1, 0],
  ['CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N/E:P', 5.5, 1.8, 3.6],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10, undefined, undefined],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3, undefined, undefined],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0, undefined, undefined],
  ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3, undefined, undefined],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N', 5.1, undefined, undefined],
  [
    'CVSS:4.0/AV:N/AC:H/AT:P/PR:L/UI:N/VC:N/VI:H/VA:L/SC:L/SI:H/SA:L/MAC:L/MAT:P/MPR:N/S:N/R:A/RE:L/U:Clear',
    9.1,
    undefined,
    undefined,
  ],
  [
    'CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:L/VA:L/SC:L/SI:L/SA:L/E:U/CR:L/IR:L/AR:L',
    0.1,
    undefined,
    undefined,
  ],
  [
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:N/SC:N/SI:N/SA:N/E:P/MSI:S',
    9.4,
    undefined,
    undefined,
  ],
  [
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P/MSI:S',
    9.4,
    undefined,
    undefined,
  ],
  [
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:L/SC:N/SI:N/SA:N/E:U',
    6.2,
    undefined,
    undefined,
  ],
] as const;

suite('scores of CVSS vectors', () => {
  for (const [vector, base, exploitability, impact] of SCORES) {
    test(`${vector} scores ${base}`, () => {
      const score = scoreCvss(vector);
      assert.equal(score?.baseScore, base);
      assert.equal(score?.exploitabilityScore, exploitability);
      assert.equal(score?.impactScore, impact);
    });
  }
});

test('uses the given rounding for the parts of a score', () => {
  const score = scoreCvss('CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', Math.ceil);
  assert.equal(score?.baseScore, 6.4);
  assert.equal(score?.exploitabilityScore, 4);
  assert.equal(score?.impactScore, 3);
});

suite('invalid vectors', () => {
  const texts = [
    '',
    'AV:N/AC:L',
    'AV:N/AC:INVALID/Au:N/C:P/I:P/A:P',
    'AV:N/AV:N/AC:L/Au:N/C:P/I:P/A:P',
    'AV:N/AC:L/Au:N/C:P/I:P/A:P:x',
    'CVSS:3.1/AV:N',
    'CVSS:4.0/AV:N',
    'CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'toString:N/AC:L/Au:N/C:P/I:P/A:P',
    `AV:N/${'x/'.repeat(1000)}`,
  ];
  for (const text of texts) {
    test(`"${text.slice(0, 50)}" has no score`, () => {
      assert.equal(scoreCvss(text), undefined);
    });
  }
});
