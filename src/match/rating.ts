import { type Finding, type Match, SEVERITIES, type SeverityWord } from '../core/finding.ts';
import { formatSourceView, listSourceViews, type SourceView } from '../core/package-context.ts';
import { rankSource } from './source-rank.ts';

/** The severity of a finding, and a note if sources disagree about it. */
export interface Rating extends Pick<Finding, 'severity'> {
  readonly note?: string;
}

/**
 * Returns the severity by the source that takes precedence, the highest if it has several records,
 * and names the sources that disagree. The records of the keepers of the IDs, which did not match,
 * only count if no matched record has a severity: a distribution's own rating of its package takes
 * precedence over theirs.
 */
export function rateByPrecedence(matches: readonly Match[]): Rating {
  const own = selectRated(matches.map((match) => ({ ...match, related: [] })));
  const rated = own.length > 0 ? own : selectRated(matches);
  const [highest, ...others] = rated;
  if (highest === undefined) {
    return { severity: SEVERITIES[0] };
  }
  const { severity } = highest;
  return others.some((other) => other.severity !== severity)
    ? {
        severity,
        note: `the sources disagree on the severity: ${rated.map(formatSourceView).join('; ')}`,
      }
    : { severity };
}

/** Returns the views with a severity: those that take precedence first, then the highest first. */
function selectRated(matches: readonly Match[]): readonly SourceView[] {
  return listSourceViews({ matches })
    .filter(({ severity }) => isKnown(severity))
    .sort(
      (left, right) =>
        rankSource(left.source) - rankSource(right.source) ||
        SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity),
    );
}

/**
 * Returns the severity of the best match, else of the first match that has one, else of the
 * keepers' records of the IDs.
 */
export function rateByBestMatch(matches: readonly Match[]): Rating {
  const related = matches.flatMap(({ relatedSeverities = [] }) => relatedSeverities);
  const words = [...matches.map(({ severity }) => severity), ...related];
  return { severity: words.find(isKnown) ?? SEVERITIES[0] };
}

function isKnown(word: SeverityWord): boolean {
  return word !== SEVERITIES[0];
}
