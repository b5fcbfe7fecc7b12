import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import type { BaseImage } from '../hardening/base/base-image.ts';
import type { BaseStore } from '../hardening/base/base-store.ts';
import { nameWithType } from '../hardening/base/identify-base.ts';
import type {
  PatchAlternative,
  PatchGroup,
  PatchPlan,
} from '../hardening/harden/patch/patch-plan.ts';
import { listHigherVersions } from '../vulnerability/match/fix.ts';

/** Adds alternatives that fix the same findings: removal, a slim image, a newer base image. */
export function addAlternatives(
  plan: PatchPlan,
  inventory: Inventory,
  newer: BaseImage | undefined,
): PatchPlan {
  const byKey = new Map(inventory.packages.map((item) => [item.key, item]));
  const groups = plan.groups.map((group) => {
    const keys = group.packages.flatMap((item) => item.keys);
    const items = keys.flatMap((key) => byKey.get(key) ?? []);
    const alternatives = [
      ...findRemoval(items, inventory),
      ...findSlim(items, inventory),
      ...findNewBase(group, items, newer),
    ];
    return alternatives.length === 0 ? group : { ...group, alternatives };
  });
  return { ...plan, groups };
}

/** A package that others depend on cannot be removed alone. */
function findRemoval(
  items: readonly InventoryPackage[],
  { relationships, packages }: Inventory,
): readonly PatchAlternative[] {
  const own = new Set(items.map(({ key }) => key));
  const names = new Map(packages.map(({ key, name }) => [key, name]));
  const edges = relationships.filter((edge) => edge.kind === 'dependency-of');
  const dependents = edges.flatMap((edge) =>
    own.has(edge.from) && !own.has(edge.to) ? (names.get(edge.to) ?? []) : [],
  );
  // Without any edge of this kind of package, dependencies are not known.
  const types = new Set(items.map(({ type }) => type));
  const byKey = new Map(packages.map(({ key, type }) => [key, type]));
  const isKnown = edges.some(({ from }) => types.has(byKey.get(from) ?? ''));
  return isKnown && dependents.length === 0
    ? [{ kind: 'remove', detail: 'no other package depends on it' }]
    : [];
}

function findSlim(
  items: readonly InventoryPackage[],
  { reach }: Inventory,
): readonly PatchAlternative[] {
  const classes = new Map((reach?.packages ?? []).map((one) => [one.packageKey, one.reach]));
  const isUnused = items.every(({ key }) => classes.get(key) === 'unreachable');
  return reach === undefined || reach.unknown !== undefined || !isUnused
    ? []
    : [{ kind: 'slim', detail: 'the entry point cannot reach it: harden emit drops it' }];
}

/** The newer build must have every package of the group in a fixed version. */
function findNewBase(
  { version, type }: PatchGroup,
  items: readonly InventoryPackage[],
  newer: BaseImage | undefined,
): readonly PatchAlternative[] {
  if (newer === undefined || items.some(({ origin }) => origin !== 'base')) {
    return [];
  }
  const theirs = new Map(newer.packages.map((item) => [nameWithType(item), item]));
  const isFixed = items.every((item) => {
    const found = theirs.get(nameWithType(item));
    const source = found?.upstreams[0]?.version ?? found?.version;
    return (
      source !== undefined &&
      (source === version || listHigherVersions(version, [source], type).length > 0)
    );
  });
  const { names, created = '' } = newer.head;
  const detail = `build on ${names[0] ?? ''} of ${created.slice(0, 10)}, which has a fixed version`;
  return isFixed ? [{ kind: 'base', detail }] : [];
}

/** Finds the latest build of the base image that is newer than the present one. */
export function findNewerBuild(
  { base }: Inventory,
  store: BaseStore,
  note: (message: string) => void,
): BaseImage | undefined {
  const { name, created } = base ?? {};
  if (name === undefined || created === undefined) {
    return undefined;
  }
  const [latest] = store
    .findHeads(name)
    .filter((head) => Date.parse(head.created ?? '') > Date.parse(created))
    .sort((left, right) => Date.parse(right.created ?? '') - Date.parse(left.created ?? ''));
  return latest && store.createReader(note)(latest.id);
}
