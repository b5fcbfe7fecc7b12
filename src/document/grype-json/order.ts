import { compareInTurn } from '../../core/compare-in-turn.ts';
import { compareText } from '../../core/compare-text.ts';
import { SEVERITIES } from '../../core/finding.ts';
import type { SortCriterion } from '../../core/format.ts';
import { reachRank } from '../../core/reach-class.ts';
import { type MatchEntry, riskOf } from './match-model.ts';

type Compare = (left: MatchEntry, right: MatchEntry) => number;

const byRisk: Compare = (left, right) => riskOf(right) - riskOf(left);
const bySeverity: Compare = (left, right) => severityRank(right) - severityRank(left);
const byEpss: Compare = (left, right) => percentileOf(right) - percentileOf(left);
const byExploited: Compare = (left, right) =>
  right.match.exploited.length - left.match.exploited.length;
const byReach: Compare = (left, right) =>
  reachRank(left.finding.reach) - reachRank(right.finding.reach);
const byFix: Compare = (left, right) =>
  Number(right.match.fixState === 'fixed') - Number(left.match.fixState === 'fixed');
const byId: Compare = (left, right) => compareText(left.match.record.id, right.match.record.id);
const byPackage: Compare = (left, right) =>
  compareText(left.package.name, right.package.name) ||
  compareText(left.package.version, right.package.version) ||
  compareText(left.package.type, right.package.type);

/** Breaks ties of Grype's own criteria. */
const byRest: Compare = (left, right) =>
  compareText(left.match.record.provider, right.match.record.provider) ||
  compareText(fixText(left), fixText(right)) ||
  compareText(placeText(left), placeText(right)) ||
  compareText(left.package.key, right.package.key);

/** Grype's orders, and one that it lacks. */
const ORDERS: Readonly<Record<SortCriterion, readonly Compare[]>> = {
  risk: [byRisk, bySeverity, byEpss, byPackage, byId],
  severity: [bySeverity, byRisk, byEpss, byPackage, byId],
  epss: [byEpss, byRisk, bySeverity, byPackage, byId],
  kev: [byExploited, byRisk, bySeverity, byEpss, byPackage, byId],
  package: [byPackage, byId, byRisk, bySeverity, byEpss],
  vulnerability: [byId, byRisk, bySeverity, byEpss, byPackage],
  reach: [byReach, byExploited, byEpss, bySeverity, byFix, byPackage, byId],
};

export function sortEntries(
  entries: readonly MatchEntry[],
  criterion: SortCriterion = 'risk',
): readonly MatchEntry[] {
  return entries.toSorted(compareInTurn([...ORDERS[criterion], byRest]));
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
