import type { Kysely } from 'kysely';
import { listDatabaseChanges } from '../../vulnerability/advisory/list-database-changes.ts';
import type { PinnedDatabase } from '../../vulnerability/advisory/pin-database.ts';
import { EXPLOITED, listOpenComponents } from '../query/effect-images.ts';
import { SEGMENT_IMAGES, type SegmentCounts, toCountPlace } from '../store/counts.ts';
import { findImages, listSystemComponents } from '../store/find-images.ts';
import { readLastId } from '../store/last-id.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodePlaces } from '../store/posting-list.ts';
import { hashReadKeys } from '../store/read-key-hash.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Cause, type Effect, writeCauses } from './causes.ts';
import { readCounts, writeTotals } from './count-matches.ts';
import { requireGeneration } from './current-generation.ts';
import type { Evaluator } from './evaluator.ts';
import { type MatchChange, matchAgain } from './rematch.ts';
import { sealImages } from './seal-images.ts';
import { updateVulnerabilities } from './vulnerabilities.ts';

export interface StoreUpdate {
  /** The database that the store was matched with, and the new one. */
  readonly before: PinnedDatabase;
  readonly after: PinnedDatabase;
  /** Reads the new one. */
  readonly evaluator: Evaluator;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Called in the transaction, when everything else is written. */
  readonly onChanged?: (transaction: StoreTransaction, effect: UpdateEffect) => Promise<void>;
}

/** The images that contain a component. */
export interface Holders {
  /** Sorted, once for each package with the component. */
  readonly ids: readonly number[];
  /** Number of different ones. */
  readonly images: number;
}

export type HoldersByComponent = ReadonlyMap<number, Holders>;

/** The changes of an update, and the images that they affect. */
export interface UpdateEffect {
  readonly revision: number;
  readonly changes: readonly MatchChange[];
  /** The images that contain a component with changes. */
  readonly holders: HoldersByComponent;
  /** Systems whose releases or coverage changed. */
  readonly systems: readonly number[];
  /** Vulnerabilities with other facts. */
  readonly facts: readonly string[];
  readonly now: number;
}

/** The effect of an update of the advisory database. */
export interface StoreChange {
  readonly revision: number;
  /** Components that may have had other matches. */
  readonly matched: number;
  readonly opened: number;
  readonly closed: number;
  /** Vulnerabilities with other facts. */
  readonly facts: number;
}

/**
 * Updates everything that a new advisory database changes: the components that put one of the
 * changed questions to the database, or whose system changed, are matched again; then the counts of
 * the images that contain a changed one. One transaction publishes the revision.
 */
export async function updateStore(store: Store, update: StoreUpdate): Promise<StoreChange> {
  const { keys, facts: renewed } = listDatabaseChanges(update.before.folder, update.after.folder);
  return await store.runTransaction(async (transaction) => {
    const { db, writeRows } = transaction;
    await requireGeneration(db, update.before.digest);
    await sealImages(transaction);
    const revision = (await readLastId(db, 'revision')) + 1;
    const affected = await findComponents(db, keys);
    const systems = await updateSystems(db, update.evaluator);
    for (const component of await listSystemComponents(db, systems)) {
      affected.add(component);
    }
    const components = [...affected].sort((left, right) => left - right);
    const { evaluator, after, now } = update;
    const rematch = await matchAgain(transaction, { components, evaluator, revision });
    const holders = await updateCounts(transaction, rematch.changes, revision);
    const { ids: facts, exploited } = await updateVulnerabilities(transaction, evaluator, renewed);
    const effect = { revision, changes: rematch.changes, holders, systems, facts, now };
    const causes = listCauses(effect, await countExploited(db, exploited));
    await writeCauses(transaction, causes, now);
    await update.onChanged?.(transaction, effect);
    const { opened, closed } = rematch;
    const counts = { matched: components.length, opened, closed };
    await writeRows('revision', [
      { id: revision, kind: 'data', at: now, generation: after.digest, ...counts },
    ]);
    return { revision, ...counts, facts: facts.length };
  });
}

/** Finds the components that put one of the questions to the database. */
async function findComponents(db: Kysely<Tables>, keys: Iterable<string>): Promise<Set<number>> {
  const found = new Set<number>();
  for (const some of splitKeys(hashReadKeys(keys))) {
    const rows = await db
      .selectFrom('read_key')
      .select('component')
      .where('hash', 'in', some)
      .execute();
    rows.forEach(({ component }) => found.add(component));
  }
  return found;
}

/** Updates the digests of the systems, and returns those that changed. */
async function updateSystems(db: Kysely<Tables>, evaluator: Evaluator): Promise<readonly number[]> {
  const changed: number[] = [];
  for (const { id, json, digest: known } of await db.selectFrom('system').selectAll().execute()) {
    const digest = evaluator.digestSystem(JSON.parse(json));
    if (digest !== known) {
      await db.updateTable('system').set({ digest }).where('id', '=', id).execute();
      changed.push(id);
    }
  }
  return changed;
}

/**
 * Updates the counts of the images that contain changed components, and writes the events. Returns
 * the images by component.
 */
