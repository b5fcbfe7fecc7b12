import type { DatabaseDescription } from '../core/advisory.ts';
import { DAY_MS } from '../core/duration.ts';
import type {
  ConditionProof,
  ExceptionUse,
  FactProof,
  PolicyOutcome,
  PolicyVerdict,
  RuleProof,
  SubjectProof,
} from '../core/policy-verdict.ts';
import { POLICY_OUTCOMES } from '../core/policy-verdict.ts';
import { formatCount } from '../core/screen-text.ts';
import { listJustificationNotes } from './justification-text.ts';
import type { TextColumn, TextStyle } from './text-table.ts';

/** One line of the answer: a subject for which a rule did not pass. */
export interface VerdictRow {
  readonly outcome: PolicyOutcome;
  /** More than one if they have the same cause. */
  readonly rules: readonly string[];
  readonly cause: string;
}

const STYLES: Readonly<Record<PolicyOutcome, TextStyle>> = {
  pass: 'plain',
  warn: 'medium',
  unknown: 'unknown',
  fail: 'critical',
};

export const VERDICT_COLUMNS: readonly TextColumn<VerdictRow>[] = [
  { title: 'OUTCOME', cell: ({ outcome }) => [{ text: outcome, style: STYLES[outcome] }] },
  { title: 'RULE', canShrink: true, wraps: true, cell: ({ rules }) => rules.join(', ') },
  { title: 'CAUSE', canShrink: true, wraps: true, cell: ({ cause }) => cause },
];

const ANSWERS: Readonly<Record<PolicyOutcome, string>> = {
  pass: 'may ship',
  warn: 'may ship, with warnings',
  unknown: 'cannot be judged',
  fail: 'must not ship',
};

/** The verdict and the policies as one line. */
export function formatVerdictHead(
  title: string,
  { outcome, reason, policies }: PolicyVerdict,
  database: DatabaseDescription | undefined,
): string {
  const names = policies.map(({ name, version }) => `${name} ${version}`.trim()).join(', ');
  const data =
    database === undefined ? 'no advisories' : `advisories of ${database.builtAt.slice(0, 10)}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${outcome}: ${title} ${ANSWERS[outcome]}${why} (policy ${names}; ${data})`;
}

const ROWS_MAX = 12;
const ROWS_PER_RULE = 3;

/** Lists what did not pass, the most severe first, and the number of rows left out. */
export function listVerdictRows({ rules }: PolicyVerdict): {
  readonly rows: readonly VerdictRow[];
  readonly left: number;
} {
  const all = listUnmetRules({ rules }).map(listRuleRows);
  const rows = mergeRows(all.flatMap((part) => part.rows));
  const hidden = all.reduce((sum, part) => sum + part.total - part.rows.length, 0);
  const shown = rows.slice(0, ROWS_MAX);
  return { rows: shown, left: hidden + rows.length - shown.length };
}

/** Lists the rules in force that did not pass, the most severe first. */
export function listUnmetRules({ rules }: Pick<PolicyVerdict, 'rules'>): readonly RuleProof[] {
  return rules
    .filter(({ outcome, mode }) => outcome !== 'pass' && mode === 'enforce')
    .toSorted(
      (left, right) =>
        rankRule(right) - rankRule(left) || right.matches.length - left.matches.length,
    );
}

/** Several rules are often unknown for the same reason, such as a missing database. */
function mergeRows(rows: readonly VerdictRow[]): readonly VerdictRow[] {
  const merged = new Map<string, VerdictRow>();
  for (const row of rows) {
    const key = `${row.outcome} ${row.cause}`;
    const earlier = merged.get(key);
    const rules = [...new Set([...(earlier?.rules ?? []), ...row.rules])];
    merged.set(key, { ...row, rules });
  }
  return [...merged.values()];
}

function rankRule({ outcome, action }: RuleProof): number {
  return POLICY_OUTCOMES.indexOf(outcome) * 2 + (action === 'fail' ? 1 : 0);
}

function listRuleRows(proof: RuleProof): {
  readonly rows: readonly VerdictRow[];
  readonly total: number;
} {
  const { rule, outcome, action, recommendation } = proof;
  const { causes, total } = listRuleCauses(proof, ROWS_PER_RULE);
  const rows = causes.map((cause, index): VerdictRow => {
    const isNext = index === 0 && outcome === action && recommendation !== undefined;
    return { outcome, rules: [rule], cause: isNext ? `${cause}; ${recommendation}` : cause };
  });
  return { rows, total };
}

/** Lists why a rule did not pass: for some subjects, or once if it cannot be judged. */
export function listRuleCauses(
  proof: RuleProof,
  max: number,
): { readonly causes: readonly string[]; readonly total: number } {
  if (proof.outcome === 'unknown') {
    return { causes: [describeUnknown(proof)], total: 1 };
  }
  const open = proof.matches.filter(({ outcome }) => outcome === proof.outcome);
  const causes = open.slice(0, max).map((match) => `${match.title}${formatCause(match)}`);
  return { causes, total: open.length };
}

/** Facts are often missing for many subjects alike, so that one line describes all of them. */
function describeUnknown({ matches, missing, evaluated }: RuleProof): string {
  const open = matches.filter(({ outcome }) => outcome === 'unknown');
  const [first] = open;
  const example = first === undefined ? '' : `${first.title}${formatCause(first)}`;
  const count =
    open.length > 1
      ? `${open.length} of ${evaluated} cannot be judged, such as ${example}`
      : example;
  return [...(count === '' ? [] : [count]), ...new Set(missing)].join('; ');
}

