import { compareText } from '../../src/foundation/core/compare-text.ts';

/** A range that a match was found by, and the version that was compared with it. */
export interface HeldRange {
  readonly constraint: string;
  readonly version: string;
  /** Grype's name for the statement's comparison method; `unknown` if it names none. */
  readonly format: string;
  /** Whether the version belongs to a package that this one was built from. */
  readonly isOfSource: boolean;
}

/** One vulnerability of one package that at least one of both programs reports. */
export interface BorderRow {
  readonly mode: 'parity' | 'default';
  /** Whether ours lacks the row, has it in addition, or reports it differently. */
  readonly kind: 'missing' | 'extra' | 'differs';
  readonly list: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** Ranges of the program that reports it; for `differs`, those of ours. */
  readonly ranges: readonly HeldRange[];
  /** The difference between the reports. */
  readonly detail: string;
}

interface MatchDetail {
  readonly type: string;
  readonly searchedBy?: { readonly package?: { readonly version?: string } };
  readonly found?: { readonly versionConstraint?: string };
}

interface WrittenMatch {
  readonly vulnerability: {
    readonly id: string;
    readonly namespace?: string;
    readonly severity?: string;
    readonly fix?: { readonly state?: string; readonly versions?: readonly string[] };
  };
  readonly matchDetails: readonly MatchDetail[];
  readonly artifact: {
    readonly type: string;
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
  };
}

/** Grype's JSON, and ours in the same form. */
export interface WrittenFindings {
  readonly matches: readonly WrittenMatch[];
}

/** Returns the differences within one list, in order. */
export function listDifferingRows(
  theirs: WrittenFindings,
  ours: WrittenFindings,
  place: Pick<BorderRow, 'mode' | 'list'>,
): readonly BorderRow[] {
  const [left, right] = [theirs, ours].map(groupMatches) as [Matches, Matches];
  const rows: BorderRow[] = [];
  for (const [key, matches] of left) {
    const same = right.get(key);
    if (same === undefined) {
      rows.push(createRow(matches, { ...place, kind: 'missing', detail: '' }));
    } else if (place.mode === 'parity' && formatMatches(matches) !== formatMatches(same)) {
      const detail = `want ${formatMatches(matches)} got ${formatMatches(same)}`;
      rows.push(createRow(same, { ...place, kind: 'differs', detail }));
    }
  }
  for (const [key, matches] of right) {
    if (!left.has(key)) {
      rows.push(createRow(matches, { ...place, kind: 'extra', detail: '' }));
    }
  }
  return rows;
}

export function listKeys(findings: WrittenFindings): ReadonlySet<string> {
  return new Set(groupMatches(findings).keys());
}

type Matches = ReadonlyMap<string, readonly WrittenMatch[]>;

function groupMatches({ matches }: WrittenFindings): Matches {
  return Map.groupBy(
    matches,
    ({ vulnerability: { id }, artifact: { type, name, version, purl } }) =>
      [id, type, name, version, purl].join('\t'),
  );
}

/** Formats the compared parts of a match, besides its presence. */
function formatMatches(matches: readonly WrittenMatch[]): string {
  return matches
    .map(({ vulnerability: { namespace, severity, fix }, matchDetails }) => {
      const versions = [...new Set(fix?.versions ?? [])].sort(compareText);
      const how = [...new Set(matchDetails.map(({ type }) => type))].sort(compareText);
      return [namespace, severity, fix?.state, versions, how].join(' ');
    })
    .sort(compareText)
    .join('; ');
}

const FORMAT = / \(([a-z0-9]+)\)$/;

function createRow(
  matches: readonly WrittenMatch[],
  about: Pick<BorderRow, 'mode' | 'list' | 'kind' | 'detail'>,
): BorderRow {
  const [first] = matches;
  const { type = '', name = '', version = '', purl = '' } = first?.artifact ?? {};
  const ranges = matches.flatMap(({ matchDetails }) =>
    matchDetails.map(({ type: how, searchedBy, found }) => ({
      constraint: (found?.versionConstraint ?? '').replace(FORMAT, ''),
      format: FORMAT.exec(found?.versionConstraint ?? '')?.[1] ?? 'unknown',
      version: searchedBy?.package?.version ?? version,
      isOfSource: how === 'exact-indirect-match',
    })),
  );
  return { ...about, id: first?.vulnerability.id ?? '', type, name, version, purl, ranges };
}
