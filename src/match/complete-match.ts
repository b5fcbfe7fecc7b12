import type {
  EpssScore,
  ExploitedRecord,
  VulnerabilityRecord,
  Weakness,
} from '../core/advisory.ts';
import type { CvssScore, Match } from '../core/finding.ts';
import { foldCase } from './cpe.ts';
import { sortFixes } from './fix.ts';
import { isCve } from './identity.ts';
import type { Lookup } from './lookup.ts';
import type { Candidate, MatchContext, Matcher } from './matcher.ts';
import { RECORD_KEEPERS } from './related-sources.data.ts';
import { type RiskFacts, riskOf } from './risk.ts';
import { scoresOf, severityOf } from './severity.ts';

/** A match of which everything that can be known is read. */
export type CompletedMatch = Match & Required<Pick<Match, 'risk'>>;

/**
 * Reads the details of a candidate's vulnerability: record, related ones, exploitation, weaknesses.
 */
export function completeMatch(
  candidate: Candidate,
  matcher: Matcher,
  context: MatchContext,
): CompletedMatch {
  const { lookup } = context;
  const record = lookup.record(candidate.advisory.record);
  const related = relatedRecords(candidate, record, lookup);
  const ownCves = cvesOf(record);
  const cves = uniqueIds([...ownCves, ...related.flatMap(cvesOf)]);
  const severity = severityOf(record);
  const scores = scoresOf(record, context);
  const facts: RiskFacts = {
    severity,
    scores,
    exploited: ownCves.flatMap((cve) => lookup.exploited(cve)),
    epss: epssOf(ownCves, lookup),
  };
  return {
    record,
    advisory: candidate.advisory,
    reasons: candidate.reasons,
    fixes: sortFixes(candidate.fixes, matcher.scheme),
    fixState: candidate.fixState,
    severity,
    related,
    exploited: cves.flatMap((cve): readonly ExploitedRecord[] => lookup.exploited(cve)),
    epss: epssOf(cves, lookup),
    weaknesses: cves.flatMap((cve): readonly Weakness[] => lookup.weaknesses(cve)),
    scores: uniqueScores([...scores, ...related.flatMap((one) => scoresOf(one, context))]),
    relatedSeverities: related.map(severityOf),
    risk: riskOf(facts),
  };
}

function epssOf(cves: readonly string[], lookup: Lookup): readonly EpssScore[] {
  return cves.map((cve) => lookup.epss(cve)).filter((score) => score !== undefined);
}

/** The CVE ids of a record: its own and its aliases, each once. */
function cvesOf(record: VulnerabilityRecord): readonly string[] {
  return uniqueIds([record.id, ...record.aliases].filter(isCve));
}

function uniqueIds(ids: readonly string[]): readonly string[] {
  const known = new Map<string, string>();
  for (const id of ids) {
    const key = foldCase(id);
    known.set(key, known.get(key) ?? id);
  }
  return [...known.values()];
}

/** What the keepers of the ids that a statement goes by say of them, without the record itself. */
function relatedRecords(
  candidate: Candidate,
  record: VulnerabilityRecord,
  lookup: Lookup,
): readonly VulnerabilityRecord[] {
  const { advisory } = candidate;
  const ids = uniqueIds([advisory.vulnerability, ...advisory.aliases, ...advisory.cves]);
  return ids.flatMap((id) => {
    const keeper = RECORD_KEEPERS.find(({ prefix }) => foldCase(id).startsWith(prefix));
    const isItself = keeper?.provider === record.provider && foldCase(id) === foldCase(record.id);
    const found =
      keeper === undefined || isItself ? undefined : lookup.recordOf(keeper.provider, id);
    return found === undefined ? [] : [found];
  });
}

function uniqueScores(scores: readonly CvssScore[]): readonly CvssScore[] {
  return [...new Map(scores.map((score) => [score.vector, score])).values()];
}
