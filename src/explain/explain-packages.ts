import type { Advisory } from '../core/advisory.ts';
import type { Findings } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { toLabel } from '../core/package-context.ts';
import { considerPackage, type Evaluated } from './explain-absence.ts';
import { isCalled } from './explain-finding.ts';
import type { PackageExplanation } from './explanation.ts';

/**
 * Explains each package: its findings, and why every other statement under its keys was rejected.
 * Each package is matched once more, alone.
 *
 * @param wanted a name, `name@version`, package URL or key; if absent, every package
 */
export function* explainPackages(
  wanted: string | undefined,
  evaluated: Evaluated,
): Iterable<PackageExplanation> {
  const { inventory, findings } = evaluated;
  for (const item of inventory.packages) {
    if (wanted === undefined || isCalled(item, wanted)) {
      const found = listIds(item, findings);
      const isOther = (advisory: Advisory): boolean =>
        ![advisory.vulnerability, ...advisory.aliases, ...advisory.cves].some((id) =>
          found.all.has(id),
        );
      const considered = considerPackage(item, { ...evaluated, mentions: isOther });
      yield {
        kind: 'package',
        package: toLabel(item),
        found: found.listed,
        rejections: considered.flatMap(({ rejections }) => rejections),
        unjudged: findings.unevaluated.flatMap(({ packageKey, detail }) =>
          packageKey === item.key ? [detail] : [],
        ),
      };
    }
  }
}

interface FoundIds {
  /** The ID of each finding, open, ignored or suppressed. */
  readonly listed: readonly string[];
  readonly all: ReadonlySet<string>;
}

function listIds({ key }: InventoryPackage, findings: Findings): FoundIds {
  const own = [
    ...findings.findings,
    ...(findings.dispositioned ?? []).map(({ finding }) => finding),
    ...findings.ignored.map(({ finding }) => finding),
  ].filter(({ packageKey }) => packageKey === key);
  return {
    listed: [...new Set(own.map(({ id }) => id))],
    all: new Set(own.flatMap(({ id, aliases }) => [id, ...aliases])),
  };
}