async function updateCounts(
  transaction: StoreTransaction,
  changes: readonly MatchChange[],
  revision: number,
): Promise<HoldersByComponent> {
  const { db, writeRows } = transaction;
  const byComponent = Map.groupBy(changes, ({ component }) => component);
  const holders = new Map<number, GrowingHolders>();
  const totals = new Map<number, number>();
  const segments = new Map<number, SegmentCounts>();
  for (const some of splitKeys(byComponent.keys())) {
    const postings = await db
      .selectFrom('posting')
      .selectAll()
      .where('component', 'in', some)
      .orderBy('component')
      .orderBy('segment')
      .execute();
    for (const { component, segment, images: bytes, held } of postings) {
      const counts = segments.get(segment) ?? (await readCounts(db, segment));
      segments.set(segment, counts);
      const places = decodePlaces(bytes);
      const known = holders.get(component) ?? { ids: [], images: 0 };
      holders.set(component, known);
      addHolders(known, segment, places);
      for (const change of byComponent.get(component) ?? []) {
        counts.addCounts(places, toCountPlace(change), change.step);
        if (change.kind === FINDING_KIND) {
          const { severity } = change;
          totals.set(severity, (totals.get(severity) ?? 0) + held * change.step);
        }
      }
    }
  }
  const rollups = [...segments].map(([segment, { bytes }]) => ({ segment, counts: bytes }));
  await writeRows('rollup', rollups, ['segment']);
  await writeTotals(transaction, totals);
  await writeEvents(transaction, { changes, holders, revision });
  return holders;
}

interface GrowingHolders {
  readonly ids: number[];
  images: number;
}

function addHolders(holders: GrowingHolders, segment: number, places: readonly number[]): void {
  let last = -1;
  for (const place of places) {
    holders.ids.push(segment * SEGMENT_IMAGES + place);
    holders.images += place === last ? 0 : 1;
    last = place;
  }
}

interface Events {
  readonly changes: readonly MatchChange[];
  readonly holders: HoldersByComponent;
  readonly revision: number;
}

async function writeEvents(
  { writeRows }: StoreTransaction,
  { changes, holders, revision }: Events,
): Promise<void> {
  const rows = changes.map(({ component, kind, vulnerability, change }) => {
    return {
      revision,
      component,
      kind,
      vulnerability,
      change,
      images: holders.get(component)?.images ?? 0,
    };
  });
  // A changed match was both closed and opened.
  const byKey = new Map(
    rows.map((row) => [`${row.component} ${row.kind} ${row.change} ${row.vulnerability}`, row]),
  );
  await writeRows('event', [...byKey.values()]);
}

/** Counts the findings and images of vulnerabilities that became known to be exploited. */
async function countExploited(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Effect>> {
  const found = new Map<string, Effect>();
  for (const id of ids) {
    const holders = [...(await findImages(db, await listOpenComponents(db, id))).values()];
    const count = holders.reduce((sum, { size }) => sum + size, 0);
    if (count > 0) {
      const images = new Set(holders.flatMap((some) => [...some])).size;
      found.set(id, { kind: EXPLOITED, count, images });
    }
  }
  return found;
}

/** Groups the effects on findings by vulnerability, which is their cause. */
function listCauses(
  { revision, changes, holders }: UpdateEffect,
  exploited: ReadonlyMap<string, Effect>,
): readonly Cause[] {
  const findings = changes.filter(({ kind }) => kind === FINDING_KIND);
  const byId = Map.groupBy(findings, ({ vulnerability }) => vulnerability);
  const countImages = createImageCounter(holders);
  return [...new Set([...byId.keys(), ...exploited.keys()])].map((vulnerability): Cause => {
    const some = byId.get(vulnerability) ?? [];
    const effects = [...Map.groupBy(some, ({ change }) => change)].map(([kind, equal]): Effect => {
      const components = [...new Set(equal.map(({ component }) => component))];
      const held = components.map((component) => holders.get(component)?.images ?? 0);
      const count = held.reduce((sum, one) => sum + one, 0);
      return { kind, count, images: countImages(components) };
    });
    const fact = exploited.get(vulnerability);
    const all = fact === undefined ? effects : [...effects, fact];
    const summary =
      fact !== undefined
        ? `${vulnerability} is now known to be exploited`
        : all.every(({ kind }) => kind === 'closed')
          ? `advisories about ${vulnerability} were withdrawn or corrected`
          : `advisories about ${vulnerability} changed`;
    return { revision, kind: 'data', subject: vulnerability, summary, effects: all };
  });
}

/**
 * Creates a function that counts the images that contain one of some components. Each count marks
 * images with its own number: a set of all images for each vulnerability takes seconds.
 */
function createImageCounter(
  holders: HoldersByComponent,
): (components: readonly number[]) => number {
  const last = [...holders.values()].reduce((max, { ids }) => Math.max(max, ids.at(-1) ?? 0), 0);
  const marks = new Uint32Array(last + 1);
  let mark = 0;
  return (components) => {
    const [first = 0] = components;
    if (components.length === 1) {
      return holders.get(first)?.images ?? 0;
    }
    mark += 1;
    let count = 0;
    for (const component of components) {
      for (const image of holders.get(component)?.ids ?? []) {
        count += marks[image] === mark ? 0 : 1;
        marks[image] = mark;
      }
    }
    return count;
  };
}
