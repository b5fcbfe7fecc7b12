import type { Kysely } from 'kysely';
import { findImagesInUse } from '../placement/list-placements.ts';
import { findImages } from '../store/find-images.ts';
import { hashText } from '../store/read-key-hash.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { PAGE_ROWS } from './page-rows.ts';
import {
  chooseImages,
  NO_STATES,
  type ReachChoice,
  type ReachStates,
  readReachStates,
} from './reach-states.ts';
import { countComponents, readRevision } from './status.ts';
import { isInRange } from './version-range.ts';

export interface ExposureView {
  /** Components of the name, by version. */
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly type: string;
    readonly purl: string;
    readonly images: readonly number[];
    /** Numbers of the images by whether their entry point can load it. */
    readonly reach: {
      readonly reachable: number;
      readonly unreachable: number;
      readonly unknown: number;
    };
  }[];
  /** Components of the name that are not listed: the first 100 are. */
  readonly componentsNotListed: number;
  /** Number of components that were compared, and the revision of the answer. */
  readonly searched: number;
  /** Images of the environment that are only named by a tag: any of the images may be one. */
  readonly unresolved?: number;
  readonly revision: number;
  /** With a range: components of the name outside it. */
  readonly outside?: number;
  /** With a range: components whose version cannot be compared with it. They are listed, too. */
  readonly incomparable?: number;
}

export interface ExposureQuestion {
  readonly name: string;
  /** Only versions from the first one on, and below the second one. */
  readonly from?: string;
  readonly below?: string;
  /** Only images that are in use there. */
  readonly environment?: string;
  /** Only images that can load it, or that were not analyzed; or only those that cannot. */
  readonly reach?: ReachChoice;
  /** Only images of these projects; absent for all images. */
  readonly projects?: readonly string[];
  readonly at?: number;
}

/** Finds the images that contain a package, by its exact name, at a revision. */
export async function findExposure(
  db: Kysely<Tables>,
  { name, from, below, environment, reach, at }: ExposureQuestion,
): Promise<ExposureView> {
  const used =
    environment === undefined ? undefined : await findImagesInUse({ db, at }, environment);
  const named = await db
    .selectFrom('component')
    .select(['id', 'name', 'version', 'type', 'purl'])
    .where('name_hash', '=', hashText(name))
    .where('name', '=', toStoredText(name))
    .orderBy('version')
    .orderBy('id')
    .execute();
  const range =
    from === undefined && below === undefined
      ? undefined
      : { from: from ?? '', below: below ?? '' };
  const judged = named.map((row) => ({
    row,
    isInside: range === undefined || isInRange(row, range),
  }));
  const inside = judged.filter(({ isInside }) => isInside !== false).map(({ row }) => row);
  const rows = inside.slice(0, PAGE_ROWS);
  const holders = await findImages(db, new Set(rows.map(({ id }) => id)), at);
  const images = new Map(
    [...holders].map(([id, some]) => [
      id,
      new Set([...some].filter((one) => used?.images.has(one) !== false)),
    ]),
  );
  const states = await readReachStates(db, images);
  const revision = await readRevision(db);
  return {
    // Components of retired images, and of images that were added since, are in none.
    components: rows
      .map(({ id, ...row }) => ({ ...row, ...selectImages(states.get(id) ?? NO_STATES, reach) }))
      .filter((one) => one.images.length > 0),
    componentsNotListed: inside.length - rows.length,
    ...(range === undefined
      ? {}
      : {
          outside: named.length - inside.length,
          incomparable: judged.filter(({ isInside }) => isInside === undefined).length,
        }),
    ...(used === undefined ? {} : { unresolved: used.unresolved }),
    searched: await countComponents(db),
    revision: at ?? revision?.id ?? 0,
  };
}

/** Pending and retired images are found after the others. */
function selectImages(
  states: ReachStates,
  choice?: ReachChoice,
): Pick<ExposureView['components'][number], 'images' | 'reach'> {
  const { reachable, unreachable, unknown } = states;
  const chosen =
    choice === undefined
      ? [...reachable, ...unreachable, ...unknown]
      : [...chooseImages(states, choice)];
  return {
    images: chosen.sort((left, right) => left - right),
    reach: {
      reachable: reachable.size,
      unreachable: unreachable.size,
      unknown: unknown.size,
    },
  };
}
