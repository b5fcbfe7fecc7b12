import { appendAll } from '../../../core/append-all.ts';
import { REACH_STRENGTHS, type ReachStrength } from '../../../core/reach.ts';
import type { ClassIndex, ClassUnit, PlacedName } from './class-index.ts';

/** Something from which classes are followed. */
export interface ClassRoot {
  readonly id: number;
  readonly strength: ReachStrength;
  /** Path of the file that leads to it. */
  readonly from: string;
  readonly hops: number;
  readonly witnessPath: string;
  readonly token: string;
}

/** How a class is reached. */
export interface ReachedClass {
  readonly rank: number;
  readonly hops: number;
  /** The class that leads to it; absent for what a file leads to. */
  readonly parent?: number;
  readonly from?: string;
  /** Of the last step alone. */
  readonly strength: ReachStrength;
  /** Absent where it is the class that leads to it. */
  readonly witnessPath?: string;
  readonly token: string;
}

export interface ClassClosure {
  /** By id. */
  readonly reached: ReadonlyMap<number, ReachedClass>;
  /** Whether any class that is not reached may be loaded all the same. */
  readonly isOpen: boolean;
  /** Classes outside of {@link reached} that others lead to which may be loaded. */
  readonly tainted: ReadonlySet<number>;
  /** Reached classes that load others by names that nobody can tell, the surest first. */
  readonly loading: readonly number[];
}

const LIKELY = REACH_STRENGTHS.indexOf('likely');
/** More than any way has. */
const HOPS_MAX = 2 ** 32;
const POSSIBLE = REACH_STRENGTHS.indexOf('possible');

/**
 * Follows what classes name, by the same law as files: the strength of a class is that of the
 * weakest step on the best way to it, and a text that has the form of its name is a possible step,
 * which begins only at classes that are required or likely.
 *
 * @param isOpen whether more is started that nobody can tell
 */
export function followClasses(
  index: ClassIndex,
  roots: readonly ClassRoot[],
  isOpen = false,
): ClassClosure {
  const walk = new ClassWalk(index);
  walk.start(roots);
  return walk.finish(isOpen);
}

type Offer = Omit<ReachedClass, 'rank'> & { readonly id: number };

class ClassWalk {
  readonly #index: ClassIndex;
  /** What waits, by strength and then by hops: what is nearer is looked at first. */
  readonly #waiting: Offer[][][] = [[], [], []];
  /** The best way to each class that was offered, its strength before its hops. */
  readonly #ways: Float64Array;
  readonly #reached = new Map<number, ReachedClass>();
  readonly #named: NamedIndex;
  readonly #packages = new Set<string>();
  readonly #loading: number[] = [];
  /** Ids that weak steps from weakly reached classes lead to. */
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
    // Most classes are named by many others: only a better way than is known has to wait.
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

  /** Who uses a service has its providers loaded. */
  #leadToProviders(providers: readonly PlacedName[], { id, rank, hops }: Place): void {
    for (const { witnessPath, token, name } of providers) {
      for (const to of this.#index.findWritten(name)) {
        const how = { parent: id, hops, witnessPath, token, strength: 'likely' } as const;
        this.#offer(Math.max(rank, LIKELY), { id: to, ...how });
      }
    }
  }

  /** The machine itself puts the name of a package's annotations together. */
  #leadToPackage(name: string, { id, rank, hops }: Place): void {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    if (!this.#packages.has(folder)) {
      this.#packages.add(folder);
      for (const to of this.#index.find(`${folder}package-info`)) {
        const how = { parent: id, hops, token: folder.slice(0, -1), strength: 'likely' } as const;
        this.#offer(Math.max(rank, LIKELY), { id: to, ...how });
      }
    }
  }

  finish(hasMore: boolean): ClassClosure {
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

/** What nobody led to and may be loaded all the same: providers, and all of what is open. */
function createWeakFinder(index: ClassIndex): (unit: ClassUnit) => readonly number[] {
  return ({ place, classes, named }) => [
    ...(place === 'open' ? classes : []),
    ...named.flatMap(({ name }) => index.findWritten(name)),
  ];
}

/** Names in resources by whose users look there. */
class NamedIndex {
  readonly #byUser = new Map<string, PlacedName[]>();
  /**
   * Services of the platform, by their package: who uses it, or another class of it, may have its
   * providers loaded.
   */
  readonly #byPackage = new Map<string, PlacedName[]>();
  readonly #asked = new Set<string>();

  constructor(index: ClassIndex) {
    for (const one of index.units.flatMap(({ named }) => named)) {
      if (one.by !== undefined) {
        const isForeign = index.find(one.by).length === 0;
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

  /** For each name once: who asks first leads there by the best way. */
  findPackageClasses(name: string): readonly PlacedName[] {
    if (this.#byPackage.size === 0 || this.#asked.has(name)) {
      return [];
    }
    this.#asked.add(name);
    return this.#byPackage.get(getPackageName(name)) ?? [];
  }
}

function getPackageName(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}
