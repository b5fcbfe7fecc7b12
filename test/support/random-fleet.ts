import { SEVERITIES } from '../../src/foundation/core/finding.ts';
import {
  SEGMENT_IMAGES,
  SegmentCounts,
  toCountPlace,
  toSegment,
} from '../../src/server/store/counts.ts';
import { encodeNumbers } from '../../src/server/store/number-list.ts';
import { encodePlaces } from '../../src/server/store/posting-list.ts';
import { hashText } from '../../src/server/store/read-key-hash.ts';
import type { Store, StoreTransaction } from '../../src/server/store/store.ts';
import { createDraw, type Draw } from './random-draw.ts';

export interface FleetShape {
  readonly images: number;
  readonly components: number;
  readonly packagesEach: number;
  readonly seed: number;
  readonly vulnerabilities?: number;
  /** Returns a name: `kind` is what it names. */
  readonly nameThing?: (kind: string, index: number) => string;
  /** Digest of the advisory database that the matches are from; a missing one if absent. */
  readonly generation?: string;
  /** Digest of a document that all images have, each in a project of its own. */
  readonly document?: string;
  /** The projects of the images, in turn; none if absent. */
  readonly projects?: readonly string[];
  /** Whether the postings contain the images. */
  readonly isSealed?: boolean;
}

/** Digest of an advisory database that is missing. */
const MISSING_GENERATION = 'none';
const AT = Date.parse('2026-01-04T00:00:00Z');
/** Distinct vulnerabilities, unless the shape says otherwise. */
const VULNERABILITIES = 40;

type Row = Record<string, string | number | Uint8Array | null>;

/**
 * Fills a store with random images, components and matches, as the engine would. There are no
 * documents, so images cannot be assessed.
 */
export async function writeRandomFleet(store: Store, shape: FleetShape): Promise<void> {
  const draw = createDraw(shape.seed);
  const { nameThing = (kind: string, index: number) => `${kind}-${index}` } = shape;
  const components = createComponents(shape, draw, nameThing);
  const matches = createMatches(shape, draw, nameThing);
  const images = createImages(shape, draw, nameThing);
  const vulnerabilities = [...new Set(matches.map(({ vulnerability }) => String(vulnerability)))];
  await store.runTransaction(async ({ writeRows }) => {
    await writeRows('system', [{ id: 1, key: '1', json: '{}', digest: '' }]);
    await writeRows('component', components);
    await writeRows('match', matches);
    await writeRows(
      'image',
      images.map(({ row }) => row),
    );
    await writeRows(
      'vulnerability',
      vulnerabilities.map((id, index) => ({ id, epss: index, exploited: index % 3 === 0 ? 1 : 0 })),
    );
    await writeRows('revision', [
      ...images.map(
        ({ row }): Row =>
          createRevision(shape, {
            id: Number(row['id']),
            kind: 'image',
            matched: Number(row['id']) === 1 ? shape.components : 0,
          }),
      ),
      createRevision(shape, { id: images.length + 1, kind: 'data', matched: 1 }),
    ]);
    await writeRows('rollup', createRollups(images, matches));
    await writeBases(writeRows, images, nameThing);
    await writeRows('image_reach', createReach(images));
    await writeRows('event', createEvents(images.length + 1, matches, images));
    if (shape.isSealed === true) {
      await writeRows('posting', createPostings(images));
    }
  });
}

interface FleetRevision {
  readonly id: number;
  readonly kind: 'data' | 'image';
  readonly matched: number;
}

function createRevision(
  { generation = MISSING_GENERATION }: FleetShape,
  { id, kind, matched }: FleetRevision,
): Row {
  return { id, kind, at: AT + id * 1_000, generation, matched, opened: 1, closed: 0 };
}

type NameThing = NonNullable<FleetShape['nameThing']>;

function createComponents(shape: FleetShape, draw: Draw, nameThing: NameThing): readonly Row[] {
  return Array.from({ length: shape.components }, (_, index): Row => {
    const name = nameThing('package', Math.floor(index / 3))
      .toWellFormed()
      .replaceAll('\0', '\ufffd');
    const version = `${draw(4)}.${draw(30)}`;
    return {
      id: index + 1,
      key: `${index}`,
      system: 1,
      type: draw(2) === 0 ? 'deb' : 'npm',
      name,
      name_hash: hashText(name),
      version: `${version}${nameThing('version', index).slice(0, index % 5 === 0 ? 900 : 0)}`,
      purl: `pkg:generic/p@${version}`,
      context: new Uint8Array(),
    };
  });
}

function createMatches(shape: FleetShape, draw: Draw, nameThing: NameThing): readonly Row[] {
  const matches = new Map<string, Row>();
  for (let component = 1; component <= shape.components; component += 1) {
    for (let count = draw(4); count > 0; count -= 1) {
      const vulnerability = nameThing('CVE-2026', draw(shape.vulnerabilities ?? VULNERABILITIES));
      const kind = draw(12) === 0 ? 2 : 0;
      matches.set(`${component} ${kind} ${vulnerability}`, {
        component,
        kind,
        vulnerability,
        number: 0,
        opened: 1,
        closed: draw(9) === 0 ? 2 : null,
        severity: draw(SEVERITIES.length),
        ...(draw(2) === 0
          ? { fix_state: 'fixed', fix_versions: '9.9' }
          : { fix_state: 'not-fixed', fix_versions: '' }),
        reason: nameThing('reason', component),
        digest: '',
      });
    }
  }
  return [...matches.values()];
}

