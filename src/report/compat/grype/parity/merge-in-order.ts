import type { Advisory } from '../../../../foundation/core/advisory.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import type { MatchReason } from '../../../../foundation/core/finding.ts';
import type { Candidate } from '../../../../vulnerability/match/matcher.ts';
import {
  isDirect,
  isOnlyIndirect,
  joinCandidates,
  toCoreKey,
  toFixKey,
} from '../../../../vulnerability/match/merge.ts';
import { MAJOR_ONLY_PROVIDERS } from './major-only-providers.data.ts';

/**
 * Merges candidates in order, as Grype does: a direct one replaces an indirect one with other fixes
 * only if that came first.
 */
export function mergeInOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  const cores = new Map<string, Map<string, Candidate>>();
  for (const candidate of candidates) {
    const coreKey = toCoreKey(candidate.packageKey, toGrypeName(candidate.advisory));
    const byFixes = cores.get(coreKey) ?? new Map<string, Candidate>();
    cores.set(coreKey, byFixes);
    addCandidate(byFixes, candidate);
  }
  return [...cores.values()].flatMap((byFixes) => [...byFixes.values()]);
}

/**
 * Grype identifies a reason by its search and result, regardless of the release of the statement.
 */
function dropRepeated(known: Candidate, added: Candidate): Candidate {
  const toReasonKey = ({
    kind,
    searchedName,
    searchedVersion,
    range,
    advisory,
  }: MatchReason): string =>
    [kind, searchedName, searchedVersion, range, advisory.operatingSystem?.name].join(' ');
  const keys = new Set(known.reasons.map(toReasonKey));
  const isRepeated = (reason: MatchReason): boolean =>
    reason.advisory.operatingSystem !== undefined && keys.has(toReasonKey(reason));
  return { ...added, reasons: added.reasons.filter((reason) => !isRepeated(reason)) };
}

/** Statements of some sources are named by the major release only. */
function toGrypeName(advisory: Advisory): Advisory {
  const { provider, operatingSystem } = advisory;
  return operatingSystem === undefined || !MAJOR_ONLY_PROVIDERS.has(provider)
    ? advisory
    : { ...advisory, operatingSystem: { ...operatingSystem, minorVersion: '' } };
}

function addCandidate(byFixes: Map<string, Candidate>, candidate: Candidate): void {
  const fixKey = toFixKey(candidate.fixes);
  const equal = byFixes.get(fixKey);
  if (equal !== undefined) {
    byFixes.set(fixKey, joinCandidates(equal, dropRepeated(equal, candidate)));
    return;
  }
  const indirect = isDirect(candidate)
    ? [...byFixes].find(([, one]) => isOnlyIndirect(one))
    : undefined;
  if (indirect === undefined) {
    byFixes.set(fixKey, candidate);
    return;
  }
  byFixes.delete(indirect[0]);
  byFixes.set(fixKey, joinCandidates(candidate, indirect[1]));
}

/** Returns the order of Grype's second merge: by ID, then by the fixes as text. */
export function sortForMerge(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted(
    (left, right) =>
      compareText(left.advisory.vulnerability, right.advisory.vulnerability) ||
      compareText(formatFixes(left), formatFixes(right)),
  );
}

function formatFixes(candidate: Candidate): string {
  return candidate.fixes
    .map(({ version = '' }) => version)
    .toSorted(compareText)
    .join(',');
}
