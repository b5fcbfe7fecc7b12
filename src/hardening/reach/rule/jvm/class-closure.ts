import { appendAll } from '../../../../foundation/core/append-all.ts';
import { REACH_STRENGTHS, type ReachStrength } from '../../../../foundation/core/reach.ts';
import type { ClassIndex, ClassUnit, PlacedName } from './class-index.ts';

/** A start of the class graph. */
export interface ClassRoot {
  readonly id: number;
  readonly strength: ReachStrength;
  /** Path of the file that names it. */
  readonly from: string;
  readonly hops: number;
  readonly witnessPath: string;
  readonly token: string;
}

/** How a class is reached. */
export interface ReachedClass {
  readonly rank: number;
  readonly hops: number;
  /** The class that uses it; absent if a file uses it. */
  readonly parent?: number;
  readonly from?: string;
  /** Strength of the last step alone. */
  readonly strength: ReachStrength;
  /** Absent if the witness is the class that uses it. */
  readonly witnessPath?: string;
  readonly token: string;
}

export interface ClassClosure {
  /** By id. */
  readonly reached: ReadonlyMap<number, ReachedClass>;
  /** Whether unreached classes may be loaded, too. */
  readonly isOpen: boolean;
  /** Unreached classes that tainted classes use and that may be loaded. */
  readonly tainted: ReadonlySet<number>;
  /** Reached classes that load others by computed names, those with the best evidence first. */
  readonly loading: readonly number[];
}

const LIKELY = REACH_STRENGTHS.indexOf('likely');
/** More than the length of any path. */
const HOPS_MAX = 2 ** 32;
const POSSIBLE = REACH_STRENGTHS.indexOf('possible');

/**
 * Follows the names in classes by the same rule as files: the strength of a class is the weakest
 * step on its best path. A string that looks like a class name is a possible step, which only
 * starts at classes that are required or likely.
 *
 * @param isOpen whether unknown classes are started, too
 */
export function followClasses(
  index: ClassIndex,
  roots: readonly ClassRoot[],
  isOpen = false,
): ClassClosure {
  const walk = new ClassWalk(index);
  walk.start(roots);
  return walk.finishClosure(isOpen);
}

type Offer = Omit<ReachedClass, 'rank'> & { readonly id: number };

class ClassWalk {
  readonly #index: ClassIndex;
  /** Waiting classes by strength, then by hops, so that nearer ones are visited first. */
  readonly #waiting: Offer[][][] = [[], [], []];
  /** The best path to each offered class: strength first, then hops. */
  readonly #ways: Float64Array;
  readonly #reached = new Map<number, ReachedClass>();
  readonly #named: NamedIndex;
  readonly #packages = new Set<string>();
  readonly #loading: number[] = [];
  /** IDs that weak steps from weakly reached classes lead to. */
  readonly #weak: number[] = [];

  constructor(index: ClassIndex) {
    this.#index = index;
    this.#ways = new Float64Array(index.count).fill(Number.POSITIVE_INFINITY);
    this.#named = new NamedIndex(index);
  }

  start(roots: readonly ClassRoot[]): void {
    for (const { strength, ...root } of roots) {
      this.#offer(REACH_STRENGTHS.indexOf(strength), { strength, ...root });
    }
    for (const [rank, byHops] of this.#waiting.entries()) {
      for (let hops = 0; hops < byHops.length; hops += 1) {
        for (const offer of byHops[hops] ?? []) {
          if (!this.#reached.has(offer.id)) {
            this.#visit(offer, rank);
          }
        }
      }
    }
  }

  #offer(rank: number, offer: Offer): void {
    const place = this.#index.getUnit(offer.id).place;
    const own = place === 'certain' ? rank : Math.max(rank, POSSIBLE);
    // Many classes name the same class; only a better path than the known one is queued.
    const way = own * HOPS_MAX + Math.min(offer.hops, HOPS_MAX - 1);
    if (way < (this.#ways[offer.id] ?? 0)) {
      this.#ways[offer.id] = way;
      const byHops = this.#waiting[own] ?? [];
      byHops[offer.hops] ??= [];
      byHops[offer.hops]?.push(offer);
    }
  }

