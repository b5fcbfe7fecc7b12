import type { InventoryPackage } from '../../../../foundation/core/inventory.ts';
import {
  REACH_CLASSES,
  REACH_STRENGTHS,
  type ReachClass,
} from '../../../../foundation/core/reach.ts';
import type { MemberState } from '../../rule-contract.ts';
import type { ClassClosure, ReachedClass } from './class-closure.ts';
import type { ClassIndex, ClassUnit } from './class-index.ts';

/** ID of the class that makes a package reachable, with its state. */
export interface PackageState extends Omit<MemberState, 'member'> {
  readonly id?: number;
}

/** A Java archive in the inventory. */
interface JavaPlace {
  readonly path: string;
  /** Coordinates of a package that was packed into the archive; absent for the archive itself. */
  readonly packed?: { readonly group: string; readonly artifact: string };
}

/**
 * Computes the state of each package that is an archive with classes or was packed into one. A
 * package in a file outside of the index keeps the class of that file.
 */
export function computePackageStates(
  packages: readonly InventoryPackage[],
  { index, closure }: { readonly index: ClassIndex; readonly closure: ClassClosure },
  classify: (path: string) => ReachClass,
): ReadonlyMap<string, PackageState> {
  const units = new Map(index.units.map((unit) => [unit.path, unit]));
  const places = packages.map((item) => ({ item, places: listPlaces(item) }));
  const packed = Map.groupBy(
    places.flatMap((one) => one.places.flatMap((place) => place)),
    ({ path }) => path,
  );
  const states = new Map<string, PackageState>();
  for (const { item, places: own } of places) {
    const found = own.map((place) => {
      const unit = units.get(place.path);
      return unit === undefined || unit.classes.length === 0
        ? undefined
        : computeState(place, unit, packed.get(place.path) ?? [], { index, closure });
    });
    if (found.some((state) => state !== undefined)) {
      const all = found.map(
        (state, at) => state ?? { reach: classify(item.locations[at]?.path ?? '') },
      );
      states.set(item.key, all.reduce(chooseSurest));
    }
  }
  return states;
}

function chooseSurest(left: PackageState, right: PackageState): PackageState {
  return REACH_CLASSES.indexOf(right.reach) < REACH_CLASSES.indexOf(left.reach) ? right : left;
}

/** Only packages with a record of their own; other packages own whole archives. */
function listPlaces({ locations, metadata }: InventoryPackage): readonly JavaPlace[] {
  if (metadata?.kind !== 'java-archive') {
    return [];
  }
  const text = metadata.value['virtualPath'];
  return locations.map(({ accessPath }): JavaPlace => {
    const isPacked = typeof text === 'string' && text.startsWith(`${accessPath}:`);
    const [group = '', artifact = ''] = isPacked
      ? text.slice(accessPath.length + 1).split(':')
      : [];
    return { path: accessPath, ...(isPacked ? { packed: { group, artifact } } : {}) };
  });
}

interface ClassWorld {
  readonly index: ClassIndex;
  readonly closure: ClassClosure;
}

function computeState(
  place: JavaPlace,
  unit: ClassUnit,
  others: readonly JavaPlace[],
  world: ClassWorld,
): PackageState {
  const { index, closure } = world;
  const isOwn = place.packed === undefined ? () => true : createOwnershipTest(place, others, index);
  let best: (ReachedClass & { readonly id: number }) | undefined;
  let isTainted = closure.isOpen || unit.place === 'open' || place.packed !== undefined;
  for (const id of unit.classes) {
    const reached = closure.reached.get(id);
    isTainted ||= closure.tainted.has(id);
    if (reached !== undefined && isBetter(reached, best) && isOwn(id)) {
      best = { ...reached, id };
    }
  }
  const reach = best === undefined ? (isTainted ? 'tainted' : 'unreachable') : undefined;
  return reach === undefined
    ? { reach: REACH_STRENGTHS[best?.rank ?? 0] ?? 'possible', id: best?.id ?? 0 }
    : { reach };
}

function isBetter(one: ReachedClass, known: ReachedClass | undefined): boolean {
  return (
    known === undefined ||
    one.rank < known.rank ||
    (one.rank === known.rank && one.hops < known.hops)
  );
}

/**
 * Creates a test for the classes of a package that was packed into an archive: classes in a folder
 * with the name of its group, even if relocated, and classes that no other package claims this way.
 */
function createOwnershipTest(
  place: JavaPlace,
  others: readonly JavaPlace[],
  index: ClassIndex,
): (id: number) => boolean {
  const own = getFolder(place);
  const foreign = [...new Set(others.map(getFolder))].filter((folder) => folder !== own);
  return (id) => {
    const path = `/${index.getName(id)}`;
    return path.includes(own) || !foreign.some((folder) => path.includes(folder));
  };
}

function getFolder({ packed }: JavaPlace): string {
  // The archive itself claims no folder, because its other contents may belong to anything.
  return packed === undefined ? '\0' : `/${packed.group.replaceAll('.', '/')}/`;
}
