import { type Kysely, sql } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { POLICY_OUTCOMES, type PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import type { DecisionReview } from '../engine/decisions.ts';
import { type FleetPolicy, isEmptyPolicy } from '../engine/fleet-policy.ts';
import type { VerdictProof } from '../engine/judge-image.ts';
import { readProof } from '../engine/verdicts.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { pickDecisiveReason } from './decisive-reason.ts';

/** Outcomes, the most urgent first. */
export const VERDICTS = ['fail', 'unknown', 'warn', 'pass'] as const satisfies PolicyOutcome[];

const MET = 'all conditions are met';

export interface ImageVerdict {
  readonly word: PolicyOutcome;
  /** A sentence without the full stop. */
  readonly reason: string;
  /** The end of the reason that names rules; absent without a policy. */
  readonly rules?: string;
  /** Whether old or missing advisories are one of the reasons. */
  readonly isHeldByAdvisories?: boolean;
}

/** The verdict of the policy of a store about an image. */
export interface StoredVerdict extends ImageVerdict {
  readonly image: number;
  /** Changes with the verdict. */
  readonly inputs: string;
  readonly revision: number;
  /** Decisions that do not apply, because their evidence differs. */
  readonly reviews: readonly DecisionReview[];
  /** Sorted times until when findings must be remediated, in milliseconds since 1970. */
  readonly due: readonly number[];
}

/** The images whose verdicts may differ from those before. */
interface ChangedImages {
  /** All with a higher ID. */
  readonly after: number;
  readonly judged: ReadonlySet<number>;
}

/**
 * Reads the current verdicts. Those whose inputs are the same as before are taken over, because
 * reading the reasons of all images takes long. If all are, the map before is returned.
 *
 * @param changed absent if any verdict may differ
 */
export async function readStoredVerdicts(
  db: Kysely<Tables>,
  before: ReadonlyMap<number, StoredVerdict>,
  { hasRules, changed }: { readonly hasRules: boolean; readonly changed?: ChangedImages },
): Promise<ReadonlyMap<number, StoredVerdict>> {
  const rows = await readVerdictRows(db, changed);
  if (changed !== undefined && changed.judged.size === 0 && rows.length === 0) {
    return before;
  }
  const isEvidenced = await hasEvidence(db);
  const verdicts = new Map<number, StoredVerdict>(changed === undefined ? [] : before);
  // The verdict of an image that was retired since is not current any more.
  const ended = new Set(changed?.judged);
  rows.forEach(({ image }) => ended.delete(image));
  ended.forEach((image) => verdicts.delete(image));
  const fresh: number[] = [];
  let isKept = true;
  for (const { image, outcome, inputs, revision } of rows) {
    const known = before.get(image);
    if (known !== undefined && known.inputs === inputs && known.revision === revision) {
      verdicts.set(image, known);
      continue;
    }
    isKept = false;
    verdicts.set(image, {
      image,
      word: toOutcome(outcome),
      reason: MET,
      inputs,
      revision,
      reviews: [],
      due: [],
    });
    if (outcome !== 'pass' || isEvidenced || hasRules) {
      fresh.push(image);
    }
  }
  if (isKept && verdicts.size === before.size) {
    return before;
  }
  for (const some of splitKeys(fresh)) {
    const proofs = await db
      .selectFrom('verdict')
      .select(['image', 'proof'])
      .where('current', '=', 1)
      .where('image', 'in', some)
      .execute();
    for (const { image, proof: bytes } of proofs) {
      const verdict = verdicts.get(image);
      if (verdict !== undefined) {
        verdicts.set(image, { ...verdict, ...explainProof(readProof(bytes)) });
      }
    }
  }
  return verdicts;
}

async function readVerdictRows(db: Kysely<Tables>, changed: ChangedImages | undefined) {
  const current = db
    .selectFrom('verdict')
    .select(['image', 'outcome', 'inputs', 'revision'])
    .where('current', '=', sql.lit(1));
  if (changed === undefined) {
    return await current.execute();
  }
  const rows = await current.where('image', '>', changed.after).execute();
  for (const some of splitKeys(changed.judged)) {
    const again = current.where('image', 'in', some).where('image', '<=', changed.after);
    rows.push(...(await again.execute()));
  }
  return rows;
}

/** Reads the verdicts that were current at a past revision. */
export async function readPastVerdicts(
  db: Kysely<Tables>,
  at: number,
): Promise<ReadonlyMap<number, StoredVerdict>> {
  const rows = await db
    .selectFrom('verdict')
    .select(['image', 'outcome', 'inputs', 'revision'])
    .where('revision', '<=', at)
    .where('revision', '>', await findLastEmptyPolicy(db, at))
    .orderBy('revision')
    .execute();
  const last = new Map(rows.map((row) => [row.image, row]));
  const verdicts = new Map<number, StoredVerdict>();
  for (const some of splitKeys(last.keys())) {
    const proofs = await db
      .selectFrom('verdict')
      .select(['image', 'revision', 'proof'])
      .where('image', 'in', some)
      .where('revision', '<=', at)
      .execute();
    for (const { image, revision, proof: bytes } of proofs) {
      const row = last.get(image);
      if (row?.revision === revision) {
        const word = toOutcome(row.outcome);
        const explained = explainProof(readProof(bytes));
        verdicts.set(image, { image, word, inputs: row.inputs, revision, ...explained });
      }
    }
  }
  return verdicts;
}

function toOutcome(stored: string): PolicyOutcome {
  return POLICY_OUTCOMES.find((one) => one === stored) ?? 'unknown';
}

/** Verdicts before a time without conditions do not count after it. */
async function findLastEmptyPolicy(db: Kysely<Tables>, at: number): Promise<number> {
  const rows = await db
    .selectFrom('policy')
    .select(['revision', 'content'])
    .where('revision', '<=', at)
    .execute();
  const empty = rows.filter(({ content }) => isEmptyPolicy(JSON.parse(content) as FleetPolicy));
  return Math.max(0, ...empty.map(({ revision }) => revision));
}

async function hasEvidence(db: Kysely<Tables>): Promise<boolean> {
  const row = await db
    .selectFrom('decision')
    .select('id')
    .where('withdrawn', 'is', null)
    .where('evidence', '!=', '')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns the reason of a verdict, its due times and the decisions that do not apply. */
function explainProof({
  gates,
  policy,
  completeness,
  isHeldByAdvisories,
  reviews,
  due = [],
}: VerdictProof): Omit<StoredVerdict, 'image' | 'word' | 'inputs' | 'revision'> {
  const failed = gates.filter(({ outcome }) => outcome !== 'pass').map(pickDecisiveReason);
  const parts = [...failed, ...(policy === undefined ? [] : [policy])];
  const reasons = parts.length === 0 ? completeness.reasons.map(({ reason }) => reason) : parts;
  return {
    reason: reasons.join('; ') || MET,
    isHeldByAdvisories: isHeldByAdvisories === true,
    reviews,
    due: due.map(({ at }) => at).sort((left, right) => left - right),
    ...defined({ rules: policy }),
  };
}
