import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { COUNTS_EACH, SEGMENT_IMAGES, SegmentCounts, toSegment } from '../store/counts.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { decodePlaces } from '../store/posting-list.ts';
import { hashReadKeys } from '../store/read-key-hash.ts';
import type { Store } from '../store/store.ts';

type Readable = Pick<Store, 'db'>;

import { expandText } from './component-text.ts';
import { addMatchCounts, type CountedMatch } from './count-matches.ts';
import type { Evaluator } from './evaluator.ts';
import { formatContent, toMatchKey } from './rematch.ts';

/**
 * Computes everything in the store anew, independently of its history: the matches
 * and the read set of every component, the postings, the counts of every image and the totals.
 * Returns one sentence for each difference, without a full stop.
 */
export async function auditStore(
  store: Readable,
  evaluator: Evaluator,
): Promise<readonly string[]> {
  const matches = new Map<number, CountedMatch[]>();
  const differences = [
    ...(await auditSystems(store, evaluator)),
    ...(await auditComponents(store, evaluator, matches)),
    ...(await auditPostings(store)),
    ...(await auditReach(store)),
    ...(await auditCounts(store, matches)),
  ];
  return differences;
}

async function auditSystems(store: Readable, evaluator: Evaluator): Promise<readonly string[]> {
  const systems = await store.db.selectFrom('system').selectAll().execute();
  return systems
    .filter(({ json, digest }) => evaluator.digestSystem(JSON.parse(json)) !== digest)
    .map(({ json }) => `the releases of the system ${json} are outdated`);
}

/** `matches` receives the right matches by component. */
async function auditComponents(
  store: Readable,
  evaluator: Evaluator,
  matches: Map<number, CountedMatch[]>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const components = await store.db.selectFrom('component').selectAll().orderBy('id').execute();
  for (const { id, name, version, context } of components) {
    const title = `component ${id} (${name} ${version})`;
    const { matches: found, keys } = evaluator.evaluate(expandText(context));
    matches.set(
      id,
      found.map(({ kind, severity }) => ({ component: id, kind, severity })),
    );
    const stored = await store.db
      .selectFrom('match')
      .selectAll()
      .where('component', '=', id)
      .where('closed', 'is', null)
      .execute();
    const right = new Map(found.map((match) => [toMatchKey(match), formatContent(match)]));
    const known = new Map(stored.map((match) => [toMatchKey(match), formatContent(match)]));
    for (const key of new Set([...right.keys(), ...known.keys()])) {
      if (right.get(key) !== known.get(key)) {
        differences.push(`${title}: the match ${key} ${describeDifference(right, known, key)}`);
      }
    }
    const hashes = await store.db
      .selectFrom('read_key')
      .select('hash')
      .where('component', '=', id)
      .execute();
    const held = new Set(hashes.map(({ hash }) => hash));
    const asked = hashReadKeys(keys);
    const missing = [...asked].filter((hash) => !held.has(hash));
    if (missing.length > 0 || held.size !== asked.size) {
      differences.push(`${title}: ${missing.length} keys are missing in its read set`);
    }
  }
  return differences;
}

function describeDifference(
  right: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
  key: string,
): string {
  if (!known.has(key)) {
    return 'is missing';
  }
  return right.has(key) ? 'is outdated' : 'should be closed';
}

async function auditPostings(store: Readable): Promise<readonly string[]> {
  const images = await store.db
    .selectFrom('image')
    .select(['id', 'components'])
    .where('sealed', '=', 1)
    .where('retired', 'is', null)
    .orderBy('id')
    .execute();
  const right = new Map<string, number[]>();
  for (const { id, components } of images) {
    for (const component of decodeNumbers(components)) {
      const key = `${component} ${toSegment(id)}`;
      right.set(key, [...(right.get(key) ?? []), id % SEGMENT_IMAGES]);
    }
  }
  const rows = await store.db.selectFrom('posting').selectAll().execute();
  const known = new Map(
    rows.map(({ component, segment, images: bytes }) => [
      `${component} ${segment}`,
      decodePlaces(bytes),
    ]),
  );
  return [...new Set([...right.keys(), ...known.keys()])]
    .filter((key) => canonicalizeJson(right.get(key)) !== canonicalizeJson(known.get(key)))
    .map((key) => `the posting list of component and segment ${key} is wrong`);
}

/** An image can only have a class for components that it contains. */
async function auditReach(store: Readable): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('image_reach')
    .leftJoin('image', 'image.id', 'image_reach.image')
    .select(['image_reach.image', 'unreachable', 'unknown', 'components'])
    .orderBy('image_reach.image')
    .execute();
  return rows
    .filter(({ unreachable, unknown, components }) => {
      const held = new Set(components === null ? [] : decodeNumbers(components));
      const named = [...decodeNumbers(unreachable), ...decodeNumbers(unknown)];
      return components === null || named.some((component) => !held.has(component));
    })
    .map(({ image }) => `the reachability of image ${image} is about other components`);
}

async function auditCounts(
  store: Readable,
  matches: ReadonlyMap<number, readonly CountedMatch[]>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const totals = new Map<number, number>();
  const images = await store.db
    .selectFrom('image')
    .select(['id', 'components', 'retired'])
    .execute();
  const rollups = await store.db.selectFrom('rollup').selectAll().execute();
  const stored = new Map(rollups.map((row) => [row.segment, new SegmentCounts(row.counts)]));
  for (const { id, components, retired } of images) {
    const counts = new SegmentCounts();
    const held = retired === null ? decodeNumbers(components) : [];
    addMatchCounts({ image: id, components: held, matches }, counts, totals);
    const known =
      stored.get(toSegment(id))?.get(id) ?? Array.from({ length: COUNTS_EACH }, () => 0);
    const right = counts.get(id);
    if (right.join(' ') !== known.join(' ')) {
      differences.push(`the counts of image ${id} are ${known.join(' ')}, not ${right.join(' ')}`);
    }
  }
  for (const { severity, findings } of await store.db.selectFrom('total').selectAll().execute()) {
    if (findings !== (totals.get(severity) ?? 0)) {
      differences.push(
        `the total of severity ${severity} is ${findings}, not ${totals.get(severity) ?? 0}`,
      );
    }
    totals.delete(severity);
  }
  const missing = [...totals].map(([severity]) => `the total of severity ${severity} is missing`);
  return [...differences, ...missing];
}
