import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DifferenceRule } from '../../core/difference-rule.ts';
import { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { readDifferenceRules } from './difference-rules.ts';

function read(text: string): readonly DifferenceRule[] {
  return readDifferenceRules(Buffer.from(text), {
    limits: DEFAULT_LIMITS,
    origin: 'accepted.yaml',
    sections: ['packages', 'files'],
  });
}

/** What a user is told of a file that is not understood. */
function refused(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'E_CONFIG');
    return `${error.message} ${error.hint ?? ''}`;
  }
  assert.fail('it was understood');
}

suite('decisions on differences in a file', () => {
  test('all that one can say', () => {
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

  test('a name without signs is that name only', () => {
    const [rule] = read('differences: [{name: perl, reason: x}]');
    assert.deepEqual(
      ['perl', 'perl-base'].map((name) => rule?.isNameMatch?.(name)),
      [true, false],
    );
  });

  test('what is not understood is refused, since a rule must not mean something else', () => {
    assert.match(refused('differences: 3'), /expected a list of decisions/);
    assert.match(refused('[]'), /expected a list of decisions/);
    assert.match(refused('differences: [text]'), /differences 1: expected a decision with keys/);
    assert.match(refused('differences: [{name: x}]'), /missing reason/);
    assert.match(refused('differences: [{reason: x}]'), /missing section, kind, name or id/);
    assert.match(refused('differences: [{reason: x, nam: y}]'), /unknown keys: nam/);
    assert.match(
      refused('differences: [{reason: x, section: findngs}]'),
      /unknown section "findngs".*packages, files/,
    );
    assert.match(
      refused('differences: [{reason: x, name: y, expires: soon}]'),
      /invalid date "soon"/,
    );
    assert.match(
      refused('differences: [{reason: x, name: y, expires: 2026-13-40}]'),
      /invalid date/,
    );
  });
});
