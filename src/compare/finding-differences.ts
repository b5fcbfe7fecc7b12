import type { FindingChange } from '../core/change.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import type { Finding } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { changeId } from './change-id.ts';
import { compareVersions } from './compare-versions.ts';
import type { FindingCause, FindingDifference, FindingRef } from './difference.ts';
import { findingChanges, type Result } from './finding-changes.ts';
import { packageRef } from './package-changes.ts';
import type { PackagePair } from './pair-packages.ts';

/**
 * Returns the change of each open finding, with its cause. Sorted by package, then ID. Empty if one
 * side was not evaluated: that does not mean "gone".
 */
export function findingDifferences(
  before: Result,
  after: Result,
  pairs: readonly PackagePair[],
): readonly FindingDifference[] {
  if (before.findings.database === undefined || after.findings.database === undefined) {
    return [];
  }
  const byBefore = new Map(pairs.map((pair) => [pair.before?.key, pair]));
  const byAfter = new Map(pairs.map((pair) => [pair.after?.key, pair]));
  return findingChanges(before, after, pairs)
    .map((change) => {
      const pair =
        change.after === undefined
          ? byBefore.get(change.before?.package.key)
          : byAfter.get(change.after.package.key);
      return differenceOf(change, pair);
    })
    .toSorted(
      (left, right) =>
        compareText(sortName(left), sortName(right)) ||
        compareText(findingDifferenceId(left), findingDifferenceId(right)),
    );
}

export function findingDifferenceId({ before, after }: FindingDifference): string {
  return changeId('findings', nameOf(before), nameOf(after));
}

function sortName({ before, after }: FindingDifference): string {
  const names = [before, after].flatMap((one) =>
    one === undefined ? [] : [`${one.package.name}\0${one.id}`],
  );
  return names.sort(compareText)[0] ?? '';
}

function differenceOf(change: FindingChange, pair: PackagePair | undefined): FindingDifference {
  const before = change.before && findingRef(change.before.finding, change.before.package);
  const after = change.after && findingRef(change.after.finding, change.after.package);
  const aspects = before && after ? aspectsOf(before, after) : [];
  const other = change.kind === 'introduced' ? pair?.before : pair?.after;
  const counterpart = change.kind === 'kept' ? undefined : other;
  const keptKind = aspects.length > 0 ? 'changed' : 'unchanged';
  return {
    kind: change.kind === 'kept' ? keptKind : change.kind,
    ...(change.kind === 'kept' ? {} : { cause: causeOf(change, pair) }),
    ...defined({ before, after }),
    ...(counterpart === undefined ? {} : { counterpart: packageRef(counterpart) }),
    aspects,
  };
}

function nameOf(ref: FindingRef | undefined): string {
  return ref === undefined ? '' : [ref.id, ref.package.key].join('\0');
}

/** The change tells whether the target caused it, the pair tells how. */
function causeOf({ cause = 'image' }: FindingChange, pair: PackagePair | undefined): FindingCause {
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
      return versionCause(pair);
  }
}

function versionCause({ before, after }: PackagePair): FindingCause {
  const order = before && after && compareVersions(before, after);
  if (order === undefined || order === 0) {
    return 'version';
  }
  return order === -1 ? 'upgrade' : 'downgrade';
}

function findingRef(finding: Finding, item: InventoryPackage): FindingRef {
  const { id, aliases, severity, fixState, fixVersions, reach, matches } = finding;
  return {
    id,
    aliases,
    severity,
    fixState,
    fixVersions,
    ...defined({ reach }),
    isExploited: matches.some(({ exploited }) => exploited.length > 0),
    package: packageRef(item),
  };
}

function aspectsOf(before: FindingRef, after: FindingRef): FindingDifference['aspects'] {
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
  const isTold = [before, after].every((one) => one !== undefined && one !== 'unknown');
  return isTold && before !== after;
}

/** Formats a finding as one string: its ID and its package. */
export function findingName(
  { id, packageKey }: Pick<Finding, 'id' | 'packageKey'>,
  { packages }: Pick<Inventory, 'packages'>,
): string {
  const item = packages.find(({ key }) => key === packageKey);
  return `${id} ${item?.name ?? packageKey}`;
}
