import { type Assessment, createAssessment } from '../foundation/core/assessment.ts';
import type { Decision } from '../foundation/core/decision.ts';
import { type DispositionedFinding, type Finding, isGuess } from '../foundation/core/finding.ts';
import type { InventoryPackage } from '../foundation/core/inventory.ts';
import type { OpenAssessment } from './assess.ts';

/** Findings of an image before updates, compared with a scan of the result. */
export interface PatchEffect {
  /** About the result: each fixed finding on the package in its new version. */
  readonly fixed: readonly DispositionedFinding[];
  /** Findings of the result that the image had before. */
  readonly remaining: readonly Finding[];
  /** Findings that only the result has. */
  readonly introduced: readonly Finding[];
  /**
   * Findings of packages that are gone or could not be evaluated any more: nothing shows that an
   * update fixed them.
   */
  readonly notShown: readonly Finding[];
}

/**
 * Compares findings before and after updates. A finding is only fixed if the result has the package
 * in other versions, all of them could be evaluated, and none has the finding.
 */
export function findFixed(before: OpenAssessment, after: OpenAssessment): PatchEffect {
  const packages = new Map(before.inventory.packages.map((item) => [item.key, item]));
  const byName = Map.groupBy(after.inventory.packages, nameProduct);
  const left = listNamedIds(after);
  const doubtful = new Set(after.findings.unevaluated.map(({ packageKey }) => packageKey));
  const fixed: DispositionedFinding[] = [];
  const notShown: Finding[] = [];
  const known = new Set<string>();
  for (const finding of before.findings.findings.filter((one) => !isGuess(one))) {
    const item = packages.get(finding.packageKey);
    const ids = item === undefined ? [] : listIds(finding, item);
    ids.forEach((id) => known.add(id));
    if (item === undefined || ids.some((id) => left.has(id))) {
      continue;
    }
    const places = byName.get(nameProduct(item)) ?? [];
    const isShown = places.every(
      ({ key, version }) => version !== item.version && !doubtful.has(key),
    );
    if (places.length === 0 || !isShown) {
      notShown.push(finding);
    }
    for (const place of isShown ? places : []) {
      const decision = createDecision(item, place);
      fixed.push({ finding: { ...finding, packageKey: place.key }, decisions: [decision] });
    }
  }
  const open = after.findings.findings.filter((one) => !isGuess(one));
  const keys = new Map(after.inventory.packages.map((item) => [item.key, item]));
  const isKnown = (finding: Finding): boolean => {
    const item = keys.get(finding.packageKey);
    return item !== undefined && listIds(finding, item).some((id) => known.has(id));
  };
  return {
    fixed,
    remaining: open.filter(isKnown),
    introduced: open.filter((finding) => !isKnown(finding)),
    notShown,
  };
}

function createDecision(
  { name, version: from }: InventoryPackage,
  { version: to }: InventoryPackage,
): Decision {
  return {
    kind: 'derived',
    effect: 'set-aside',
    status: 'fixed',
    reason: `${name} was updated from ${from} to ${to}, which is not affected`,
    author: 'plimsoll (tool)',
    source: 'patch --after',
    trace: [],
  };
}

function nameProduct({ type, name }: Pick<InventoryPackage, 'type' | 'name'>): string {
  return `${type} ${name}`;
}

function listIds({ id, aliases }: Finding, item: InventoryPackage): readonly string[] {
  return [id, ...aliases].map((one) => `${nameProduct(item)} ${one}`);
}

/** Also those that a decision suppresses: they are not fixed. */
function listNamedIds({ inventory, findings }: OpenAssessment): ReadonlySet<string> {
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const all = [
    ...findings.findings,
    ...(findings.dispositioned ?? []).map(({ finding }) => finding),
    ...findings.ignored.map(({ finding }) => finding),
  ];
  return new Set(
    all.flatMap((finding) => {
      const item = packages.get(finding.packageKey);
      return item === undefined ? [] : listIds(finding, item);
    }),
  );
}

/** Creates the report with statements about the result. */
export function createFixedReport(after: OpenAssessment, { fixed }: PatchEffect): Assessment {
  const findings = { ...after.findings, findings: [], ignored: [], dispositioned: fixed };
  return createAssessment({ inventory: after.inventory, findings });
}
