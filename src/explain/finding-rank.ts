import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import { type Finding, type Findings, SEVERITIES } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { rankReach } from '../core/reach-class.ts';
import { selectRiskFacts } from '../match/complete-match.ts';
import { computeRisk, computeRiskFactors, type RiskFactors } from '../match/risk.ts';
import type { Rank } from './explanation.ts';

/** Returns a function for the rank of a finding. Open findings are sorted once. */
export function createRanking(
  { packages }: Pick<Inventory, 'packages'>,
  { findings }: Findings,
): (finding: Finding) => Rank {
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const sorted = findings.toSorted((left, right) => compareUrgency(left, right, byKey));
  const positions = new Map(sorted.map((finding, index) => [finding, index + 1]));
  return (finding) => ({
    ...defined({ position: positions.get(finding) }),
    openFindings: findings.length,
    risk: finding.risk,
    ...defined({ factors: findFactors(finding) }),
  });
}

/** Compares as the table of findings does by default: reach, risk, severity, EPSS, package, ID. */
function compareUrgency(
  left: Finding,
  right: Finding,
  packages: ReadonlyMap<string, InventoryPackage>,
): number {
  const [one, other] = [packages.get(left.packageKey), packages.get(right.packageKey)];
  return (
    rankReach(left.reach) - rankReach(right.reach) ||
    right.risk - left.risk ||
    SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity) ||
    getPercentile(right) - getPercentile(left) ||
    compareText(one?.name ?? '', other?.name ?? '') ||
    compareText(one?.version ?? '', other?.version ?? '') ||
    compareText(one?.type ?? '', other?.type ?? '') ||
    compareText(left.id, right.id)
  );
}

function getPercentile({ matches }: Finding): number {
  return Math.max(0, ...matches.flatMap(({ epss }) => epss.map(({ percentile }) => percentile)));
}

/** Returns the factors of the match that decides the risk, if they yield it. */
function findFactors({ matches, risk }: Finding): RiskFactors | undefined {
  const facts = matches.map(selectRiskFacts).find((one) => computeRisk(one) === risk);
  return facts === undefined ? undefined : computeRiskFactors(facts);
}
