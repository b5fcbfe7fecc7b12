import { type Assessment, createAssessment } from '../foundation/core/assessment.ts';
import type { Decision } from '../foundation/core/decision.ts';
import type { DispositionedFinding, Finding } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { RemovalPlan } from '../hardening/harden/removal-plan.ts';
import type { OpenAssessment } from './assess.ts';

/** How the packages of an emitted image differ from the plan, by name and version. */
export interface PlanDeviation {
  /** Packages that are found although the plan drops them. */
  readonly unexpected: readonly string[];
  /** Packages that are not found although the plan keeps them. */
  readonly missing: readonly string[];
}

type Named = Pick<RemovalPlan['packages'][number], 'name' | 'version' | 'type'>;

/** Compares the packages of an emitted image with the plan. */
export function compareWithPlan(
  emitted: Pick<Inventory, 'packages'>,
  { packages }: Pick<RemovalPlan, 'packages'>,
): PlanDeviation {
  const found = countNames(emitted.packages);
  const kept = countNames(packages.filter(({ isKept }) => isKept));
  return { unexpected: subtract(found, kept), missing: subtract(kept, found) };
}

/** A package may be in an image several times. */
function countNames(packages: readonly Named[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of packages) {
    const name = formatName(item);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function formatName({ name, version, type }: Named): string {
  return `${name} ${version} (${type})`;
}

function subtract(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
): readonly string[] {
  return [...left].filter(([name, count]) => count > (right.get(name) ?? 0)).map(([name]) => name);
}

const ABSENT: Decision = {
  kind: 'derived',
  effect: 'set-aside',
  status: 'not_affected',
  justification: 'component_not_present',
  reason: 'the package was removed from the image; this digest does not contain its files',
  author: 'plimsoll (tool)',
  source: 'harden emit',
  trace: [],
};

/**
 * Creates statements about the emitted image: one for each finding of the original whose package it
 * does not contain. A package that is still found gets none.
 */
export function createAbsenceReport(
  plan: RemovalPlan,
  { inventory, findings }: OpenAssessment,
  emitted: OpenAssessment,
): Assessment {
  const found = new Set(emitted.inventory.packages.map(formatName));
  const dropped = new Set(
    plan.packages
      .filter((item) => !item.isKept && !found.has(formatName(item)))
      .map(({ key }) => key),
  );
  const all: readonly Finding[] = [
    ...findings.findings,
    ...findings.ignored.map(({ finding }) => finding),
    ...(findings.dispositioned ?? []).map(({ finding }) => finding),
  ];
  const dispositioned = all
    .filter(({ packageKey }) => dropped.has(packageKey))
    .map((finding): DispositionedFinding => ({ finding, decisions: [ABSENT] }));
  return createAssessment({
    inventory: { ...inventory, target: emitted.target },
    findings: { ...findings, findings: [], ignored: [], dispositioned },
  });
}
