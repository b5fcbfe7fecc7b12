import { assessCompleteness } from '../../../foundation/core/assessment.ts';
import { findBlindReason } from '../../../foundation/core/coverage.ts';
import { isExploited, isGuess, SEVERITIES } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { isHeldByAdvisories } from '../../../foundation/core/held-by-advisories.ts';
import {
  describePolicyVerdict,
  type PolicyOutcome,
  type PolicyVerdict,
} from '../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { GateResult, Verdict } from '../../../foundation/core/verdict.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type Entry, isOpen } from './entry.ts';
import { toSentence } from './reasons.ts';
import { listUpdateGroups, type UpdateGroup } from './updates-section.ts';

const SCAN_AGAIN = markup`Run <code>plimsoll db update</code> and scan again: old advisories are one of the reasons.`;

/** The answer to whether a target may ship. */
interface Answer {
  readonly state: `v-${PolicyOutcome}`;
  /** One or two words. */
  readonly word: string;
  readonly reasons: readonly (Markup | string)[];
}

/**
 * Answers first whether the target may ship, and if not, what to do first.
 *
 * @param words `describeGate` returns the reason of a gate, empty if it is stated elsewhere; if
 *   absent, it starts with the option. `advisoryStep` is the first step if old or missing advisories
 *   are a reason. `firstSteps` come before the updates. `updatesMax` limits the updates: the page
 *   lists all of them below.
 */
export function createAnswerCard(
  report: Report,
  entries: readonly Entry[],
  {
    describeGate = nameOption,
    advisoryStep = SCAN_AGAIN,
    firstSteps = [],
    updatesMax = STEPS_MAX,
  }: {
    readonly describeGate?: DescribeGate;
    readonly advisoryStep?: Markup;
    readonly firstSteps?: readonly Markup[];
    readonly updatesMax?: number;
  } = {},
): Markup {
  const { state, word, reasons } = report.verdict
    ? readVerdict(report.verdict, describeGate)
    : judgeWithoutGate(report, entries);
  const updates = listUpdateGroups(report, entries);
  const old = isHeldByAdvisories(report) ? [advisoryStep] : [];
  const found = [
    ...old,
    ...firstSteps,
    ...listFirstSteps(report, entries, updates.slice(0, updatesMax)),
  ];
  const isDone = found.length === 0 && state === 'v-pass';
  const steps = isDone ? [markup`Nothing must be done.`] : found;
  const list = markup`<ol>${steps.map((step) => markup`<li>${step}</li>`)}</ol>`;
  const heading = state === 'v-pass' ? 'Next' : 'First';
  const first = steps.length === 0 ? undefined : markup`<p><b>${heading}</b></p>${list}`;
  const more = updates.length - updatesMax;
  const rest =
    more > 0
      ? markup`<p><a href="#updates">${formatCount(more, 'more update')}</a></p>`
      : undefined;
  return markup`<section class="card answer ${state}"><h2>May it ship?</h2><p class="big">${word}</p>${reasons.map((reason) => markup`<p>${reason}</p>`)}${first}${rest}</section>`;
}

const VERDICT_WORDS: Readonly<Record<PolicyOutcome, string>> = {
  pass: 'Yes',
  warn: 'Yes, with warnings',
  fail: 'No',
  unknown: 'Unknown',
};

type DescribeGate = (result: GateResult) => string;

/** Names the option that set a gate. */
function nameOption({ gate, outcome, reason }: GateResult): string {
  return `--${gate}: ${outcome}: ${reason}`;
}

function readVerdict({ outcome, gates, policy }: Verdict, describeGate: DescribeGate): Answer {
  return {
    state: `v-${outcome}`,
    word: VERDICT_WORDS[outcome],
    reasons: [
      ...gates.map(describeGate).filter((reason) => reason !== ''),
      ...(policy === undefined ? [] : [describePolicy(policy, describeGate === nameOption)]),
    ],
  };
}

/** Names the option only if the reader chose it. All rules are further down on the page. */
function describePolicy(policy: PolicyVerdict, isOption: boolean): Markup {
  const text = describePolicyVerdict(policy);
  return markup`<a href="#policy">${isOption ? `--policy: ${policy.outcome}: ${text}` : toSentence(text)}</a>`;
}

