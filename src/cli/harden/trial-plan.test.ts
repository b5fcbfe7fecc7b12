import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bet, PLAN_SCHEMA } from '../../hardening/harden/removal-plan.ts';
import { findBet, toTrialPlan } from './trial-plan.ts';

const BET: Bet = {
  id: 'A',
  programs: ['/usr/bin/one', '/usr/bin/two'],
  reasons: [],
  dropped: ['/usr/lib/x/y'],
  bytes: 1,
};

function createDocument(version: number): unknown {
  return JSON.parse(JSON.stringify({ schema: { id: PLAN_SCHEMA.name, version }, bets: [BET] }));
}

test('finds the bet that dropped a file or a directory, with its programs', () => {
  const document = createDocument(PLAN_SCHEMA.version);
  const plan = toTrialPlan(document, 'plan.json');
  const found = { id: 'A', programs: BET.programs };
  assert.deepEqual(findBet(plan, '/usr/lib/x/y'), found);
  assert.deepEqual(findBet(plan, '/usr/lib/x'), found);
  assert.equal(findBet(plan, '/usr/lib/z'), undefined);
});

test('rejects a document that is not a plan, and a plan of another version', () => {
  const next = createDocument(PLAN_SCHEMA.version + 1);
  assert.throws(() => toTrialPlan(next, 'plan.json'), { code: 'E_VERSION', message: /version 2/ });
  assert.throws(() => toTrialPlan({ bets: [BET] }, 'plan.json'), { code: 'E_DOCUMENT_INVALID' });
});
