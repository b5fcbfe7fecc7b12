import type { FindingChange } from '../../foundation/core/change.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type Finding, isExploited } from '../../foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { computeChangeId } from './change-id.ts';
import { compareVersions } from './compare-versions.ts';
import type { FindingCause, FindingDifference, FindingRef } from './difference.ts';
import { listFindingChanges, type Result } from './finding-changes.ts';
import { toPackageRef } from './package-changes.ts';
import type { PackagePair } from './pair-packages.ts';

/**
 * Returns the change of each open finding, with its cause. Sorted by package, then ID. Empty if one
 * side was not evaluated: that does not mean "gone".
 */
export function listFindingDifferences(
  before: Result,
  after: Result,
  pairs: readonly PackagePair[],
): readonly FindingDifference[] {
  if (before.findings.database === undefined || after.findings.database === undefined) {
    return [];
  }
  const byBefore = new Map(pairs.map((pair) => [pair.before?.key, pair]));
  const byAfter = new Map(pairs.map((pair) => [pair.after?.key, pair]));
  return listFindingChanges(before, after, pairs)
    .map((change) => {
      const pair =
        change.after === undefined
          ? byBefore.get(change.before?.package.key)
          : byAfter.get(change.after.package.key);
      return toDifference(change, pair);
    })
    .toSorted(
      (left, right) =>
        compareText(sortName(left), sortName(right)) ||
        compareText(computeFindingDifferenceId(left), computeFindingDifferenceId(right)),
    );
}

export function computeFindingDifferenceId({ before, after }: FindingDifference): string {
  return computeChangeId('findings', formatRefName(before), formatRefName(after));
}

function sortName({ before, after }: FindingDifference): string {
  const names = [before, after].flatMap((one) =>
    one === undefined ? [] : [`${one.package.name}\0${one.id}`],
  );
  return names.sort(compareText)[0] ?? '';
}

function toDifference(change: FindingChange, pair: PackagePair | undefined): FindingDifference {
  const before = change.before && toFindingRef(change.before.finding, change.before.package);
  const after = change.after && toFindingRef(change.after.finding, change.after.package);
  const aspects = before && after ? listAspects(before, after) : [];
  const other = change.kind === 'introduced' ? pair?.before : pair?.after;
  const counterpart = change.kind === 'kept' ? undefined : other;
  const keptKind = aspects.length > 0 ? 'changed' : 'unchanged';
  return {
    kind: change.kind === 'kept' ? keptKind : change.kind,
    ...(change.kind === 'kept' ? {} : { cause: chooseCause(change, pair) }),
    ...defined({ before, after }),
    ...(counterpart === undefined ? {} : { counterpart: toPackageRef(counterpart) }),
    aspects,
  };
}

function formatRefName(ref: FindingRef | undefined): string {
  return ref === undefined ? '' : [ref.id, ref.package.key].join('\0');
}

/** Returns the cause of a change. If the image caused it, the pair of packages determines how. */
function chooseCause(
  { cause = 'image' }: FindingChange,
  pair: PackagePair | undefined,
): FindingCause {
  if (cause !== 'image' || pair === undefined) {
    return cause === 'image' ? 'version' : cause;
  }
  switch (pair.how) {
    case 'added':
      return 'addition';
    case 'removed':
      return 'removal';
    case 'renamed':
    case 'replaced':
      return 'replacement';
    default:
      return findVersionCause(pair);
  }
}

function findVersionCause({ before, after }: PackagePair): FindingCause {
  const order = before && after && compareVersions(before, after);
  if (order === undefined || order === 0) {
    return 'version';
  }
  return order === -1 ? 'upgrade' : 'downgrade';
}

function toFindingRef(finding: Finding, item: InventoryPackage): FindingRef {
  const { id, aliases, severity, fixState, fixVersions, reach } = finding;
  return {
    id,
    aliases,
    severity,
    fixState,
    fixVersions,
    ...defined({ reach }),
    isExploited: isExploited(finding),
    package: toPackageRef(item),
  };
}

function listAspects(before: FindingRef, after: FindingRef): FindingDifference['aspects'] {
  const isFixChanged =
    before.fixState !== after.fixState ||
    before.fixVersions.join('\0') !== after.fixVersions.join('\0');
  return [
    ...(before.severity === after.severity ? [] : (['severity'] as const)),
    ...(isFixChanged ? (['fix'] as const) : []),
    ...(isReachChanged(before.reach, after.reach) ? (['reach'] as const) : []),
  ];
}

/** If one side is unknown, no change is known. */
function isReachChanged(before: FindingRef['reach'], after: FindingRef['reach']): boolean {
  const isKnown = [before, after].every((one) => one !== undefined && one !== 'unknown');
  return isKnown && before !== after;
}

/** Formats a finding as one string: its ID and its package. */
export function formatFindingName(
  { id, packageKey }: Pick<Finding, 'id' | 'packageKey'>,
  { packages }: Pick<Inventory, 'packages'>,
): string {
  const item = packages.find(({ key }) => key === packageKey);
  return `${id} ${item?.name ?? packageKey}`;
}
