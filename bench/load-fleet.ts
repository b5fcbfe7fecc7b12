import { deflateRawSync } from 'node:zlib';
import { addToList } from '../src/foundation/core/add-to-list.ts';
import { SEVERITIES } from '../src/foundation/core/finding.ts';
import { canonicalizeJson } from '../src/foundation/syntax/json/canonical-json.ts';
import { compressText } from '../src/server/engine/component-text.ts';
import { writeTotals } from '../src/server/engine/count-matches.ts';
import type { Evaluator, StoredMatch } from '../src/server/engine/evaluator.ts';
import type { CurrentPolicy } from '../src/server/engine/fleet-policy.ts';
import { addVulnerabilities } from '../src/server/engine/vulnerabilities.ts';
import { SEGMENT_IMAGES, SegmentCounts, toCountPlace } from '../src/server/store/counts.ts';
import { encodeNumbers } from '../src/server/store/number-list.ts';
import { encodePlaces } from '../src/server/store/posting-list.ts';
import { hashReadKeys, hashText } from '../src/server/store/read-key-hash.ts';
import type { Store, StoreTransaction } from '../src/server/store/store.ts';
import { digestKey } from '../src/server/store/stored-text.ts';
import { createPackage, type FleetSize, SYSTEM, writeContext } from './fleet-world.ts';

const COMPONENTS_EACH = 5_000;

/** The columns of an image that its components do not determine. */
export interface LoadedImage {
  readonly document: string;
  readonly name: string;
  readonly project: string;
  /** Of its manifest; empty for none. */
  readonly digest: string;
}

export interface LoadSetting {
  readonly size: FleetSize;
  /** Absent for images without a digest, a project and a document. */
  readonly describeImage?: (id: number) => LoadedImage;
  readonly evaluator: Evaluator;
  readonly generation: string;
  /** Draws the components of an image. */
  readonly draw: (each: number, image: number) => readonly number[];
  readonly now: number;
}

/**
 * Fills a store with a fleet, as pushes would: the same rows in large transactions. Pushes of so
 * many images one by one would take hours of reading inventories, which is not measured here.
 */
export async function loadFleet(store: Store, setting: LoadSetting): Promise<void> {
  const matches = await loadComponents(store, setting);
  const { size, now, generation } = setting;
  for (let start = 0; start < size.images; start += SEGMENT_IMAGES) {
    await store.runTransaction(async (transaction) => {
      if (start === 0) {
        const counts = { matched: size.components, opened: 0, closed: 0 };
        const row = { id: 1, kind: 'image', at: now, generation, ...counts };
        await transaction.writeRows('revision', [row]);
      }
      await loadSegment(transaction, setting, { start, matches });
    });
  }
}

type Matches = ReadonlyMap<number, readonly StoredMatch[]>;

async function loadComponents(store: Store, setting: LoadSetting): Promise<Matches> {
  const { size, evaluator } = setting;
  const matches = new Map<number, StoredMatch[]>();
  const json = canonicalizeJson(SYSTEM);
  await store.runTransaction(async ({ writeRows }) => {
    const digest = evaluator.digestSystem(SYSTEM);
    await writeRows('system', [{ id: 1, key: digestKey(json), json, digest }]);
  });
  for (let start = 0; start < size.components; start += COMPONENTS_EACH) {
    const count = Math.min(COMPONENTS_EACH, size.components - start);
    const indexes = Array.from({ length: count }, (_, at) => start + at);
    await store.runTransaction(async (transaction) => {
      const keys: { hash: number; component: number }[] = [];
      const rows = indexes.map((index) => {
        const { key, json: context } = writeContext(index);
        const id = index + 1;
        const evaluation = evaluator.evaluate(context);
        evaluation.matches.forEach((match) => addToList(matches, id, match));
        hashReadKeys(evaluation.keys).forEach((hash) => keys.push({ hash, component: id }));
        const { type, name, version, purl } = createPackage(index);
        const hash = { name_hash: hashText(name) };
        const text = compressText(context);
        return { id, key, system: 1, type, name, ...hash, version, purl, context: text };
      });
      await transaction.writeRows('component', rows);
      await transaction.writeRows('read_key', keys);
      const found = indexes.flatMap((index) =>
        (matches.get(index + 1) ?? []).map((match) => ({ ...match, component: index + 1 })),
      );
      await transaction.writeRows(
        'match',
        found.map((match) => ({ ...match, opened: 1, closed: null })),
      );
      const ids = found.map(({ vulnerability }) => vulnerability);
      await addVulnerabilities(transaction, evaluator, ids);
    });
  }
  return matches;
}

