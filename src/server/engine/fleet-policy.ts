import type { Kysely } from 'kysely';
import type { GateRequest } from '../../assess/request.ts';
import { loadPolicies } from '../../compliance/policy/load-policies.ts';
import type { Policy } from '../../compliance/policy/policy.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import { digestKey } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';

/** The text of a policy file. */
export interface PolicyText {
  readonly name: string;
  readonly text: string;
}

/** The conditions that every image of a server must meet. */
export interface FleetPolicy {
  /** Fail on open findings of at least this severity. */
  readonly severity?: SeverityWord;
  readonly policies: readonly PolicyText[];
}

/** A policy in force, ready for use. */
export interface CurrentPolicy extends FleetPolicy {
  readonly digest: string;
  readonly gates: GateRequest;
  /** Absent if only gates are set. */
  readonly rules?: readonly Policy[];
}

export function digestPolicy(policy: FleetPolicy): string {
  return digestKey(writePolicy(policy));
}

export function writePolicy({ severity, policies }: FleetPolicy): string {
  return JSON.stringify({ ...defined({ severity }), policies });
}

/** Whether a policy has no conditions: then there are no verdicts. */
export function isEmptyPolicy({ severity, policies }: FleetPolicy): boolean {
  return severity === undefined && policies.length === 0;
}

/** Reads the texts; they may include packs, but no other files. Throws `UserError` `E_POLICY`. */
export function loadFleetPolicy(policy: FleetPolicy): CurrentPolicy {
  const { severity, policies } = policy;
  const files = policies.map(({ name, text }) => ({ name, bytes: Buffer.from(text) }));
  return {
    ...policy,
    digest: digestPolicy(policy),
    gates: defined({ severity }),
    ...(files.length === 0 ? {} : { rules: loadPolicies(files) }),
  };
}

/**
 * Reads the policy of a revision; `undefined` if no conditions are set.
 *
 * @param at revision; the last one if it is absent
 */
export async function readFleetPolicy(
  db: Kysely<Tables>,
  at?: number,
): Promise<CurrentPolicy | undefined> {
  const all = db.selectFrom('policy').select('content').orderBy('revision', 'desc').limit(1);
  const row = await (at === undefined ? all : all.where('revision', '<=', at)).executeTakeFirst();
  const policy = row === undefined ? undefined : (JSON.parse(row.content) as FleetPolicy);
  return policy === undefined || isEmptyPolicy(policy) ? undefined : loadFleetPolicy(policy);
}