/** Judges by missing data and severe findings, because no gate was set. */
function judgeWithoutGate(report: Report, entries: readonly Entry[]): Answer {
  if (report.findings?.database === undefined) {
    return {
      state: 'v-unknown',
      word: 'Unknown',
      reasons: ['Vulnerabilities were not evaluated: there was no advisory database.'],
    };
  }
  const blind = findBlindReason(report);
  const doubts = assessCompleteness(report).reasons.map(({ reason }) => toSentence(reason));
  const severe = describeSevere(entries);
  if (severe !== undefined) {
    return { state: 'v-fail', word: 'Not as it is', reasons: [severe, ...doubts, NO_GATE] };
  }
  if (doubts.length > 0) {
    const rest = entries.length === 0 ? [] : [describeRest(entries)];
    const word = blind === undefined ? 'Unknown' : 'Not evaluated';
    return { state: 'v-unknown', word, reasons: [...doubts, ...rest] };
  }
  const isRated = entries.every((entry) => !isOpen(entry) || entry.finding.severity !== 'unknown');
  return {
    state: isRated ? 'v-pass' : 'v-unknown',
    word: isRated ? 'Nothing severe' : 'Not rated',
    reasons: [describeRest(entries), NO_GATE],
  };
}

const NO_GATE = 'To get "yes" or "no", scan with a gate, such as --fail-on high.';

/** Describes open findings that are exploited, critical or high; guesses do not count. */
function describeSevere(entries: readonly Entry[]): string | undefined {
  const sure = entries.filter((entry) => isOpen(entry) && !isGuess(entry.finding));
  const countSeverity = (word: string): number =>
    sure.filter(({ finding }) => finding.severity === word).length;
  const counts: readonly (readonly [number, string])[] = [
    [sure.filter(({ finding }) => isExploited(finding)).length, 'known to be exploited'],
    [countSeverity('critical'), 'critical'],
    [countSeverity('high'), 'high'],
  ];
  const known = counts.filter(([count]) => count > 0);
  return known.length === 0
    ? undefined
    : `Open findings: ${known.map(([count, text]) => `${groupDigits(count)} ${text}`).join(', ')}.`;
}

function describeRest(entries: readonly Entry[]): string {
  const open = entries.filter(isOpen);
  const unrated = open.filter(({ finding }) => finding.severity === 'unknown').length;
  if (open.length === 0) {
    return 'No open findings.';
  }
  const guesses = open.filter(({ finding }) => isGuess(finding)).length;
  const severe = 'none is known to be exploited, critical or high';
  const none =
    guesses === 0
      ? severe
      : `apart from ${formatCount(guesses, 'low-confidence match', 'low-confidence matches')}, ${severe}`;
  const rest = unrated === 0 ? '' : `; ${groupDigits(unrated)} not rated`;
  return `${formatCount(open.length, 'open finding')}: ${none}${rest}.`;
}

const STEPS_MAX = 3;

/** Returns the next steps, the most urgent first. */
function listFirstSteps(
  report: Report,
  entries: readonly Entry[],
  groups: ReturnType<typeof listUpdateGroups>,
): readonly Markup[] {
  const { findings } = report;
  if (findings?.database === undefined) {
    // The first step is about advisories.
    return isHeldByAdvisories(report)
      ? []
      : [markup`Run <code>plimsoll db update</code> and scan again.`];
  }
  const updates = groups.map(describeUpdate);
  const [worst] = entries.filter(isOpen);
  const isSevere = worst !== undefined && describeSevere([worst]) !== undefined;
  const review =
    worst !== undefined &&
    worst.finding.fixVersions.length === 0 &&
    (isSevere || updates.length === 0)
      ? [
          markup`Review <a href="#findings">${worst.finding.id}</a> on <b>${worst.package.name}</b>: it has no fix.`,
        ]
      : [];
  const isDoubtful = entries.length === 0 && !assessCompleteness(report).isComplete;
  const judge = isDoubtful ? [explainDoubt(report)] : [];
  return [...judge, ...review, ...updates];
}

function explainDoubt({ coverage, findings, inventory }: Report): Markup {
  if (coverage.verdict === 'unsupported') {
    return markup`An empty list does not mean a safe image: use a database that covers the target.`;
  }
  if (inventory.packages.length === 0) {
    return markup`Scan the complete image: no package was found, and an empty list does not mean a safe image.`;
  }
  return (findings?.unevaluated.length ?? 0) > 0
    ? markup`An empty list does not mean a safe image: see <a href="#unevaluated">what was not evaluated</a>.`
    : markup`An empty list does not mean a safe image: the result is incomplete.`;
}

function describeUpdate({ name, installed, target, entries }: UpdateGroup): Markup {
  const ranks = entries.map(({ finding }) => SEVERITIES.indexOf(finding.severity));
  const worst = SEVERITIES[Math.max(...ranks)] ?? 'unknown';
  return markup`Update <b>${name}</b> ${installed} to ${target} <span class="dim">fixes ${groupDigits(entries.length)}</span> <span class="sev s-${worst}">${worst}</span>`;
}
