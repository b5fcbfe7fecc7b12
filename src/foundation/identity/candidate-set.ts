/** A guess at one field of a CPE. */
export interface Candidate {
  readonly value: string;
  /** If true, its parts are not candidates. */
  readonly isIndivisible: boolean;
  /** If true, its hyphens and underscores are not exchanged. */
  readonly isVerbatim: boolean;
}

/** Candidates by value and permitted derivations, in the order in which they were added. */
export type CandidateSet = Map<string, Candidate>;

/** Creates a candidate from which variations and parts may be derived. */
export function openCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isIndivisible: false, isVerbatim: false };
}

/** Creates a candidate whose separators may be exchanged, but whose parts are not names. */
export function createWholeCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isIndivisible: true, isVerbatim: false };
}

/** Creates a candidate from which nothing is derived. */
export function createFixedCandidate(value: string): Candidate {
  return { value: stripQuotes(value), isIndivisible: true, isVerbatim: true };
}

export function createCandidateSet(candidates: Iterable<Candidate>): CandidateSet {
  const set: CandidateSet = new Map();
  addCandidates(set, candidates);
  return set;
}

/** Only hostile records exceed these limits. Longer or further values are not added. */
const VALUE_CHARACTERS_MAX = 256;
const CANDIDATES_MAX = 512;

export function addCandidates(set: CandidateSet, candidates: Iterable<Candidate>): void {
  for (const candidate of candidates) {
    if (set.size >= CANDIDATES_MAX) {
      return;
    }
    if (candidate.value.length <= VALUE_CHARACTERS_MAX) {
      set.set(`${candidate.isIndivisible} ${candidate.isVerbatim} ${candidate.value}`, candidate);
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

/** Returns each value once. */
export function listValues(set: CandidateSet): readonly string[] {
  return [...new Set([...set.values()].map((candidate) => candidate.value))];
}

/**
 * Adds each candidate with underscores instead of hyphens, and with hyphens instead of underscores.
 */
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

/**
 * Adds the beginnings of each candidate that end before a separator: `jenkins` and `jenkins-ci` for
 * `jenkins-ci-tools`.
 */
export function addBeginnings(set: CandidateSet): void {
  const before = [...set.values()];
  for (const candidate of before) {
    if (!candidate.isIndivisible) {
      addCandidates(set, listBeginnings(candidate.value).map(openCandidate));
    }
  }
}

/** Empty parts are skipped. Of several consecutive separators, only the last is kept. */
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
