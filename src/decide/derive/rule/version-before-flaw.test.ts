import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAnswer, createComparison } from '../../../../test/support/derivation.ts';
import { versionBeforeFlaw } from './version-before-flaw.ts';

const isSaid = (...args: Parameters<typeof createAnswer>): boolean =>
  versionBeforeFlaw.derive(createAnswer(...args)) !== undefined;

suite('derived: the installed version is older than the first affected version', () => {
  test('applies if it is below every range, with the comparisons that show it', () => {
    const steps = [createComparison('1.0 >= 2.0', false), createComparison('1.0 > 3.0', false)];
    const said = versionBeforeFlaw.derive(createAnswer({}, false, ...steps));
    assert.equal(said?.status, 'not_affected');
    assert.equal(said.justification, 'vulnerable_code_not_present');
    assert.equal(said.reason, '1.0 is older than 2.0, the first affected version by debian');
    assert.deepEqual(
      said.inputs.flatMap((one) => (one.kind === 'comparison' ? [one.comparison] : [])),
      steps,
    );
  });

  test('does not apply to versions above a fix, between ranges or in a range', () => {
    assert.ok(
      !isSaid(
        {},
        false,
        createComparison('2.5 < 2.3', false),
        createComparison('2.5 >= 3.0', false),
      ),
    );
    assert.ok(!isSaid({}, true, createComparison('1.0 < 2.0', true)));
    assert.ok(
      !isSaid({}, true, createComparison('1.0 >= 2.0', false), createComparison('1.0 < 1.1', true)),
    );
    assert.ok(!isSaid({}, false));
    assert.ok(!isSaid({ effect: 'unaffected' }, false, createComparison('1.0 >= 2.0', false)));
  });
});
