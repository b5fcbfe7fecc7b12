import type { EpssScore } from './advisory.ts';
import { compareInTurn } from './compare-in-turn.ts';
import { compareText } from './compare-text.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import type { InventoryPackage } from './inventory.ts';
import { rankReach } from './reach-class.ts';

/** The values of a finding by which findings are ordered. */
export interface OrderedFinding extends Pick<Finding, 'id' | 'severity' | 'risk'> {
  readonly reach?: Finding['reach'] | undefined;
  readonly package: Pick<InventoryPackage, 'name' | 'version' | 'type'>;
  /** The score with the highest percentile. */
  readonly epss: EpssScore | undefined;
}

type Compare = (left: OrderedFinding, right: OrderedFinding) => number;

export const compareReach: Compare = (left, right) =>
  rankReach(left.reach) - rankReach(right.reach);
export const compareRisk: Compare = (left, right) => right.risk - left.risk;
export const compareSeverity: Compare = (left, right) =>
  SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity);
export const compareEpss: Compare = (left, right) =>
  (right.epss?.percentile ?? 0) - (left.epss?.percentile ?? 0);
export const compareId: Compare = (left, right) => compareText(left.id, right.id);
export const comparePackage: Compare = (left, right) =>
  compareText(left.package.name, right.package.name) ||
  compareText(left.package.version, right.package.version) ||
  compareText(left.package.type, right.package.type);

/** The default order of findings, the most urgent first; reachability precedes the risk. */
export const compareUrgency = compareInTurn<OrderedFinding>([
  compareReach,
  compareRisk,
  compareSeverity,
  compareEpss,
  comparePackage,
  compareId,
]);

/** Returns the EPSS score of a finding with the highest percentile. */
export function findTopPercentile({ matches }: Pick<Finding, 'matches'>): EpssScore | undefined {
  return matches.flatMap(({ epss }) => epss).toSorted(comparePercentile)[0];
}

function comparePercentile(left: EpssScore, right: EpssScore): number {
  return right.percentile - left.percentile || compareText(left.cve, right.cve);
}
