import type { Assessment } from '../../foundation/core/assessment.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { GateSettings } from './gate-contract.ts';

/**
 * Returns whether a package counts for gates that only count the application. One of unknown origin
 * does, and so does one of the base image that the image changed.
 */
export function isCountedOrigin(
  item: Pick<InventoryPackage, 'origin'> | undefined,
  { isApplicationOnly = false }: Pick<GateSettings, 'isApplicationOnly'>,
): boolean {
  return !isApplicationOnly || item?.origin !== 'base';
}

/** Returns the findings that count for a gate, and those that are only counted beside it. */
export function splitFindings(
  { findings }: Required<Pick<Assessment, 'findings'>>,
  { packages }: Assessment['inventory'],
  settings: Pick<GateSettings, 'isApplicationOnly'>,
): { readonly counted: readonly Finding[]; readonly ofBase: readonly Finding[] } {
  if (settings.isApplicationOnly !== true) {
    return { counted: findings.findings, ofBase: [] };
  }
  const byKey = new Map(packages.map((item) => [item.key, item]));
  const { counted = [], ofBase = [] } = Object.groupBy(findings.findings, ({ packageKey }) =>
    isCountedOrigin(byKey.get(packageKey), settings) ? 'counted' : 'ofBase',
  );
  return { counted, ofBase };
}

/** Findings of the base image are counted in the reason, so that none seems to be absent. */
export function countOfBase(
  count: number,
  { isApplicationOnly = false }: Pick<GateSettings, 'isApplicationOnly'>,
): readonly string[] {
  return isApplicationOnly ? [`${count} of the base image ${count === 1 ? 'is' : 'are'}`] : [];
}
