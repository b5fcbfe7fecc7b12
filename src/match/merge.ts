import type { Advisory, Fix } from '../core/advisory.ts';
import type { MatchReason } from '../core/finding.ts';
import type { Candidate } from './matcher.ts';

const SEPARATOR = '\u0000';

/** Returns the same key for statements of one source about one vulnerability of one package. */
export function toCoreKey(packageKey: string, advisory: Advisory): string {
  const system = advisory.operatingSystem;
  const place =
    system === undefined
      ? (advisory.ecosystem ?? 'product')
      : [system.name, system.majorVersion, system.minorVersion, system.label, system.channel].join(
          ' ',
        );
  return [packageKey, advisory.vulnerability, advisory.provider, place].join(SEPARATOR);
}

/** Returns the same key for statements with the same fixes. */
export function toFixKey(fixes: readonly Fix[]): string {
  return fixes.map(({ version = '' }) => version).join(',');
}

/** Joins two candidates of one statement into one with the distinct reasons of both. */
export function joinCandidates(first: Candidate, second: Candidate): Candidate {
  const known = new Set(first.reasons.map(toReasonKey));
  const added = second.reasons.filter((reason) => !known.has(toReasonKey(reason)));
  return { ...first, reasons: [...first.reasons, ...added].toSorted(compareReasons) };
}

function toReasonKey(reason: MatchReason): string {
  return [
    reason.kind,
    reason.searchedKey,
    reason.searchedVersion,
    reason.range,
    ...reason.searchedCpes,
    ...reason.foundCpes,
  ].join(SEPARATOR);
}

const KIND_ORDER = { direct: 0, indirect: 1, cpe: 2 } as const;

function compareReasons(left: MatchReason, right: MatchReason): number {
  return KIND_ORDER[left.kind] - KIND_ORDER[right.kind] || right.confidence - left.confidence;
}

export function isDirect(candidate: Candidate): boolean {
  return candidate.reasons.some((reason) => reason.kind === 'direct');
}

export function isOnlyIndirect(candidate: Candidate): boolean {
  return candidate.reasons.every((reason) => reason.kind === 'indirect');
}

/**
 * Joins candidates of the same statement and fixes. If the package's own name and that of its
 * source lead to different fixes, the statement about the package replaces the one about its
 * source, but keeps its reasons.
 */
export function mergeCandidates(candidates: readonly Candidate[]): readonly Candidate[] {
  const ids = new Set(candidates.map(({ advisory }) => advisory.vulnerability));
  if (ids.size === candidates.length) {
    return candidates;
  }
  const cores = new Map<string, Map<string, Candidate>>();
  for (const candidate of candidates) {
    const key = toCoreKey(candidate.packageKey, candidate.advisory);
    const byFixes = cores.get(key) ?? new Map<string, Candidate>();
    cores.set(key, byFixes);
    const fixKey = toFixKey(candidate.fixes);
    const known = byFixes.get(fixKey);
    byFixes.set(fixKey, known === undefined ? candidate : joinCandidates(known, candidate));
  }
  return [...cores.values()].flatMap((byFixes) => foldIndirect([...byFixes.values()]));
}

function foldIndirect(candidates: readonly Candidate[]): readonly Candidate[] {
  const direct = candidates.find(isDirect);
  if (direct === undefined) {
    return candidates;
  }
  const folded = candidates.filter(isOnlyIndirect).reduce(joinCandidates, direct);
  return candidates
    .filter((candidate) => !isOnlyIndirect(candidate))
    .map((candidate) => (candidate === direct ? folded : candidate));
}
