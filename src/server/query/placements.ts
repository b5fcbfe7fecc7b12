import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { listImageSpellings } from '../../foundation/identity/image-reference.ts';
import type { PageContext } from '../pages/page.ts';
import {
  countImagesInUse,
  listPlacementSources,
  readPlacements,
} from '../placement/list-placements.ts';
import type {
  ImagesInUse,
  PlacementSource,
  PlacementView,
  UnknownImage,
} from '../placement/placement.ts';
import { hashText } from '../store/read-key-hash.ts';
import { splitKeys } from '../store/store.ts';
import type { FleetImage } from './fleet-image.ts';

type FleetContext = Pick<PageContext, 'db' | 'at' | 'fleet'>;

/** Lists all placements of the state that pages show. */
export async function listFleetPlacements({
  db,
  at,
  fleet,
}: FleetContext): Promise<readonly PlacementView[]> {
  return await fleet.remember(
    'placements',
    async () => await readPlacements(at === undefined ? { db } : { db, at }),
  );
}

/** The images in use in an environment. */
export interface EnvironmentSummary {
  /** Empty if it was not declared. */
  readonly environment: string;
  /** Images of the store. */
  readonly images: ReadonlySet<number>;
  /** Those that somebody outside can reach. */
  readonly exposed: ReadonlySet<number>;
  readonly counts: ImagesInUse;
}

/** Summarizes the environments, by name. */
export async function summarizeEnvironments(
  context: FleetContext,
): Promise<readonly EnvironmentSummary[]> {
  const all = await listFleetPlacements(context);
  return [...Map.groupBy(all, ({ environment }) => environment)]
    .map(([environment, some]) => {
      const exposed = some.filter(({ exposure }) => exposure === 'exposed');
      return {
        environment,
        images: joinImages(some),
        exposed: joinImages(exposed),
        counts: countImagesInUse(some),
      };
    })
    .sort((left, right) => compareText(left.environment, right.environment));
}

function joinImages(placements: readonly PlacementView[]): ReadonlySet<number> {
  return new Set(placements.flatMap(({ images }) => images));
}

/** Finds the image that was added last with the name of each reference without a digest. */
export async function findNamedImages(
  { db, fleet }: FleetContext,
  missing: readonly UnknownImage[],
): Promise<ReadonlyMap<string, FleetImage>> {
  const bySpelling = new Map<string, string[]>();
  for (const { digest, reference } of missing) {
    const spellings = digest === '' ? listImageSpellings(reference) : [];
    spellings.forEach((one) => addToList(bySpelling, one, reference));
  }
  const found = new Map<string, FleetImage>();
  for (const hashes of splitKeys([...bySpelling.keys()].map(hashText))) {
    const rows = await db
      .selectFrom('image')
      .select(['id', 'name'])
      .where('name_hash', 'in', hashes)
      .orderBy('id')
      .execute();
    for (const { id, name } of rows) {
      const image = fleet.get(id);
      if (image !== undefined) {
        bySpelling.get(name)?.forEach((reference) => found.set(reference, image));
      }
    }
  }
  return found;
}

export interface EnvironmentChoice {
  /** The images in use there; absent if no environment was chosen. */
  readonly images?: ReadonlySet<number>;
  /** Sentences without the full stop about images that are missing in it. */
  readonly notices: readonly string[];
  /** The names of all environments. */
  readonly names: readonly string[];
}

/** Returns the images in use in the environment that the address chooses. */
export async function readEnvironmentChoice(context: PageContext): Promise<EnvironmentChoice> {
  const chosen = context.get('environment');
  const all = await summarizeEnvironments(context);
  const names = all.flatMap(({ environment }) => (environment === '' ? [] : [environment]));
  if (chosen === '') {
    return { notices: [], names };
  }
  const found = all.find(({ environment }) => environment === chosen);
  if (found === undefined) {
    const notice = `no source reports the environment "${chosen}", so no image is known to be in use there`;
    return { images: new Set(), notices: [notice], names };
  }
  const { unknown, unresolved } = found.counts;
  const missing = [
    ...(unknown === 0 ? [] : [`${formatCount(unknown, 'image')} that the store does not have`]),
    ...(unresolved === 0 ? [] : [`${formatCount(unresolved, 'image')} that only a tag names`]),
  ];
  const notice = `this list lacks ${missing.join(', and ')}: they are in use in ${chosen}, too`;
  return { images: found.images, notices: missing.length === 0 ? [] : [notice], names };
}

/** After this time without a report, the images that a source uses are unknown. */
const SILENT_MS = DAY_MS;

export interface SourceState extends PlacementSource {
  readonly isSilent: boolean;
}

/** Lists the sources, with whether their last report is too old. */
export async function listSourceStates({
  db,
  now,
}: Pick<PageContext, 'db' | 'now'>): Promise<readonly SourceState[]> {
  const time = Date.parse(now);
  return (await listPlacementSources(db)).map((source) => ({
    ...source,
    isSilent: time - Date.parse(source.at) > SILENT_MS,
  }));
}
