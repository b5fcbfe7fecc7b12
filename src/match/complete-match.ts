import type {
  Advisory,
  EpssScore,
  ExploitedRecord,
  VulnerabilityRecord,
  Weakness,
} from '../core/advisory.ts';
import type { CvssScore, Match } from '../core/finding.ts';
import { foldCase } from '../core/fold-case.ts';
import { sortFixes } from './fix.ts';
import { isCve } from './identity.ts';
import type { Lookup } from './lookup.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { RECORD_KEEPERS } from './related-sources.data.ts';
import { type RiskFacts, riskOf } from './risk.ts';
import { scoresOf, severityOf } from './severity.ts';

/** A match of which everything that can be known is read. */
export type CompletedMatch = Match & Required<Pick<Match, 'relatedSeverities' | 'risk'>>;

/**
 * Reads the details of a candidate's vulnerability: record, related ones, exploitation, weaknesses.
 * Where findings are filed by CVE, one match for each CVE that the statement is about.
 */
export function completeMatches(
  candidate: Candidate,
  scheme: string | undefined,
  context: MatchContext,
): readonly CompletedMatch[] {
  const record = context.lookup.record(candidate.advisory.record);
  const filed = context.isByCve
    ? fileByCve(candidate, record, context)
    : [{ candidate, record, replaced: undefined }];
  return filed.map((one) => completeMatch(one, scheme, context));
}

interface Filed {
  readonly candidate: Candidate;
  readonly record: VulnerabilityRecord;
  /** The record of the statement, where another one has taken its place. */
  readonly replaced: VulnerabilityRecord | undefined;
}

/**
 * A candidate under the CVE that its statement is about, once for each, with the record of who
 * keeps the CVE.
 */
function fileByCve(
  candidate: Candidate,
  record: VulnerabilityRecord,
  context: MatchContext,
): readonly Filed[] {
  const { advisory } = candidate;
  const cves = uniqueIds([record.id, ...record.aliases, ...advisory.aliases, ...advisory.cves]);
  const [first, ...others] = cves.filter(isCve);
  if (first === undefined) {
    return [{ candidate, record, replaced: undefined }];
  }
  if (context.has('by-cve-changes-the-id-only')) {
    return [{ candidate, record: { ...record, id: first }, replaced: undefined }];
  }
  return [first, ...others].map((cve) => {
    const isOther = (id: string): boolean => isCve(id) && foldCase(id) !== foldCase(cve);
    const aliases = advisory.aliases.filter((id) => !isOther(id));
    const about = { ...advisory, aliases, cves: [cve] };
    const kept = keptRecord(cve, context.lookup);
    const own = { ...record, aliases: record.aliases.filter((id) => !isOther(id)) };
    return {
      candidate: { ...candidate, advisory: about },
      record: kept ?? { ...own, id: cve },
      replaced: kept === undefined ? undefined : own,
    };
  });
}

function completeMatch(
  { candidate, record, replaced }: Filed,
  scheme: string | undefined,
  context: MatchContext,
): CompletedMatch {
  const { lookup } = context;
  const related = relatedRecords(candidate, { record, replaced }, lookup);
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
    fixes: sortFixes(candidate.fixes, scheme),
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
  if (ids.length < 2) {
    return ids;
  }
  const known = new Map<string, string>();
  for (const id of ids) {
    const key = foldCase(id);
    known.set(key, known.get(key) ?? id);
  }
  return [...known.values()];
}

/** What the keepers of the ids that a statement goes by say of them, without the record itself. */
function relatedRecords(
  { advisory }: Candidate,
  { record, replaced }: Omit<Filed, 'candidate'>,
  lookup: Lookup,
): readonly VulnerabilityRecord[] {
  const known = [record, ...(replaced === undefined ? [] : [replaced])];
  const kept = uniqueIds(idsIn(advisory))
    .filter((id) => !known.some((one) => isKeptIn(one, id)))
    .map((id) => keptRecord(id, lookup))
    .filter((found) => found !== undefined);
  return [...known.slice(1), ...kept];
}

function idsIn({ vulnerability, aliases, cves }: Advisory): readonly string[] {
  return [vulnerability, ...aliases, ...cves];
}

/** Whether a record is what the keeper of an id says of it. */
function isKeptIn({ provider, id }: RecordName, asked: string): boolean {
  return foldCase(id) === foldCase(asked) && keeperOf(asked) === foldCase(provider);
}

type RecordName = Pick<VulnerabilityRecord, 'provider' | 'id'>;

/** What the keeper of an id says of it. */
function keptRecord(id: string, lookup: Lookup): VulnerabilityRecord | undefined {
  const keeper = keeperOf(id);
  return keeper === undefined ? undefined : lookup.recordOf(keeper, id);
}

function keeperOf(id: string): string | undefined {
  const folded = foldCase(id);
  return RECORD_KEEPERS.find(({ prefix }) => folded.startsWith(prefix))?.provider;
}

/**
 * Looks up at once where the records lie that completing the candidates asks for, and what else is
 * known of their vulnerabilities.
 */
export function locateRecords(candidates: Iterable<Candidate>, lookup: Lookup): void {
  const wanted = new Map(RECORD_KEEPERS.map(({ provider }) => [provider, new Set<string>()]));
  const cves = new Set<string>();
  for (const { advisory } of candidates) {
    for (const id of idsIn(advisory)) {
      if (isCve(id)) {
        cves.add(id);
      }
      if (!isKeptIn({ provider: advisory.provider, id: advisory.vulnerability }, id)) {
        wanted.get(keeperOf(id) ?? '')?.add(id);
      }
    }
  }
  for (const [provider, ids] of wanted) {
    lookup.locateRecords(provider, [...ids]);
  }
  lookup.readFacts([...cves]);
}

function uniqueScores(scores: readonly CvssScore[]): readonly CvssScore[] {
  return scores.length < 2
    ? scores
    : [...new Map(scores.map((score) => [score.vector, score])).values()];
}
