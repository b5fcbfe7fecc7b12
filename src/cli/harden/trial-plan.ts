import { UserError } from '../../foundation/core/error.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../foundation/syntax/json/member.ts';
import { KEEP_LEVELS, PLAN_SCHEMA, type PlanRequest } from '../../hardening/harden/removal-plan.ts';

/** The bets of a plan, as far as a trial names them. */
export interface TrialPlan {
  readonly bets: readonly TrialBet[];
  /** The options of the plan. */
  readonly request: PlanRequest;
}

interface TrialBet {
  readonly id: string;
  /** The programs with the references. */
  readonly programs: readonly string[];
  readonly dropped: ReadonlySet<string>;
}

/** The bet that dropped a file. */
export type FoundBet = Pick<TrialBet, 'id' | 'programs'>;

const PLAN_HINT = 'write one with: plimsoll harden plan IMAGE -o json > plan.json';

/** @throws UserError `E_DOCUMENT_INVALID` if the document is not a plan, `E_VERSION` */
export function toTrialPlan(document: unknown, name: string): TrialPlan {
  const schema = isRecord(document) ? document['schema'] : undefined;
  if (!isRecord(document) || !isRecord(schema) || getText(schema, 'id') !== PLAN_SCHEMA.name) {
    throw new UserError('E_DOCUMENT_INVALID', `"${name}" is not a plan`, {
      hint: PLAN_HINT,
    });
  }
  if (schema['version'] !== PLAN_SCHEMA.version) {
    const message = `the plan "${name}" has schema version ${String(schema['version'])}: this version of plimsoll reads ${PLAN_SCHEMA.version}`;
    throw new UserError('E_VERSION', message, { hint: PLAN_HINT });
  }
  const bets = Array.isArray(document['bets']) ? document['bets'].filter(isRecord) : [];
  const request = isRecord(document['request']) ? document['request'] : {};
  const [user, level] = [getText(request, 'user'), getText(request, 'keepLevel')];
  return {
    request: {
      keepLevel: KEEP_LEVELS.find((one) => one === level) ?? 'careful',
      keep: toTexts(request['keep']),
      drop: toTexts(request['drop']),
      also: toTexts(request['also']),
      ...(user === '' ? {} : { user }),
    },
    bets: bets.map((bet) => ({
      id: getText(bet, 'id'),
      programs: toTexts(bet['programs']),
      dropped: new Set(toTexts(bet['dropped'])),
    })),
  };
}

/** Returns the bet that dropped a file, or a file below a directory. */
export function findBet(plan: TrialPlan | undefined, path: string): FoundBet | undefined {
  const below = `${path}/`;
  const bet =
    plan?.bets.find(({ dropped }) => dropped.has(path)) ??
    plan?.bets.find(({ dropped }) => dropped.values().some((one) => one.startsWith(below)));
  return bet === undefined ? undefined : { id: bet.id, programs: bet.programs };
}
