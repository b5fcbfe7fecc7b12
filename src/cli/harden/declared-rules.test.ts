import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { PlanRule } from '../../hardening/harden/removal-plan.ts';
import { readDeclaredRules } from './declared-rules.ts';

function read(text: string): readonly PlanRule[] {
  return readDeclaredRules({ path: 'p.yaml', bytes: Buffer.from(text) }, DEFAULT_LIMITS);
}

suite('the section "harden" of a configuration file', () => {
  test('declares what to keep and drop, with reason, owner and expiry', () => {
    const rules = read(`harden:
  keep:
    - { value: '/etc/app/**', reason: read by plug-ins, owner: team-a, expires: 2027-01-31 }
  also: [{ value: sh, reason: debugging }]
`);
    assert.deepEqual(rules, [
      {
        kind: 'keep',
        value: '/etc/app/**',
        reason: 'read by plug-ins',
        owner: 'team-a',
        expiresAt: '2027-01-31',
        origin: 'p.yaml: harden: keep 1',
      },
      { kind: 'also', value: 'sh', reason: 'debugging', origin: 'p.yaml: harden: also 1' },
    ]);
    assert.deepEqual(read('db: x\n'), []);
  });

  for (const [text, message] of [
    ['harden: yes', /invalid "harden"/],
    ['harden: {kept: []}', /unknown key "kept"/],
    ['harden: {keep: [/etc]}', /expected an entry/],
    ['harden: {keep: [{value: /etc}]}', /missing reason/],
    ['harden: {keep: [{reason: x}]}', /missing value/],
    ['harden: {keep: [{value: /etc, reason: x, expires: soon}]}', /invalid date "soon"/],
    ['harden: {keep: [{value: /etc, reason: x, __proto__: y}]}', /unknown key "__proto__"/],
  ] as const) {
    test(`is rejected as ${text}`, () => {
      assert.throws(() => read(text), { code: 'E_CONFIG', message });
    });
  }
});