function formatCause({ conditions, outcome }: SubjectProof): string {
  const missing = conditions.flatMap(({ holds, values }) =>
    holds === 'unknown' ? values.flatMap(({ unknown }) => unknown ?? []) : [],
  );
  if (outcome === 'unknown' && missing.length > 0) {
    return `: ${[...new Set(missing)].join('; ')}`;
  }
  const values = conditions.flatMap(({ values: list }) => list.flatMap(formatFact));
  return values.length === 0 ? '' : `: ${values.join(', ')}`;
}

/** Formats a number; ages are in days with one decimal. */
function formatAmount(fact: string, value: number): string {
  if (!/(?:^|-)age$|^overdue-/.test(fact)) {
    return String(value);
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} days`;
}

/** Formats a fact as in `severity high`, `exploited`, `not exploited`, `fix-age 41 days`. */
function formatFact({ fact, value }: FactProof): readonly string[] {
  if (value === undefined) {
    return [];
  }
  if (typeof value === 'boolean') {
    return [value ? fact : `not ${fact}`];
  }
  if (typeof value === 'number') {
    return [`${fact} ${formatAmount(fact, value)}`];
  }
  // "declared" alone would state the contrary of an empty list.
  return [`${fact} ${(typeof value === 'string' ? value : value.join(', ')) || 'nothing'}`];
}

/** Formats a condition: `declared: not exposed` would read as if it were declared. */
export function formatCondition(text: string): string {
  return text.replace(/^declared: not (\S+)$/, '$1 is not declared');
}

/** Counts the rules by outcome, and describes exceptions and the next change. */
export function listVerdictNotes(verdict: PolicyVerdict, left: number): readonly string[] {
  const { rules, exceptions, nextChange, justifications } = verdict;
  const counts = POLICY_OUTCOMES.toReversed().map((outcome) => {
    const count = rules.filter((rule) => rule.outcome === outcome).length;
    return `${count} ${outcome}`;
  });
  const logged = rules.filter(({ mode, outcome }) => mode === 'log' && outcome !== 'pass');
  return [
    ...(left > 0 ? [`${formatCount(left, 'more line')}: see -o json, or --why RULE.`] : []),
    `${formatCount(rules.length, 'rule')}: ${counts.join(', ')}.`,
    ...(logged.length === 0
      ? []
      : [`In mode "log": ${logged.map(({ rule, outcome }) => `${rule} ${outcome}`).join(', ')}.`]),
    ...exceptions.flatMap((one) => describeException(one, verdict.evaluatedAt)),
    ...(justifications === undefined ? [] : listJustificationNotes(justifications)),
    ...(nextChange === undefined
      ? []
      : [`Next change by date alone: ${describeNextChange(nextChange)}.`]),
  ];
}

function describeNextChange({ date, reason }: NonNullable<PolicyVerdict['nextChange']>): string {
  return [...(date === undefined ? [] : [date.slice(0, 10)]), reason].join(', ');
}

const SOON_DAYS = 14;

function describeException(
  { source, rule, about, expires, approvedBy, state }: ExceptionUse,
  now: string,
): readonly string[] {
  const title = `Exception ${source} for ${rule} (${about}, ${approvedBy})`;
  switch (state) {
    case 'used': {
      const days = (Date.parse(expires) - Date.parse(now)) / DAY_MS;
      return days <= SOON_DAYS ? [`${title} expires on ${expires}.`] : [];
    }
    case 'unused':
      return [`${title} is not used.`];
    case 'expired':
      return [`${title} expired on ${expires}.`];
    case 'lapsed':
      return [`${title} does not apply: its condition no longer holds.`];
    case 'too-long':
      return [`${title} does not apply: it is valid for longer than the policy allows.`];
  }
}

/** Explains one rule for every subject that matters. */
export function explainRule(rule: RuleProof): readonly string[] {
  const { rule: id, source, action, mode, outcome, evaluated, missing, recommendation } = rule;
  const log = mode === 'log' ? ', in mode "log"' : '';
  return [
    `${id}: ${outcome} (${source}; action ${action}${log})`,
    `  evaluated for ${formatCount(evaluated, 'subject')}`,
    ...missing.map((reason) => `  incomplete: ${reason}`),
    ...sortMatches(rule.matches).flatMap(explainSubject),
    ...(recommendation === undefined ? [] : [`  next: ${recommendation}`]),
  ];
}

/** The worst first; otherwise in their order. */
function sortMatches(matches: readonly SubjectProof[]): readonly SubjectProof[] {
  return matches.toSorted(
    (left, right) => POLICY_OUTCOMES.indexOf(right.outcome) - POLICY_OUTCOMES.indexOf(left.outcome),
  );
}

function explainSubject({
  title,
  outcome,
  conditions,
  exceptions,
}: SubjectProof): readonly string[] {
  return [
    `  ${outcome}: ${title}`,
    ...conditions.flatMap(explainCondition),
    ...exceptions.map(({ source, applies, reason }) => {
      return `    exception ${source} ${applies ? 'applies' : 'does not apply'}: ${reason}`;
    }),
  ];
}

function explainCondition({ condition, holds, values }: ConditionProof): readonly string[] {
  const answer = { true: 'holds', false: 'does not hold', unknown: 'is unknown' }[`${holds}`];
  return [
    `    ${condition}: ${answer}`,
    ...values.map(({ fact, value, evidence = {}, unknown }) => {
      const sources = Object.entries(evidence).map(([name, text]) => `${name} ${text}`);
      const origin = sources.length === 0 ? '' : ` (${sources.join(', ')})`;
      const plain = Array.isArray(value) ? value.join(', ') : String(value ?? '');
      const text = typeof value === 'number' ? formatAmount(fact, value) : plain;
      return unknown === undefined
        ? `      ${fact} = ${text}${origin}`
        : `      ${fact} is unknown: ${unknown}`;
    }),
  ];
}
