import { compareInTurn } from '../../foundation/core/compare-in-turn.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import type { SortCriterion } from '../../foundation/core/format.ts';
import { rankReach } from '../../foundation/core/reach-class.ts';
import { getRisk, type MatchEntry } from './match-model.ts';

type Compare = (left: MatchEntry, right: MatchEntry) => number;

const compareRisk: Compare = (left, right) => getRisk(right) - getRisk(left);
const compareSeverity: Compare = (left, right) => rankSeverity(right) - rankSeverity(left);
const compareEpss: Compare = (left, right) => getPercentile(right) - getPercentile(left);
const compareExploited: Compare = (left, right) =>
  right.match.exploited.length - left.match.exploited.length;
const compareReach: Compare = (left, right) =>
  rankReach(left.finding.reach) - rankReach(right.finding.reach);
const compareFix: Compare = (left, right) =>
  Number(right.match.fixState === 'fixed') - Number(left.match.fixState === 'fixed');
const compareId: Compare = (left, right) =>
  compareText(left.match.record.id, right.match.record.id);
const comparePackage: Compare = (left, right) =>
  compareText(left.package.name, right.package.name) ||
  compareText(left.package.version, right.package.version) ||
  compareText(left.package.type, right.package.type);

/** Breaks ties of Grype's own criteria. */
const compareRest: Compare = (left, right) =>
  compareText(left.match.record.provider, right.match.record.provider) ||
  compareText(formatFix(left), formatFix(right)) ||
  compareText(placeText(left), placeText(right)) ||
  compareText(left.package.key, right.package.key);

/** Grype's orders, and one that it lacks. */
const ORDERS: Readonly<Record<SortCriterion, readonly Compare[]>> = {
  risk: [compareRisk, compareSeverity, compareEpss, comparePackage, compareId],
  severity: [compareSeverity, compareRisk, compareEpss, comparePackage, compareId],
  epss: [compareEpss, compareRisk, compareSeverity, comparePackage, compareId],
  kev: [compareExploited, compareRisk, compareSeverity, compareEpss, comparePackage, compareId],
  package: [comparePackage, compareId, compareRisk, compareSeverity, compareEpss],
  vulnerability: [compareId, compareRisk, compareSeverity, compareEpss, comparePackage],
  reach: [
    compareReach,
    compareExploited,
    compareEpss,
    compareSeverity,
    compareFix,
    comparePackage,
    compareId,
  ],
};

export function sortEntries(
  entries: readonly MatchEntry[],
  criterion: SortCriterion = 'risk',
): readonly MatchEntry[] {
  return entries.toSorted(compareInTurn([...ORDERS[criterion], compareRest]));
}

function rankSeverity({ match }: MatchEntry): number {
  return SEVERITIES.indexOf(match.severity);
}

function getPercentile({ match }: MatchEntry): number {
  return match.epss.reduce((most, { percentile }) => Math.max(most, percentile), 0);
}

function formatFix({ match }: MatchEntry): string {
  return match.fixes.map(({ version }) => version).join(',');
}

function placeText({ package: item }: MatchEntry): string {
  return item.locations.map(({ path }) => path).join('');
}
