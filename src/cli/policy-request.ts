import { existsSync, renameSync, writeFileSync } from 'node:fs';
import type { PolicyRequest } from '../assess/request.ts';
import { defined } from '../core/defined.ts';
import type { DeclaredFact } from '../policy/declared-fact.ts';
import { readDeclaredFacts } from '../policy/declared-facts.ts';
import { type Ledger, readLedger, writeLedger } from '../policy/ledger.ts';
import { loadUsualPolicy } from '../policy/load-policies.ts';
import type { Policy } from '../policy/policy.ts';
import type { Context } from './command.ts';
import { readPolicies, readPolicyBytes } from './policy-file.ts';

/**
 * Reads the policies, declared facts and the ledger that the options name. They are read before the
 * target: a mistyped rule must not cost the time of reading it.
 *
 * @throws UserError `E_POLICY` if a file cannot be read or is malformed
 */
export function createPolicyRequest(context: Context): PolicyRequest {
  return {
    policies: choosePolicies(context),
    declaredFacts: readFacts(context),
    ...defined({ ledger: readLedgerFile(context) }),
  };
}

function choosePolicies({ resolved }: Context): readonly Policy[] {
  const { policy } = resolved.values;
  return policy.length === 0 ? loadUsualPolicy() : readPolicies(policy);
}

function readFacts({ resolved }: Context): readonly DeclaredFact[] {
  const { facts } = resolved.values;
  return facts === undefined
    ? []
    : readDeclaredFacts(readPolicyBytes(facts, 'the file of facts'), facts);
}

/** A ledger that does not exist yet is empty. */
function readLedgerFile({ resolved }: Context): Ledger | undefined {
  const { ledger } = resolved.values;
  if (ledger === undefined) {
    return undefined;
  }
  const text = existsSync(ledger) ? readPolicyBytes(ledger, 'the ledger').toString('utf8') : '';
  return readLedger(text, ledger);
}

/** Written beside the old one and renamed, so that an interrupted run loses nothing. */
export function writeLedgerFile(ledger: Ledger | undefined, { resolved }: Context): void {
  const file = resolved.values.ledger;
  if (ledger !== undefined && file !== undefined) {
    writeFileSync(`${file}.new`, writeLedger(ledger));
    renameSync(`${file}.new`, file);
  }
}
