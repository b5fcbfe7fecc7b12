import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DifferenceRule } from '../../../foundation/core/difference-rule.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { readDifferenceRules } from './difference-rules.ts';

function read(text: string): readonly DifferenceRule[] {
  return readDifferenceRules(Buffer.from(text), {
    limits: DEFAULT_LIMITS,
    origin: 'accepted.yaml',
    sections: ['packages', 'files'],
  });
}

/** Returns the error message for an invalid file. */
function expectRefusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'E_CONFIG');
    return `${error.message} ${error.hint ?? ''}`;
  }
  assert.fail('it was understood');
}

suite('decisions about differences in a file', () => {
  test('reads all members', () => {
    const [rule] = read(`differences:
  - section: packages
    kind: added
    id: 0123456789abcdef
    name: perl-*
    reason: the new monitoring agent needs it
    owner: ops@example.com
    ticket: OPS-1
    expires: 2026-06-30
`);
    const { isNameMatch: fitsName, ...rest } = rule ?? assert.fail();
    assert.deepEqual(rest, {
      source: 'accepted.yaml: differences 1',
      section: 'packages',
      kind: 'added',
      id: '0123456789abcdef',
      reason: 'the new monitoring agent needs it',
      owner: 'ops@example.com',
      ticket: 'OPS-1',
      expiresAt: '2026-06-30',
    });
    assert.deepEqual(['perl-base', 'perl', 'xperl-a'].map(fitsName ?? assert.fail), [
      true,
      false,
      false,
    ]);
  });

  test('reads a name without wildcards literally', () => {
    const [rule] = read('differences: [{name: perl, reason: x}]');
    assert.deepEqual(
      ['perl', 'perl-base'].map((name) => rule?.isNameMatch?.(name)),
      [true, false],
    );
  });

  test('refuses invalid rules, since a rule must not mean something else', () => {
    assert.match(expectRefusal('differences: 3'), /expected a list of decisions/);
    assert.match(expectRefusal('[]'), /expected a list of decisions/);
    assert.match(
      expectRefusal('differences: [text]'),
      /differences 1: expected a decision with keys/,
    );
    assert.match(expectRefusal('differences: [{name: x}]'), /missing reason/);
    assert.match(expectRefusal('differences: [{reason: x}]'), /missing section, kind, name or id/);
    assert.match(expectRefusal('differences: [{reason: x, nam: y}]'), /unknown keys: nam/);
    assert.match(
      expectRefusal('differences: [{reason: x, section: findngs}]'),
      /unknown section "findngs".*packages, files/,
    );
    assert.match(
      expectRefusal('differences: [{reason: x, name: y, expires: soon}]'),
      /invalid date "soon"/,
    );
    assert.match(
      expectRefusal('differences: [{reason: x, name: y, expires: 2026-13-40}]'),
      /invalid date/,
    );
  });
});