interface RandomImage {
  readonly row: Row;
  readonly components: readonly number[];
}

function createImages(shape: FleetShape, draw: Draw, nameThing: NameThing): readonly RandomImage[] {
  return Array.from({ length: shape.images }, (_, index): RandomImage => {
    const held = new Set<number>();
    const packages = draw(8) === 0 ? 0 : shape.packagesEach;
    for (let count = 0; count < packages; count += 1) {
      held.add(1 + Math.floor((draw(1_000) / 1_000) ** 2 * shape.components));
    }
    const components = [...held].sort((left, right) => left - right);
    const name = nameThing('image', Math.floor(index / 2));
    const row = {
      id: index + 1,
      document: shape.document ?? `${index}`,
      name,
      name_hash: hashText(name),
      project: nameProject(shape, index),
      digest: draw(3) === 0 ? '' : `sha256:${String(index).padStart(64, 'a')}`,
      packages: components.length,
      problems: draw(6) === 0 ? 2 : 0,
      first_seen: AT,
      revision: index + 1,
      components: encodeNumbers(components),
      sealed: shape.isSealed === true ? 1 : 0,
      retired: null,
    };
    return { row, components };
  });
}

/** Bases that some images have, each with two rows for two names. */
const BASES = 24;
const BASED_EACH = 4;

/** Three of four images have a base: the lower half of its components are those of its images. */
async function writeBases(
  writeRows: StoreTransaction['writeRows'],
  images: readonly RandomImage[],
  nameThing: NameThing,
): Promise<void> {
  const based = images.filter((_, index) => index % BASED_EACH > 0);
  const place = (id: number): number => 1 + (id % (2 * BASES));
  await writeRows(
    'base',
    Array.from({ length: 2 * BASES }, (_, index): Row => {
      const chain = `sha256:${String(index >> 1).padEnd(64, 'c')}`;
      const shared = { id: index + 1, key: `${index}`, chain, layers: 1 + (index % 3) };
      const name = index % 5 === 0 ? '' : nameThing('base', index % 3);
      const source = name === '' ? '' : 'label';
      return { ...shared, system: nameThing('system', index), name, digest: '', source };
    }),
  );
  await writeRows(
    'image_base',
    based.map(({ row }) => ({ image: Number(row['id']), base: place(Number(row['id'])) })),
  );
  const held = new Map<string, Row>();
  for (const { row, components } of based) {
    const base = place(Number(row['id']));
    for (const component of components.slice(0, components.length >> 1)) {
      held.set(`${base} ${component}`, { base, component });
    }
  }
  await writeRows('base_component', [...held.values()]);
}

/** Two of three images were analyzed: some packages cannot be reached, and some have no class. */
function createReach(images: readonly RandomImage[]): readonly Row[] {
  return images
    .filter((_, index) => index % 3 > 0)
    .map(({ row, components }) => {
      const select = (rest: number): Uint8Array =>
        encodeNumbers(
          [...new Set(components)]
            .filter((one) => (one + Number(row['id'])) % 5 === rest)
            .sort((left, right) => left - right),
        );
      return { image: Number(row['id']), unreachable: select(0), unknown: select(1) };
    });
}

function nameProject({ document, projects }: FleetShape, index: number): string {
  if (projects !== undefined) {
    return projects[index % projects.length] ?? '';
  }
  return document === undefined ? '' : `project-${index}`;
}

function createRollups(images: readonly RandomImage[], matches: readonly Row[]): readonly Row[] {
  const open = Map.groupBy(
    matches.filter(({ closed }) => closed === null),
    ({ component }) => Number(component),
  );
  const segments = new Map<number, SegmentCounts>();
  for (const { row, components } of images) {
    const id = Number(row['id']);
    const counts = segments.get(toSegment(id)) ?? new SegmentCounts();
    segments.set(toSegment(id), counts);
    for (const component of components) {
      for (const { kind, severity } of open.get(component) ?? []) {
        counts.addCount(id, toCountPlace({ kind: Number(kind), severity: Number(severity) }), 1);
      }
    }
  }
  return [...segments].map(([segment, { bytes }]) => ({ segment, counts: bytes }));
}

function createEvents(
  revision: number,
  matches: readonly Row[],
  images: readonly RandomImage[],
): readonly Row[] {
  return matches.slice(0, 30).map(({ component = 0, kind = 0, vulnerability = '' }) => ({
    revision,
    component,
    kind,
    vulnerability,
    change: 'opened',
    images: images.filter(({ components }) => components.includes(Number(component))).length,
  }));
}

function createPostings(images: readonly RandomImage[]): readonly Row[] {
  const places = new Map<string, number[]>();
  for (const { row, components } of images) {
    const id = Number(row['id']);
    for (const component of components) {
      const key = `${component} ${toSegment(id)}`;
      const list = places.get(key) ?? [];
      list.push(id % SEGMENT_IMAGES);
      places.set(key, list);
    }
  }
  return [...places].map(([key, list]) => {
    const [component, segment] = key.split(' ').map(Number);
    return {
      component: component ?? 0,
      segment: segment ?? 0,
      images: encodePlaces(list),
      held: list.length,
    };
  });
}
