import type { Justification } from '../../foundation/core/justification.ts';
import type {
  BareDifference,
  Change,
  DifferenceDecision,
} from '../../hardening/compare/difference.ts';
import { findFileOwners } from '../../hardening/compare/file-owners.ts';
import { computeConfigurationItemId, listDifferenceItems } from './difference-items.ts';
import { computeItemId } from './item.ts';
import { type JudgeOptions, judgeEntries } from './judge-entries.ts';
import { type ComparedResults, computePackageItemId } from './package-items.ts';

/**
 * Adds the decisions of signed justifications to the changes that they are about. A program or
 * another file of a changed package is justified with its package; privileges need their own
 * reason.
 */
export function justifyDifference(
  compared: ComparedResults,
  entries: readonly Justification[],
  options: Omit<JudgeOptions, 'kinds'>,
): BareDifference {
  const { difference } = compared;
  if (entries.length === 0) {
    return difference;
  }
  const items = listDifferenceItems(compared);
  const { applied } = judgeEntries(entries, items, { ...options, kinds: new Set() });
  const privileges = new Set(
    items.filter(({ kind }) => kind === 'privilege').map(({ subject }) => subject),
  );
  const ownerIds = indexOwners(compared);
  const decide = <Item extends Change>(change: Item, ids: readonly string[]): Item => {
    const entry = ids.map((id) => applied.get(id)).find((one) => one !== undefined);
    return change.decision !== undefined || entry === undefined
      ? change
      : { ...change, decision: acceptBySignature(entry) };
  };
  return {
    ...difference,
    configuration: difference.configuration.map((one) =>
      decide(one, [computeConfigurationItemId(one)]),
    ),
    packages: difference.packages.map((one) => decide(one, [computePackageItemId(one)])),
    executables: difference.executables.map((one) =>
      decide(one, [computeItemId('executable', one.path), ...(ownerIds.get(one.path) ?? [])]),
    ),
    files: difference.files.map((one) => {
      const { path } = one.after ?? one.before ?? { path: '' };
      const others = [computeItemId('executable', path), ...(ownerIds.get(path) ?? [])];
      return decide(one, privileges.has(path) ? [computeItemId('privilege', path)] : others);
    }),
  };
}

function acceptBySignature({ reason, by, until, source }: Justification): DifferenceDecision {
  return { reason, author: by, source, expiresAt: until, isExpired: false };
}

/** IDs of the items of changed packages by the paths of their files. */
function indexOwners({
  before,
  after,
  difference,
}: ComparedResults): ReadonlyMap<string, string[]> {
  const byKey = new Map(
    difference.packages.flatMap((change) =>
      [change.before, change.after].flatMap((one) =>
        one === undefined ? [] : [[one.key, computePackageItemId(change)] as const],
      ),
    ),
  );
  const ids = new Map<string, string[]>();
  for (const inventory of [before, after]) {
    for (const [path, { key }] of findFileOwners(inventory)) {
      const id = byKey.get(key);
      if (id !== undefined) {
        ids.set(path, [...(ids.get(path) ?? []), id]);
      }
    }
  }
  return ids;
}
