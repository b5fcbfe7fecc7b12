/** One guess at a field of a CPE. */
export interface Candidate {
  readonly value: string;
  /** No parts of it are guesses of their own. */
  readonly isWhole: boolean;
  /** Its hyphens and underscores are not exchanged. */
  readonly isVerbatim: boolean;
}

/** Candidates by value and what may be derived from them, in the order in which they were added. */
export type CandidateSet = Map<string, Candidate>;

/** A candidate from which variations and parts may be derived. */
export function openCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isWhole: false, isVerbatim: false };
}

/** A candidate whose parts are no names, though its separators may be exchanged. */
export function createWholeCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isWhole: true, isVerbatim: false };
}

/** A candidate that stands as it is. */
export function createFixedCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isWhole: true, isVerbatim: true };
}

export function createCandidateSet(candidates: Iterable<Candidate>): CandidateSet {
  const set: CandidateSet = new Map();
  addCandidates(set, candidates);
  return set;
}

/** Beyond these, names come of hostile records only; what is beyond them is no candidate. */
const VALUE_CHARACTERS_MAX = 256;
const CANDIDATES_MAX = 512;

export function addCandidates(set: CandidateSet, candidates: Iterable<Candidate>): void {
  for (const candidate of candidates) {
    if (set.size >= CANDIDATES_MAX) {
      return;
    }
    if (candidate.value.length <= VALUE_CHARACTERS_MAX) {
      set.set(`${candidate.isWhole} ${candidate.isVerbatim} ${candidate.value}`, candidate);
    }
  }
}

export function removeValues(set: CandidateSet, values: readonly string[]): void {
  for (const [key, candidate] of set) {
    if (values.includes(candidate.value)) {
      set.delete(key);
    }
  }
}

/** Each value once. */
export function listValues(set: CandidateSet): readonly string[] {
  return [...new Set([...set.values()].map((candidate) => candidate.value))];
}

/** Adds each candidate with its hyphens as underscores, and with its underscores as hyphens. */
export function addSeparatorVariations(set: CandidateSet): void {
  const before = [...set.values()];
  for (const candidate of before) {
    if (!candidate.isVerbatim) {
      addCandidates(set, [
        { ...candidate, value: candidate.value.replaceAll('-', '_') },
        { ...candidate, value: candidate.value.replaceAll('_', '-') },
      ]);
    }
  }
}

/** Adds the beginnings of each candidate that end at a separator: of `jenkins-ci-tools` two. */
export function addBeginnings(set: CandidateSet): void {
  const before = [...set.values()];
  for (const candidate of before) {
    if (!candidate.isWhole) {
      addCandidates(set, listBeginnings(candidate.value).map(openCandidate));
    }
  }
}

/** Empty parts are skipped, and of several separators in a row the last one counts. */
function listBeginnings(value: string): string[] {
  const beginnings: string[] = [];
  let separator = '';
  for (const [piece] of value.matchAll(/[^-_]*[-_]|[^-_]+/g)) {
    const last = piece.charAt(piece.length - 1);
    const endsInSeparator = last === '-' || last === '_';
    const part = endsInSeparator ? piece.slice(0, -1) : piece;
    if (part !== '') {
      const before = beginnings.at(-1);
      beginnings.push(before === undefined ? part : before + separator + part);
    }
    separator = last;
  }
  return beginnings;
}

function stripQuotes(text: string): string {
  return text.length > 1 && /^(?:"[^"\\]*"|`[^`]*`)$/.test(text) ? text.slice(1, -1) : text;
}
