import type { Kysely } from 'kysely';
import { nameImage } from '../../compliance/policy/ledger.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { createMatchContext } from '../../vulnerability/match/match-context.ts';
import { planComponents, toComponentSystem } from '../../vulnerability/match/plan-components.ts';
import { splitByDistro } from '../../vulnerability/match/split-by-distro.ts';
import { toSegment } from '../store/counts.ts';
import { readOwner } from '../store/image-origin.ts';
import { readLastId } from '../store/last-id.ts';
import { encodeNumbers } from '../store/number-list.ts';
import { hashText } from '../store/read-key-hash.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import { digestKey } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { writeCauses } from './causes.ts';
import { type ComponentText, writeComponent } from './component-context.ts';
import { compressText } from './component-text.ts';
import { addMatchCounts, readCounts, readOpenMatches, writeTotals } from './count-matches.ts';
import { requireGeneration } from './current-generation.ts';
import type { Evaluator } from './evaluator.ts';
import { listImageDigests } from './image-digests.ts';
import { matchAgain } from './rematch.ts';
import { type NewVerdict, writeVerdicts } from './verdicts.ts';
import { writeBase } from './write-base.ts';
import { writeReach } from './write-reach.ts';

export interface NewImage {
  readonly inventory: Inventory;
  /** Digest of its stored document. */
  readonly document: string;
  /** Empty if it belongs to none. */
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Digest of the advisory database that the evaluator reads. */
  readonly generation: string;
  /** Called in the transaction, before anything is written. */
  readonly onBegun?: (transaction: StoreTransaction) => Promise<void>;
  /** Called at the end of the transaction, also for a known image. */
  readonly onAdded?: (transaction: StoreTransaction, added: AddedImage) => Promise<void>;
  /** Returns the verdict about the new image; without one, it has none. */
  readonly createVerdict?: (
    transaction: StoreTransaction,
    image: Pick<Tables['image'], 'id' | 'document' | 'components' | 'name' | 'project'>,
  ) => Promise<NewVerdict | undefined>;
}

export interface AddedImage {
  readonly id: number;
  /** Whether the same document was added before. */
  readonly isKnown: boolean;
  /** Components that no image contained before. */
  readonly newComponents: number;
}

interface PlannedComponent extends ComponentText {
  /** Key of its package in the inventory. */
  readonly packageKey: string;
  /** Canonical JSON of its system. */
  readonly system: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/**
 * Adds an image to the store in one transaction: components that are not known yet are matched, and
 * the others cost nothing. An image that is added again stays as it is.
 */
export async function addImage(
  store: Store,
  evaluator: Evaluator,
  image: NewImage,
): Promise<AddedImage> {
  const planned = planInventory(image.inventory, evaluator);
  return await store.runTransaction(async (transaction) => {
    const { db } = transaction;
    const known = await db
      .selectFrom('image')
      .select('id')
      .where('document', '=', image.document)
      .where('project', '=', image.project)
      .executeTakeFirst();
    if (known !== undefined) {
      const again = { id: known.id, isKnown: true, newComponents: 0 };
      await image.onAdded?.(transaction, again);
      return again;
    }
    await requireGeneration(db, image.generation);
    await image.onBegun?.(transaction);
    const ids = await findComponents(db, new Set(planned.map(({ key }) => key)));
    const added = new Map(planned.filter(({ key }) => !ids.has(key)).map((one) => [one.key, one]));
    await insertComponents(transaction, { added, ids, evaluator });
    const revision = await writeRevision(transaction, image, added.size);
    const newIds = [...added.keys()].map((key) => ids.get(key) ?? 0);
    const { opened } = await matchAgain(transaction, {
      components: newIds,
      evaluator,
      revision,
    });
    await db.updateTable('revision').set({ opened }).where('id', '=', revision).execute();
    const components = planned
      .map(({ key }) => ids.get(key) ?? 0)
      .sort((left, right) => left - right);
    const id = await insertImage(transaction, image, { components, revision });
    const places = planned.map(({ packageKey, key }) => [packageKey, ids.get(key) ?? 0] as const);
    const { inventory } = image;
    await writeBase(transaction, { id, inventory, components: new Map(places) });
    await writeReach(transaction, { id, inventory, places });
    await countImage(transaction, id, components);
    await writeVerdict(transaction, image, { id, components, revision });
    const fresh = { id, isKnown: false, newComponents: added.size };
    await image.onAdded?.(transaction, fresh);
    return fresh;
  });
}

/** Writes the components of an inventory, one for each package. */
function planInventory(inventory: Inventory, { database }: Evaluator): readonly PlannedComponent[] {
  return splitByDistro(inventory).flatMap((part) => {
    const system = toComponentSystem(part);
    const json = canonicalizeJson(system);
    return planComponents(part, createMatchContext(system, database, {})).map((component) => {
      const { key: packageKey, type, name, version, purl } = component.package;
      const shown = { system: json, packageKey, type, name, version, purl };
      return { ...writeComponent({ component, system }), ...shown };
    });
  });
}

async function findComponents(
  db: Kysely<Tables>,
  keys: Iterable<string>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const some of splitKeys(keys)) {
    const rows = await db
      .selectFrom('component')
      .select(['id', 'key'])
      .where('key', 'in', some)
      .execute();
    rows.forEach(({ id, key }) => found.set(key, id));
  }
  return found;
}

