import { defined } from '../core/defined.ts';
import type { Finding, Findings } from '../core/finding.ts';
import { compareUrgency, findTopPercentile } from '../core/finding-order.ts';
import type { Inventory } from '../core/inventory.ts';
import { indexByKey } from '../core/key-index.ts';
import { selectRiskFacts } from '../match/complete-match.ts';
import { computeRisk, computeRiskFactors, type RiskFactors } from '../match/risk.ts';
import type { Rank } from './explanation.ts';

/** Returns a function for the rank of a finding. Open findings are sorted once. */
export function createRanking(
  { packages }: Pick<Inventory, 'packages'>,
  { findings }: Findings,
): (finding: Finding) => Rank {
  const byKey = indexByKey(packages, ({ key }) => key);
  const sorted = findings
    .flatMap((finding) => {
      const item = byKey.get(finding.packageKey);
      const epss = findTopPercentile(finding);
      return item === undefined ? [] : [{ ...finding, package: item, epss, finding }];
    })
    .toSorted(compareUrgency);
  const positions = new Map(sorted.map(({ finding }, index) => [finding, index + 1]));
  return (finding) => ({
    ...defined({ position: positions.get(finding) }),
    openFindings: findings.length,
    risk: finding.risk,
    ...defined({ factors: findFactors(finding) }),
  });
}

/** Returns the factors of the match that decides the risk, if they yield it. */
function findFactors({ matches, risk }: Finding): RiskFactors | undefined {
  const facts = matches.map(selectRiskFacts).find((one) => computeRisk(one) === risk);
  return facts === undefined ? undefined : computeRiskFactors(facts);
}