  #visit({ id, ...how }: Offer, rank: number): void {
    this.#reached.set(id, { rank, ...how });
    const { supers, classes, texts, loadsBy } = this.#index.getPacked(id);
    if (loadsBy !== 0) {
      this.#loading.push(id);
    }
    const next = { parent: id, hops: how.hops + 1 };
    const lead = (numbers: readonly number[], strength: ReachStrength): void => {
      const own = Math.max(rank, REACH_STRENGTHS.indexOf(strength));
      for (const number of numbers) {
        const token = this.#index.getText(id, number);
        const found = this.#index.resolve(id, number);
        for (const to of found) {
          this.#offer(own, { id: to, ...next, strength, token });
        }
        if (found.length === 0) {
          this.#leadToProviders(this.#named.findPackageClasses(token), {
            id,
            rank: own,
            hops: next.hops,
          });
        }
      }
    };
    lead(supers, 'required');
    lead(classes, 'likely');
    if (rank < POSSIBLE) {
      lead(texts, 'possible');
    } else {
      appendAll(
        this.#weak,
        texts.flatMap((number) => this.#index.resolve(id, number)),
      );
    }
    const own = this.#index.getName(id);
    this.#leadToProviders(this.#named.findUserClasses(own), { id, rank, hops: next.hops });
    this.#leadToPackage(own, { id, rank, hops: next.hops });
  }

  /** Using a service loads its providers. */
  #leadToProviders(providers: readonly PlacedName[], { id, rank, hops }: Place): void {
    for (const { witnessPath, token, name } of providers) {
      for (const to of this.#index.findWritten(name)) {
        const how = { parent: id, hops, witnessPath, token, strength: 'likely' } as const;
        this.#offer(Math.max(rank, LIKELY), { id: to, ...how });
      }
    }
  }

  /** The virtual machine computes the name of a package's annotations. */
  #leadToPackage(name: string, { id, rank, hops }: Place): void {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    if (!this.#packages.has(folder)) {
      this.#packages.add(folder);
      for (const to of this.#index.findClasses(`${folder}package-info`)) {
        const how = { parent: id, hops, token: folder.slice(0, -1), strength: 'likely' } as const;
        this.#offer(Math.max(rank, LIKELY), { id: to, ...how });
      }
    }
  }

  finishClosure(hasMore: boolean): ClassClosure {
    const index = this.#index;
    const tainted = new Set<number>();
    const open = [...this.#weak, ...index.units.flatMap(createWeakFinder(index))];
    let isOpen = hasMore || this.#loading.length > 0;
    for (let id = open.pop(); id !== undefined && !isOpen; id = open.pop()) {
      if (!this.#reached.has(id) && !tainted.has(id)) {
        tainted.add(id);
        const { supers, classes, texts, loadsBy } = index.getPacked(id);
        const numbers = [...supers, ...classes, ...texts];
        appendAll(
          open,
          numbers.flatMap((number) => index.resolve(id, number)),
        );
        isOpen = loadsBy !== 0;
      }
    }
    return { reached: this.#reached, isOpen, tainted, loading: this.#loading };
  }
}

interface Place {
  readonly id: number;
  readonly rank: number;
  readonly hops: number;
}

/** Unreached classes that may be loaded, too: providers and everything that is open. */
function createWeakFinder(index: ClassIndex): (unit: ClassUnit) => readonly number[] {
  return ({ place, classes, named }) => [
    ...(place === 'open' ? classes : []),
    ...named.flatMap(({ name }) => index.findWritten(name)),
  ];
}

/** Names in resources by the class whose users read them. */
class NamedIndex {
  readonly #byUser = new Map<string, PlacedName[]>();
  /** Services of the platform by package: any use of the package may load their providers. */
  readonly #byPackage = new Map<string, PlacedName[]>();
  readonly #requested = new Set<string>();

  constructor(index: ClassIndex) {
    for (const one of index.units.flatMap(({ named }) => named)) {
      if (one.by !== undefined) {
        const isForeign = index.findClasses(one.by).length === 0;
        const map = isForeign ? this.#byPackage : this.#byUser;
        const key = isForeign ? getPackageName(one.by) : one.by;
        const known = map.get(key);
        if (known === undefined) {
          map.set(key, [one]);
        } else {
          known.push(one);
        }
      }
    }
  }

  findUserClasses(name: string): readonly PlacedName[] {
    return this.#byUser.get(name) ?? [];
  }

  /** Returns each name once; the first user gives the best path. */
  findPackageClasses(name: string): readonly PlacedName[] {
    if (this.#byPackage.size === 0 || this.#requested.has(name)) {
      return [];
    }
    this.#requested.add(name);
    return this.#byPackage.get(getPackageName(name)) ?? [];
  }
}

function getPackageName(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}
