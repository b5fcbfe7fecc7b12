import { compareText } from '../core/compare-text.ts';
import type { Finding, Findings, IgnoredFinding } from '../core/finding.ts';
import type { Matched } from './alert.ts';
import { completeMatches } from './complete-match.ts';
import type { Component, ComponentPackage } from './component.ts';
import { createDistroVerdicts, type DistroVerdict, type DistroVerdicts } from './distro-answer.ts';
import { gatherFindings } from './gather-findings.ts';
import {
  findIgnoreRule,
  findSuppressingRule,
  indexSuppressions,
  type SuppressedIds,
  selectBuiltInRules,
} from './ignore.ts';
import type { Candidate, IgnoreRule, MatchContext, Suppression } from './matcher.ts';
import { findThirdParty, formatThirdPartyNote } from './third-party.ts';

/** A component with the candidates that the rules decide about. */
export interface Searched extends Matched {
  readonly component: Component;
  readonly candidates: readonly Candidate[];
  /** Set if the whole package is ignored. */
  readonly rule?: string;
}

interface IgnoredCandidate {
  readonly candidate: Candidate;
  readonly rule: string;
}

/** Returns the suppressions that statements about a package cause for other packages. */
export type ListSuppressions = (item: ComponentPackage) => readonly Suppression[];

/** Splits the candidates of a component into counted and ignored ones. */
export type ApplyRules = (one: Searched) => Pick<Findings, 'findings' | 'ignored'>;

/** Creates a function that applies the rules; it caches what components share. */
export function createRules(context: MatchContext, listSuppressions: ListSuppressions): ApplyRules {
  const verdicts = createDistroVerdicts(context);
  const findSuppressing = createSuppressionSearch(context, listSuppressions);
  return (one) => {
    const counted: Candidate[] = [];
    const setAside: IgnoredCandidate[] = [];
    const notes = new Map<string, string>();
    const builder = findThirdParty(one, context);
    const rules = selectBuiltInRules(one, context);
    const suppressing = findSuppressing(one.component);
    for (const candidate of one.candidates) {
      const decision = decide(one, candidate, { rules, suppressing, verdicts, context });
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
    return {
      findings: toFindings(one, counted, context).map((each) => withNotes(each, notes)),
      ignored: toIgnored(one, setAside, context),
    };
  };
}

type FindSuppressing = (candidate: Candidate) => string | undefined;

interface Deciding {
  readonly rules: readonly IgnoreRule[];
  readonly suppressing: FindSuppressing;
  readonly verdicts: DistroVerdicts;
  readonly context: MatchContext;
}

/**
 * Returns the first rule that ignores a candidate; if there is none, the note for the candidate.
 */
function decide(
  one: Searched,
  candidate: Candidate,
  { rules, suppressing, verdicts, context }: Deciding,
): DistroVerdict | undefined {
  const rule = one.rule ?? candidate.rule ?? findIgnoreRule(candidate, rules, context)?.id;
  if (rule !== undefined) {
    return { rule };
  }
  const { isDistroDecisive } = context.strategy.verdicts;
  const answer = isDistroDecisive ? verdicts.findVerdict(one.component, candidate) : undefined;
  if (answer !== undefined && 'rule' in answer) {
    return answer;
  }
  const suppressedBy = suppressing(candidate);
  return suppressedBy === undefined ? answer : { rule: suppressedBy };
}

/**
 * Returns a function that finds the suppressions of a component: those of packages of the same
 * type, name and version, and those of its owners. Namesakes and owners are each indexed once.
 */
function createSuppressionSearch(
  context: MatchContext,
  listSuppressions: ListSuppressions,
): (component: Component) => FindSuppressing {
  const known = {
    same: new Map<unknown, SuppressedIds>(),
    owned: new Map<unknown, SuppressedIds>(),
  };
  const indexOnce = (
    reach: Suppression['reach'],
    key: ComponentPackage | readonly ComponentPackage[],
  ): SuppressedIds => {
    const found = known[reach].get(key);
    if (found !== undefined) {
      return found;
    }
    const suppressions = [key].flat().flatMap(listSuppressions);
    const index = indexSuppressions(
      suppressions.filter((one) => one.reach === reach),
      context,
    );
    known[reach].set(key, index);
    return index;
  };
  return ({ package: item, owners, namesakes }) => {
    const searched = owners.filter(({ isSearched }) => isSearched);
    const used = [
      indexOnce('same', namesakes.length === 0 ? item : namesakes),
      ...searched.map((owner) => indexOnce('owned', owner.package)),
    ];
    return (candidate) => findSuppressingRule(candidate, used, context);
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
