import type { Kysely } from 'kysely';
import { selectNumbers } from '../store/number-list.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** `reachable` includes images for which nothing is known: they are never left out. */
export const REACH_CHOICES = ['reachable', 'unreachable'] as const;

export type ReachChoice = (typeof REACH_CHOICES)[number];

/** The images that contain a component, by whether their entry point can load it. */
export interface ReachStates {
  readonly reachable: ReadonlySet<number>;
  readonly unreachable: ReadonlySet<number>;
  readonly unknown: ReadonlySet<number>;
}

export const NO_STATES: ReachStates = {
  reachable: new Set(),
  unreachable: new Set(),
  unknown: new Set(),
};

/** More images are read as one range. */
const LISTED_MAX = 2_000;

type Holders = ReadonlyMap<number, ReadonlySet<number>>;

/** Divides the images of each component by whether they can load it. */
export async function readReachStates(
  db: Kysely<Tables>,
  holders: Holders,
): Promise<ReadonlyMap<number, ReachStates>> {
  return divideByReach(await readReachRows(db, joinImages(holders)), holders);
}

function joinImages(holders: Holders): ReadonlySet<number> {
  return new Set([...holders.values()].flatMap((some) => [...some]));
}

type ReachRow = Tables['image_reach'];

/** A row among others in one array. */
interface KeptRow {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** End of the unreachable ones, and start of those without a class. */
  readonly middle: number;
  readonly end: number;
}

/** The rows of all images in memory: they are never changed, so only new ones are read. */
export class KeptReach {
  readonly #rows = new Map<number, KeptRow>();
  #lastId = 0;

  async update(db: Kysely<Tables>): Promise<void> {
    const rows = await db
      .selectFrom('image_reach')
      .selectAll()
      .where('image', '>', this.#lastId)
      .orderBy('image')
      .execute();
    const bytes = Buffer.concat(rows.flatMap(({ unreachable, unknown }) => [unreachable, unknown]));
    let start = 0;
    for (const { image, unreachable, unknown } of rows) {
      const middle = start + unreachable.length;
      const end = middle + unknown.length;
      this.#rows.set(image, { bytes, start, middle, end });
      start = end;
    }
    this.#lastId = rows.at(-1)?.image ?? this.#lastId;
  }

  /** Like {@link readReachStates}. */
  divide(holders: Holders): ReadonlyMap<number, ReachStates> {
    const rows: ReachRow[] = [];
    for (const image of joinImages(holders)) {
      const kept = this.#rows.get(image);
      if (kept !== undefined) {
        const { bytes, start, middle, end } = kept;
        const unreachable = bytes.subarray(start, middle);
        rows.push({ image, unreachable, unknown: bytes.subarray(middle, end) });
      }
    }
    return divideByReach(rows, holders);
  }
}

function divideByReach(
  rows: readonly ReachRow[],
  holders: Holders,
): ReadonlyMap<number, ReachStates> {
  const numbers = new Set(holders.keys());
  const wanted = { numbers, last: [...numbers].reduce((last, one) => Math.max(last, one), 0) };
  const analyzed = new Set(rows.map(({ image }) => image));
  const unreachable = new Map<number, Set<number>>();
  const unclassified = new Map<number, Set<number>>();
  for (const { image, ...lists } of rows) {
    addImage(unreachable, selectNumbers(lists.unreachable, wanted), image);
    addImage(unclassified, selectNumbers(lists.unknown, wanted), image);
  }
  return new Map(
    [...holders].map(([component, images]) => {
      const states = { reachable: new Set<number>(), unreachable: new Set<number>() };
      const unknown = new Set<number>();
      for (const image of images) {
        if (unreachable.get(component)?.has(image) === true) {
          states.unreachable.add(image);
        } else if (!analyzed.has(image) || unclassified.get(component)?.has(image) === true) {
          unknown.add(image);
        } else {
          states.reachable.add(image);
        }
      }
      return [component, { ...states, unknown }];
    }),
  );
}

/** Returns the images in a chosen state. */
export function chooseImages(
  { reachable, unreachable, unknown }: ReachStates,
  choice: ReachChoice,
): ReadonlySet<number> {
  return choice === 'unreachable' ? unreachable : new Set([...reachable, ...unknown]);
}

/** Only keeps the images of each component that are in a state. */
export async function selectByReach(
  db: Kysely<Tables>,
  holders: Holders,
  choice: ReachChoice,
): Promise<Holders> {
  return keepChosen(await readReachStates(db, holders), choice);
}

/** The same for states that were read. */
export function keepChosen(states: ReadonlyMap<number, ReachStates>, choice: ReachChoice): Holders {
  return new Map([...states].map(([component, one]) => [component, chooseImages(one, choice)]));
}

function addImage(
  found: Map<number, Set<number>>,
  components: readonly number[],
  image: number,
): void {
  for (const component of components) {
    const images = found.get(component) ?? new Set();
    found.set(component, images.add(image));
  }
}

async function readReachRows(
  db: Kysely<Tables>,
  images: ReadonlySet<number>,
): Promise<readonly ReachRow[]> {
  if (images.size <= LISTED_MAX) {
    const rows: ReachRow[] = [];
    for (const some of splitKeys(images)) {
      const found = db.selectFrom('image_reach').selectAll().where('image', 'in', some);
      rows.push(...(await found.execute()));
    }
    return rows;
  }
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const image of images) {
    first = Math.min(first, image);
    last = Math.max(last, image);
  }
  return await db
    .selectFrom('image_reach')
    .selectAll()
    .where('image', '>=', first)
    .where('image', '<=', last)
    .execute();
}
