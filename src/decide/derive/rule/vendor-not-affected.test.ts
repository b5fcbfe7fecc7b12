import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAnswer, createComparison } from '../../../../test/support/derivation.ts';
import { vendorNotAffected } from './vendor-not-affected.ts';

const UNAFFECTED = { effect: 'unaffected' } as const;

const readReason = (...args: Parameters<typeof createAnswer>): string | undefined =>
  vendorNotAffected.derive(createAnswer(...args))?.reason;

suite('derived: the source lists the package as not affected', () => {
  test('applies to any version', () => {
    const said = vendorNotAffected.derive(createAnswer(UNAFFECTED, true));
    assert.equal(said?.status, 'not_affected');
    assert.equal(said.justification, 'vulnerable_code_not_present');
    assert.equal(said.reason, 'debian lists the package as not affected');
  });

  test('applies from version 0 on, or up to a version', () => {
    assert.match(
      readReason(UNAFFECTED, true, createComparison('1.0 >= 0', true)) ?? '',
      /not affected/,
    );
    assert.match(
      readReason(UNAFFECTED, true, createComparison('1.0 < 2.0', true)) ?? '',
      /not affected/,
    );
  });

  test('applies to a fix in version 0, as in secfixes of Alpine', () => {
    for (const zero of ['0', ' 0 ', '0:0', '0-r0']) {
      const never = { ranges: [{ scheme: 'apk', constraint: `< ${zero}` }] };
      const said = readReason(never, false, createComparison('1.0 < 0', false));
      assert.equal(said, 'debian lists no version of the package as affected');
    }
  });

  test('does not apply to a fix, even with an epoch of 0', () => {
    const fix = { ranges: [{ scheme: 'rpm', constraint: '< 0:3.4.1-5.el8' }] };
    assert.equal(
      readReason(fix, false, createComparison('0:3.4.1-6 < 0:3.4.1-5.el8', false)),
      undefined,
    );
    assert.equal(readReason(UNAFFECTED, true, createComparison('1.2 >= 1.1', true)), undefined);
    const last = { ranges: [{ scheme: 'apk', constraint: '<= 0' }] };
    assert.equal(readReason(last, false, createComparison('1.0 <= 0', false)), undefined);
  });

  test('concludes nothing from statements about every version, other versions, or one of two ranges', () => {
    assert.equal(readReason({ ranges: [] }, false), undefined);
    assert.equal(readReason(UNAFFECTED, false, createComparison('1.0 >= 2.0', false)), undefined);
    const ranges = ['< 0', '< 2.0'].map((constraint) => ({ scheme: 'apk', constraint }));
    assert.equal(readReason({ ranges }, false), undefined);
  });
});
