import { defined } from '../../foundation/core/defined.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import type { DispositionedFinding } from '../../foundation/core/finding.ts';
import type { JustificationUse } from '../../foundation/core/justification.ts';
import type { ExceptionUse } from '../../foundation/core/policy-verdict.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type JustificationItem } from './item.ts';

/** Exceptions that end within this time need a new decision. */
const SOON_DAYS = 30;

/** Exceptions of a policy and decisions about findings, which end on a date. */
export interface EndingDecisions {
  readonly exceptions: readonly ExceptionUse[];
  readonly dispositioned: readonly DispositionedFinding[];
  /** Signed justifications, which are not exceptions of their own. */
  readonly uses: readonly JustificationUse[];
}

/** Lists exceptions and decisions that have ended or end soon. */
export function listExceptionItems(
  { exceptions, dispositioned, uses }: EndingDecisions,
  now: string,
): readonly JustificationItem[] {
  const own = new Set(uses.map(({ source }) => source));
  const decided = dispositioned.flatMap(({ decisions: [first] }) => first ?? []);
  const ending = Map.groupBy(
    decided.filter(({ expiresAt, source }) => isEnding(expiresAt, now) && !own.has(source)),
    ({ author, reason, expiresAt = '' }) => [author, reason, expiresAt].join('\n'),
  );
  return [
    ...exceptions
      .filter(({ expires, state }) => isEnding(expires, now) || state === 'lapsed')
      .map((one) => fromException(one)),
    ...[...ending.values()].flatMap(([first, ...others]) => {
      const { author, reason, expiresAt = '', source } = first ?? {};
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      return createItem({
        names: ['decision', author ?? '', reason ?? ''],
        subject: `${source ?? ''}${more}`,
        evidence: { expires: expiresAt.slice(0, 10), by: author, reason },
      });
    }),
  ];
}

function isEnding(date: string | undefined, now: string): boolean {
  return date !== undefined && Date.parse(date) - Date.parse(now) <= SOON_DAYS * DAY_MS;
}

function fromException({
  source,
  rule,
  about,
  expires,
  approvedBy,
  reason,
  state,
}: ExceptionUse): JustificationItem {
  return createItem({
    names: ['exception', rule, about],
    subject: `${source}: ${rule} (${about})`,
    evidence: { expires, by: approvedBy, reason, ...defined({ state: readEnd(state) }) },
  });
}

/** States that depend on the date alone are not part of the evidence. */
function readEnd(state: ExceptionUse['state']): string | undefined {
  return state === 'lapsed' || state === 'too-long' ? state : undefined;
}

interface EndingSeed {
  readonly names: readonly string[];
  readonly subject: string;
  readonly evidence: Readonly<Record<string, string | undefined>>;
}

function createItem({ names, subject, evidence }: EndingSeed): JustificationItem {
  return {
    id: computeItemId('exception', ...names),
    kind: 'exception',
    change: 'exception ends',
    subject,
    count: 1,
    evidence: createFacts(evidence),
    subjectKeys: [],
  };
}
