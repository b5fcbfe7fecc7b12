import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAnswer, createComparison } from '../../../../test/support/derivation.ts';
import { vendorFixed } from './vendor-fixed.ts';

const readReason = (...args: Parameters<typeof createAnswer>): string | undefined =>
  vendorFixed.derive(createAnswer(...args))?.reason;

suite('derived: the installed version is at or above the fix', () => {
  test('applies if the affected range ends below it, with every comparison as evidence', () => {
    const steps = [createComparison('2.4 >= 2.0', true), createComparison('2.4 < 2.3', false)];
    const said = vendorFixed.derive(createAnswer({}, false, ...steps));
    assert.equal(said?.status, 'fixed');
    assert.equal(said.effect, 'set-aside');
    assert.equal(said.reason, '2.4 is not older than 2.3, the fixed version by debian');
    const kinds = said.inputs.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['package', 'advisory', 'comparison', 'comparison']);
  });

  test('names the last of several ranges below the version', () => {
    const steps = [createComparison('2.4 < 1.5', false), createComparison('2.4 < 2.3', false)];
    assert.match(readReason({}, false, ...steps) ?? '', /not older than 2\.3/);
    const between = [createComparison('1.7 < 1.5', false), createComparison('1.7 >= 2.0', false)];
    assert.match(readReason({}, false, ...between) ?? '', /not older than 1\.5/);
  });

  test('supports ranges that name the last affected version', () => {
    const newer = readReason({}, false, createComparison('1.1 <= 1.0', false));
    assert.equal(newer, '1.1 is newer than 1.0, the last affected version by debian');
  });

  test('applies if the source states the first unaffected version', () => {
    const unaffected = { effect: 'unaffected' } as const;
    const fix = createComparison('1.2 >= 1.1', true);
    assert.match(readReason(unaffected, true, fix) ?? '', /not older than 1\.1/);
    assert.match(
      readReason(unaffected, true, createComparison('1.2 > 1.1', true)) ?? '',
      /newer than 1\.1/,
    );
    assert.equal(readReason(unaffected, false, createComparison('1.0 >= 1.1', false)), undefined);
  });

  test('does not treat an epoch of 0 before the fix of an rpm package as version 0', () => {
    const epoch = createComparison('0:3.4-6 < 0:3.4-5', false);
    assert.match(readReason({}, false, epoch) ?? '', /not older than 0:3\.4-5/);
  });

  test('treats neither version 0 nor the introducing version as a fix', () => {
    for (const zero of ['0', '0:0', '0-0', '0-r0', '0:0-0']) {
      assert.equal(readReason({}, false, createComparison(`1.0 < ${zero}`, false)), undefined);
    }
    assert.equal(readReason({}, false, createComparison('1.0 >= 2.0', false)), undefined);
    assert.equal(readReason({}, false), undefined);
  });
});