interface Insertion {
  readonly added: ReadonlyMap<string, PlannedComponent>;
  /** Receives the IDs of the added ones. */
  readonly ids: Map<string, number>;
  readonly evaluator: Evaluator;
}

async function insertComponents(
  transaction: StoreTransaction,
  { added, ids, evaluator }: Insertion,
): Promise<void> {
  const systems = new Map<string, number>();
  for (const json of new Set([...added.values()].map(({ system }) => system))) {
    systems.set(json, await findSystem(transaction, json, evaluator));
  }
  let id = await readLastId(transaction.db, 'component');
  const rows = [...added.values()].map(({ key, json, system, type, name, version, purl }) => {
    id += 1;
    ids.set(key, id);
    const context = compressText(json);
    const hash = { name_hash: hashText(name) };
    return {
      id,
      key,
      system: systems.get(system) ?? 0,
      type,
      name,
      ...hash,
      version,
      purl,
      context,
    };
  });
  await transaction.writeRows('component', rows);
}

async function findSystem(
  { db, writeRows }: StoreTransaction,
  json: string,
  evaluator: Evaluator,
): Promise<number> {
  const key = digestKey(json);
  const known = await db
    .selectFrom('system')
    .select('id')
    .where('key', '=', key)
    .executeTakeFirst();
  if (known !== undefined) {
    return known.id;
  }
  const digest = evaluator.digestSystem(JSON.parse(json));
  const id = (await readLastId(db, 'system')) + 1;
  await writeRows('system', [{ id, key, json, digest }]);
  return id;
}

async function writeRevision(
  { db, writeRows }: StoreTransaction,
  { now, generation }: NewImage,
  matched: number,
): Promise<number> {
  const id = (await readLastId(db, 'revision')) + 1;
  await writeRows('revision', [
    { id, kind: 'image', at: now, generation, matched, opened: 0, closed: 0 },
  ]);
  return id;
}

async function insertImage(
  { db, writeRows }: StoreTransaction,
  { inventory, document, project, now }: NewImage,
  { components, revision }: { readonly components: readonly number[]; readonly revision: number },
): Promise<number> {
  const { target, packages, problems, problemsNotListed } = inventory;
  const id = (await readLastId(db, 'image')) + 1;
  await writeRows('image', [
    {
      id,
      document,
      name: target.name,
      name_hash: hashText(target.name),
      project,
      digest: target.kind === 'image' ? (target.imageId ?? '') : '',
      packages: packages.length,
      problems: problems.length + problemsNotListed,
      first_seen: now,
      revision,
      components: encodeNumbers(components),
      sealed: 0,
      retired: null,
    },
  ]);
  const origin = { family_hash: hashText(nameImage(target)), owner: readOwner(target) };
  await writeRows('image_origin', [{ image: id, ...origin }]);
  const digests = listImageDigests(target).map((digest) => ({ digest, image: id }));
  await writeRows('image_digest', digests);
  return id;
}

async function writeVerdict(
  transaction: StoreTransaction,
  { document, inventory, now, project, createVerdict }: NewImage,
  added: { readonly id: number; readonly components: readonly number[]; readonly revision: number },
): Promise<void> {
  const { id, revision } = added;
  const { name } = inventory.target;
  const components = encodeNumbers(added.components);
  const verdict = await createVerdict?.(transaction, { id, document, name, components, project });
  const summary = `${name} was added`;
  const outcome = verdict?.outcome ?? 'none';
  const effects = [{ kind: `verdict-${outcome}`, count: 1, images: 1 }];
  const cause = { revision, kind: 'image', subject: `${id}`, summary, effects } as const;
  await writeCauses(transaction, [cause], now);
  if (verdict !== undefined) {
    await writeVerdicts(transaction, [verdict], { revision, kind: 'image', now });
  }
}

/** Adds the matches of a new image to the counts of its segment and to the totals. */
async function countImage(
  transaction: StoreTransaction,
  image: number,
  components: readonly number[],
): Promise<void> {
  const { db, writeRows } = transaction;
  const segment = toSegment(image);
  const counts = await readCounts(db, segment);
  const totals = new Map<number, number>();
  const matches = await readOpenMatches(db, components);
  addMatchCounts({ image, components, matches }, counts, totals);
  await writeRows('rollup', [{ segment, counts: counts.bytes }], ['segment']);
  await writeTotals(transaction, totals);
}
