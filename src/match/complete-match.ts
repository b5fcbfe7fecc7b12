import type { Advisory, EpssScore, RecordRef, VulnerabilityRecord } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { CvssScore, Match } from '../core/finding.ts';
import { foldCase } from '../core/fold-case.ts';
import { sortFixes } from './fix.ts';
import { isCve } from './identity.ts';
import type { CveFacts, Lookup } from './lookup.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { RECORD_KEEPERS } from './related-sources.data.ts';
import { computeRisk, type RiskFacts } from './risk.ts';
import { computeScores, readSeverity } from './severity.ts';

/** A match with all its details. */
export type CompletedMatch = Match & Required<Pick<Match, 'relatedSeverities' | 'risk'>>;

/**
 * Reads the details of a candidate's vulnerability: record, related records, exploitation,
 * weaknesses. If findings are grouped by CVE, it returns one match for each CVE of the statement.
 */
export function completeMatches(
  candidate: Candidate,
  scheme: string | undefined,
  context: MatchContext,
): readonly CompletedMatch[] {
  const record = context.lookup.readRecord(candidate.advisory.record);
  return context.isByCve
    ? splitByCve(candidate, record, context).map((one) => completeMatch(one, scheme, context))
    : [completeMatch({ candidate, record, replaced: undefined }, scheme, context)];
}

interface Filed {
  readonly candidate: Candidate;
  readonly record: VulnerabilityRecord;
  /** The record of the statement if another one replaces it. */
  readonly replaced: VulnerabilityRecord | undefined;
}

/**
 * Converts a candidate to one candidate for each CVE of its statement, with the record of the CVE's
 * keeper.
 */
