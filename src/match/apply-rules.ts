import { appendAll } from '../core/append-all.ts';
import { present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import type { Finding, Findings, IgnoredFinding } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import type { Matched } from './alert.ts';
import { completeMatches, readDetails } from './complete-match.ts';
import { createDistroVerdicts, type DistroVerdict } from './distro-answer.ts';
import { gatherFindings } from './gather-findings.ts';
import { findIgnoreRule, indexSuppressions, selectBuiltInRules } from './ignore.ts';
import type { Candidate, IgnoreRule, MatchContext, Suppression } from './matcher.ts';
import type { Ownership } from './ownership.ts';
import { findThirdParty, formatThirdPartyNote } from './third-party.ts';

/** A package with the candidates that the rules decide about. */
export interface Searched extends Matched {
  readonly candidates: readonly Candidate[];
  /** Set if the whole package is ignored. */
  readonly rule?: string;
}

interface IgnoredCandidate {
  readonly candidate: Candidate;
  readonly rule: string;
}

/** Splits candidates into counted and ignored ones, and reads the details of both. */
export function applyRules(
  searched: readonly Searched[],
  suppressions: readonly Suppression[],
  ownership: Ownership,
  context: MatchContext,
): Pick<Findings, 'findings' | 'ignored'> {
  const decide = createDecider(searched, suppressions, ownership, context);
  readDetails(
    searched.flatMap(({ candidates }) => candidates),
    context.lookup,
  );
  const findings: Finding[] = [];
  const ignored: IgnoredFinding[] = [];
  const found = searched.filter(({ candidates }) => candidates.length > 0);
  for (const one of found.sort(compareSearched)) {
    const counted: Candidate[] = [];
    const setAside: IgnoredCandidate[] = [];
    const notes = new Map<string, string>();
    const builder = findThirdParty(one, context);
    const rules = selectBuiltInRules(one, context);
    for (const candidate of one.candidates) {
      const decision = decide(one, rules, candidate);
      if (decision !== undefined && 'rule' in decision) {
        setAside.push({ candidate, rule: decision.rule });
        continue;
      }
      counted.push(candidate);
      const note = builder === undefined ? undefined : formatThirdPartyNote(builder, context);
      const shown = decision?.note ?? candidate.note ?? note;
      if (shown !== undefined) {
        notes.set(candidate.advisory.vulnerability, shown);
      }
    }
    appendAll(
      findings,
      toFindings(one, counted, context).map((each) => withNotes(each, notes)),
    );
    appendAll(ignored, toIgnored(one, setAside, context));
  }
  return { findings, ignored };
}

type Decide = (
  one: Searched,
  rules: readonly IgnoreRule[],
  candidate: Candidate,
) => DistroVerdict | undefined;

/**
 * Returns a function that finds the first rule that ignores a candidate; if there is none, the note
 * for the candidate.
 */
function createDecider(
  searched: readonly Searched[],
  suppressions: readonly Suppression[],
  ownership: Ownership,
  context: MatchContext,
): Decide {
  const { owners } = ownership;
  const byKey = indexByKey(searched, (one) => one.package.key);
  const owning = new Set([...owners.values()].flat());
  const relevant = suppressions.filter(
    ({ reach, packageKey }) => reach === 'same' || owning.has(packageKey),
  );
  const index = indexSuppressions(relevant, context, (key) =>
    toSameKey(present(byKey.get(key), 'a package that was searched').package),
  );
  const answers = createDistroVerdicts(ownership, byKey, context);
  return (one, rules, candidate) => {
    const item = one.package;
    const rule = one.rule ?? candidate.rule ?? findIgnoreRule(candidate, rules, context)?.id;
    if (rule !== undefined) {
      return { rule };
    }
    const { isDistroDecisive } = context.strategy.verdicts;
    const answer = isDistroDecisive ? answers.findVerdict(one, candidate) : undefined;
    if (answer !== undefined && 'rule' in answer) {
      return answer;
    }
    const suppressedBy =
      relevant.length === 0
        ? undefined
        : index.findSuppressingRule(candidate, toSameKey(item), owners.get(item.key) ?? []);
    return suppressedBy === undefined ? answer : { rule: suppressedBy };
  };
}

function withNotes(finding: Finding, notes: ReadonlyMap<string, string>): Finding {
  if (notes.size === 0) {
    return finding;
  }
  const own = finding.matches.flatMap(({ advisory }) => notes.get(advisory.vulnerability) ?? []);
  return own.length === 0
    ? finding
    : { ...finding, notes: [...new Set([...own, ...(finding.notes ?? [])])] };
}

function toSameKey(item: InventoryPackage): string {
  return [item.type, item.name, item.version].join('\u0000');
}

function compareSearched({ package: left }: Searched, { package: right }: Searched): number {
  return (
    compareText(left.name, right.name) ||
    compareText(left.version, right.version) ||
    compareText(left.type, right.type) ||
    compareText(left.key, right.key)
  );
}

function toFindings(
  matched: Matched,
  candidates: readonly Candidate[],
  context: MatchContext,
): readonly Finding[] {
  const { results, versions } = context.strategy;
  const merged = results.mergeCounted(candidates);
  const scheme = versions.findSchemeName(matched);
  const completed = merged.flatMap((candidate) => completeMatches(candidate, scheme, context));
  return gatherFindings(matched.package, scheme, completed, results.rateFinding);
}

function toIgnored(
  matched: Matched,
  setAside: readonly IgnoredCandidate[],
  context: MatchContext,
): readonly IgnoredFinding[] {
  if (setAside.length === 0) {
    return [];
  }
  const byRule = Map.groupBy(setAside, ({ rule }) => rule);
  return [...byRule]
    .toSorted(([left], [right]) => compareText(left, right))
    .flatMap(([rule, entries]) => {
      const candidates = entries.map(({ candidate }) => candidate);
      return toFindings(matched, candidates, context).map((finding) => ({ finding, rule }));
    });
}
