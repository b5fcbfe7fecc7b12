import { compareText } from '../../core/digest.ts';
import { SEVERITIES } from '../../core/finding.ts';
import { type MatchEntry, riskOf } from './match-model.ts';

/**
 * Grype's own order: the greatest risk first, then severity, exploit prediction, package and id.
 */
export function sortEntries(entries: readonly MatchEntry[]): readonly MatchEntry[] {
  return entries.toSorted(
    (left, right) =>
      riskOf(right) - riskOf(left) ||
      severityRank(right) - severityRank(left) ||
      percentileOf(right) - percentileOf(left) ||
      compareText(left.package.name, right.package.name) ||
      compareText(left.package.version, right.package.version) ||
      compareText(left.package.type, right.package.type) ||
      compareText(left.match.record.id, right.match.record.id) ||
      compareText(left.match.record.provider, right.match.record.provider) ||
      compareText(fixText(left), fixText(right)) ||
      compareText(placeText(left), placeText(right)) ||
      compareText(left.package.key, right.package.key),
  );
}

function severityRank({ match }: MatchEntry): number {
  return SEVERITIES.indexOf(match.severity);
}

function percentileOf({ match }: MatchEntry): number {
  return match.epss.reduce((most, { percentile }) => Math.max(most, percentile), 0);
}

function fixText({ match }: MatchEntry): string {
  return match.fixes.map(({ version }) => version).join(',');
}

function placeText({ package: item }: MatchEntry): string {
  return item.locations.map(({ path }) => path).join('');
}