function splitByCve(
  candidate: Candidate,
  record: VulnerabilityRecord,
  context: MatchContext,
): readonly Filed[] {
  const { advisory } = candidate;
  const cves = deduplicateIds([
    record.id,
    ...record.aliases,
    ...advisory.aliases,
    ...advisory.cves,
  ]);
  const [first, ...others] = cves.filter(isCve);
  if (first === undefined) {
    return [{ candidate, record, replaced: undefined }];
  }
  if (!context.strategy.results.usesCveRecord) {
    return [{ candidate, record: { ...record, id: first }, replaced: undefined }];
  }
  return [first, ...others].map((cve) => {
    const isOther = (id: string): boolean => isCve(id) && foldCase(id) !== foldCase(cve);
    const aliases = advisory.aliases.filter((id) => !isOther(id));
    const about = { ...advisory, aliases, cves: [cve] };
    const kept = findKeptRecord(cve, context.lookup);
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
  const { lookup, strategy } = context;
  const { roundCvssPart } = strategy.results;
  const related = findRelatedRecords(candidate, { record, replaced }, lookup);
  const ownCves = listCves(record);
  const ownFacts = ownCves.map((cve) => lookup.getFacts(cve));
  const isOfOwn = related.length === 0;
  const facts = isOfOwn
    ? ownFacts
    : deduplicateIds([...ownCves, ...related.flatMap(listCves)]).map((cve) => lookup.getFacts(cve));
  const severity = readSeverity(record);
  const scores = computeScores(record, roundCvssPart);
  const ssvc = joinFacts(facts, (one) => one.ssvc);
  const threat: RiskFacts = {
    severity,
    scores,
    exploited: joinFacts(ownFacts, ({ exploited }) => exploited),
    epss: listEpss(ownFacts),
  };
  return {
    record,
    advisory: candidate.advisory,
    reasons: candidate.reasons,
    fixes: sortFixes(candidate.fixes, scheme),
    fixState: candidate.fixState,
    severity,
    related,
    exploited: isOfOwn ? threat.exploited : joinFacts(facts, ({ exploited }) => exploited),
    epss: isOfOwn ? threat.epss : listEpss(facts),
    weaknesses: joinFacts(facts, ({ weaknesses }) => weaknesses),
    ...(ssvc.length === 0 ? undefined : { ssvc }),
    scores: deduplicateScores(
      isOfOwn
        ? scores
        : [...scores, ...related.flatMap((one) => computeScores(one, roundCvssPart))],
    ),
    relatedSeverities: related.map(readSeverity),
    risk: computeRisk(threat),
  };
}

/**
 * Returns the facts that the risk of a match is computed from: those about the CVEs of its own
 * record.
 */
export function selectRiskFacts({ record, severity, exploited, epss }: Match): RiskFacts {
  const own = new Set(listCves(record).map(foldCase));
  return {
    severity,
    scores: computeScores(record, (part) => part),
    exploited: exploited.filter(({ cve }) => own.has(foldCase(cve))),
    epss: epss.filter(({ cve }) => own.has(foldCase(cve))),
  };
}

/** Concatenates one list per fact; for a single fact, returns the list itself. */
function joinFacts<Item>(
  facts: readonly CveFacts[],
  listItems: (one: CveFacts) => readonly Item[],
): readonly Item[] {
  const [first] = facts;
  return first !== undefined && facts.length === 1 ? listItems(first) : facts.flatMap(listItems);
}

function listEpss(facts: readonly CveFacts[]): readonly EpssScore[] {
  const scores: EpssScore[] = [];
  for (const { epss } of facts) {
    if (epss !== undefined) {
      scores.push(epss);
    }
  }
  return scores;
}

/** Returns the distinct CVE IDs of a record: its own and its aliases. */
function listCves({ id, aliases }: VulnerabilityRecord): readonly string[] {
  const ids = aliases.length === 0 ? [id] : [id, ...aliases];
  return deduplicateIds(ids.filter(isCve));
}

function deduplicateIds(ids: readonly string[]): readonly string[] {
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

/** Returns the keepers' records of all IDs in a statement, except the record itself. */
function findRelatedRecords(
  { advisory }: Candidate,
  { record, replaced }: Omit<Filed, 'candidate'>,
  lookup: Lookup,
): readonly VulnerabilityRecord[] {
  const related = replaced === undefined ? [] : [replaced];
  for (const id of deduplicateIds(listAllIds(advisory))) {
    for (const keeper of listKeepers(id)) {
      const isKnown =
        isKeeperRecord(record, keeper, id) ||
        (replaced !== undefined && isKeeperRecord(replaced, keeper, id));
      const kept = isKnown ? undefined : lookup.findRecord(keeper, id);
      if (kept !== undefined) {
        related.push(kept);
      }
    }
  }
  return related;
}

function listAllIds({ vulnerability, aliases, cves }: Advisory): readonly string[] {
  return aliases.length === 0 && cves.length === 0
    ? [vulnerability]
    : [vulnerability, ...aliases, ...cves];
}

/** Returns whether a record is the one that the keeper of an ID has about it. */
function isKeeperRecord(
  { provider, id }: RecordName,
  keeper: string,
  requestedId: string,
): boolean {
  return foldCase(provider) === keeper && foldCase(id) === foldCase(requestedId);
}

type RecordName = Pick<VulnerabilityRecord, 'provider' | 'id'>;

/** Returns the record of a CVE by the first of its keepers that has one. */
function findKeptRecord(cve: string, lookup: Lookup): VulnerabilityRecord | undefined {
  for (const keeper of listKeepers(cve)) {
    const kept = lookup.findRecord(keeper, cve);
    if (kept !== undefined) {
      return kept;
    }
  }
  return undefined;
}

function listKeepers(id: string): readonly string[] {
  const folded = foldCase(id);
  return RECORD_KEEPERS.find(({ prefix }) => folded.startsWith(prefix))?.providers ?? [];
}

/**
 * Prefetches the records needed to complete the candidates, in their stored order, so that each
 * page of the database is decompressed once, and the other facts about their vulnerabilities.
 */
export function readDetails(candidates: Iterable<Candidate>, lookup: Lookup): void {
  const refs: RecordRef[] = [];
  const wanted = new Map(
    RECORD_KEEPERS.flatMap(({ providers }) => providers).map((one) => [one, new Set<string>()]),
  );
  const cves = new Set<string>();
  for (const { advisory } of candidates) {
    refs.push(advisory.record);
    for (const id of listAllIds(advisory)) {
      if (isCve(id)) {
        cves.add(id);
      }
      const own = { provider: advisory.provider, id: advisory.vulnerability };
      for (const keeper of listKeepers(id).filter((one) => !isKeeperRecord(own, one, id))) {
        wanted.get(keeper)?.add(id);
      }
    }
  }
  for (const [provider, ids] of wanted) {
    for (const ref of lookup.locateRecords(provider, [...ids]).values()) {
      refs.push(ref);
    }
  }
  for (const ref of refs.sort(compareRefs)) {
    lookup.readRecord(ref);
  }
  lookup.readFacts([...cves]);
}

function compareRefs(left: RecordRef, right: RecordRef): number {
  return compareText(left.shard, right.shard) || compareText(left.key, right.key);
}

function deduplicateScores(scores: readonly CvssScore[]): readonly CvssScore[] {
  return scores.length < 2
    ? scores
    : [...new Map(scores.map((score) => [score.vector, score])).values()];
}
