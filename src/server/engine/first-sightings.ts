import type { Kysely } from 'kysely';
import {
  addLedgerLine,
  type Ledger,
  type LedgerLine,
  nameImage,
} from '../../compliance/policy/ledger.ts';
import { dropVersion } from '../../compliance/policy/package-identity.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { formatTime } from '../query/format-time.ts';
import type { ReadLimits } from '../query/read-scopes.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { hashText } from '../store/read-key-hash.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/**
 * Returns when the builds of an image first had each finding. It follows from the intervals of
 * matches, which are never changed, so a new build does not start a clock again. Images of other
 * projects are not its builds, whatever they are called.
 */
export async function readFirstSightings(
  db: Kysely<Tables>,
  target: TargetDescription,
  limits: ReadLimits,
): Promise<Ledger> {
  const { at } = limits;
  const image = nameImage(target);
  const since = await listFirstBuilds(db, image, limits);
  const sightings = await listSightings(db, since, at ?? NEVER);
  const times = await readTimes(db, new Set(sightings.map(({ revision }) => revision)));
  const ledger = new Map<string, LedgerLine>();
  for (const { revision, vulnerability, name, purl } of sightings) {
    const { at: time, generation } = times.get(revision) ?? NO_TIME;
    addLedgerLine(ledger, {
      image,
      package: purl === '' ? name : dropVersion(purl),
      vulnerability,
      firstSeen: formatTime(time),
      advisories: generation,
    });
  }
  return ledger;
}

interface Sighting {
  readonly revision: number;
  readonly vulnerability: string;
  readonly name: string;
  readonly purl: string;
}

async function listSightings(
  db: Kysely<Tables>,
  since: ReadonlyMap<number, number>,
  at: number,
): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  for (const some of splitKeys(since.keys())) {
    const rows = await db
      .selectFrom('match')
      .innerJoin('component', 'component.id', 'match.component')
      .select(['match.component', 'match.vulnerability', 'match.opened', 'match.closed'])
      .select(['component.name', 'component.purl'])
      .where('match.component', 'in', some)
      .where('match.kind', '=', FINDING_KIND)
      .where('match.opened', '<=', at)
      .execute();
    for (const { component, opened, closed, ...row } of rows) {
      const added = since.get(component) ?? 0;
      if (closed === null || closed > added) {
        sightings.push({ ...row, revision: Math.max(opened, added) });
      }
    }
  }
  return sightings;
}

/** After every revision. */
const NEVER = 2 ** 31 - 1;
const NO_TIME = { at: 0, generation: '' };

/** Returns the revision of the first build that has each component. */
async function listFirstBuilds(
  db: Kysely<Tables>,
  image: string,
  { projects, at = NEVER }: ReadLimits,
): Promise<ReadonlyMap<number, number>> {
  const builds = await db
    .selectFrom('image_origin')
    .innerJoin('image', 'image.id', 'image_origin.image')
    .select(['image.components', 'image.revision'])
    .where('image_origin.family_hash', '=', hashText(image))
    .where('image.revision', '<=', at)
    .$if(projects !== undefined, (query) => query.where('image.project', 'in', projects ?? []))
    .orderBy('image.id')
    .execute();
  const first = new Map<number, number>();
  for (const { components, revision } of builds) {
    for (const component of decodeNumbers(components)) {
      if (!first.has(component)) {
        first.set(component, revision);
      }
    }
  }
  return first;
}

async function readTimes(db: Kysely<Tables>, revisions: ReadonlySet<number>) {
  const times = new Map<number, { readonly at: number; readonly generation: string }>();
  for (const some of splitKeys(revisions)) {
    const rows = await db
      .selectFrom('revision')
      .select(['id', 'at', 'generation'])
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ id, ...row }) => times.set(id, row));
  }
  return times;
}