interface Segment {
  readonly start: number;
  readonly matches: Matches;
}

async function loadSegment(
  transaction: StoreTransaction,
  { size, draw, now, describeImage = describeNamedImage }: LoadSetting,
  { start, matches }: Segment,
): Promise<void> {
  const end = Math.min(start + SEGMENT_IMAGES, size.images);
  const postings = new Map<number, number[]>();
  const counts = new SegmentCounts();
  const totals = new Map<number, number>();
  const images = Array.from({ length: end - start }, (_, place) => {
    // The first image has the number 1, and each segment begins at a multiple.
    const id = start + place;
    const components = draw(size.each, id)
      .map((index) => index + 1)
      .sort((left, right) => left - right);
    for (const component of components) {
      addToList(postings, component, id % SEGMENT_IMAGES);
      for (const match of matches.get(component) ?? []) {
        counts.addCount(id, toCountPlace(match), 1);
        totals.set(match.severity, (totals.get(match.severity) ?? 0) + 1);
      }
    }
    const image = describeImage(id);
    return {
      id,
      ...image,
      name_hash: hashText(image.name),
      packages: size.each,
      problems: 0,
      first_seen: now,
      revision: 1,
      components: encodeNumbers(components),
      sealed: 1,
      retired: null,
    };
  });
  const segment = start / SEGMENT_IMAGES;
  await transaction.writeRows('image', images);
  const named = images.filter(({ digest }) => digest !== '');
  await transaction.writeRows(
    'image_digest',
    named.map(({ id, digest }) => ({ digest, image: id })),
  );
  await transaction.writeRows(
    'posting',
    [...postings].map(([component, places]) => {
      return { component, segment, images: encodePlaces(places), held: places.length };
    }),
  );
  await transaction.writeRows('rollup', [{ segment, counts: counts.bytes }]);
  await writeTotals(transaction, totals);
}

function describeNamedImage(id: number): LoadedImage {
  const name = `image-${id}`;
  return { document: digestKey(name), name, project: '', digest: '' };
}

export interface VerdictSetting {
  readonly policy: CurrentPolicy;
  readonly now: number;
  /** Returns the reasons of a verdict; absent for none, which keeps the store small. */
  readonly createProof?: (failing: number) => object;
}

/** Adds a verdict about each image by a gate: from the counts of its findings. */
export async function loadVerdicts(
  store: Store,
  { policy, now, createProof = () => ({}) }: VerdictSetting,
): Promise<void> {
  const least = SEVERITIES.findIndex((word) => word === policy.severity);
  const rollups = await store.db.selectFrom('rollup').selectAll().execute();
  for (const { segment, counts: bytes } of rollups) {
    const counts = new SegmentCounts(bytes);
    const ids = await store.db
      .selectFrom('image')
      .select('id')
      .where('id', '>=', segment * SEGMENT_IMAGES)
      .where('id', '<', (segment + 1) * SEGMENT_IMAGES)
      .execute();
    const rows = ids.map(({ id }) => {
      const severe = counts.get(id).slice(least, SEVERITIES.length);
      const failing = severe.reduce((sum, count) => sum + count, 0);
      return {
        image: id,
        revision: 1,
        outcome: failing > 0 ? 'fail' : 'pass',
        inputs: digestKey(`${id}`),
        valid_until: null,
        at: now,
        proof: deflateRawSync(JSON.stringify(createProof(failing))),
        current: 1,
        failing,
      };
    });
    await store.runTransaction(async ({ writeRows }) => await writeRows('verdict', rows));
  }
}
