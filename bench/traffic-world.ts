import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Evaluator } from '../src/server/engine/evaluator.ts';
import { loadFleetPolicy, writePolicy } from '../src/server/engine/fleet-policy.ts';
import { openDocuments } from '../src/server/store/documents.ts';
import { Store, type StoreSetting } from '../src/server/store/store.ts';
import { toLayerRoot } from '../src/vulnerability/advisory/layer.ts';
import type { PinnedDatabase } from '../src/vulnerability/advisory/pin-database.ts';
import {
  type Advisories,
  buildFleetDatabase,
  changeAdvisories,
  createAdvisories,
  createDraw,
  createPackage,
  createZipf,
  type FleetSize,
  writeFleetDocument,
} from './fleet-world.ts';
import { loadFleet, loadVerdicts } from './load-fleet.ts';

/*
 * A fleet for requests to a running server: that of `fleet.ts`, but images have digests and
 * projects, and their inventories are stored. Many images share one inventory.
 */

const SEED = 20_261_129;
const NOW = '2026-11-29T00:00:00Z';
export const GATE = 'critical';
const POLICY = { severity: GATE, policies: [] } as const;
const DOCUMENTS = 1_000;
/** The layer that {@link buildFleetDatabase} builds. */
const PROVIDER = 'osv';

/** States of the advisories, each of which changes a number of packages of the one before. */
export interface AdvisoryState {
  readonly changed: number;
  readonly folder: string;
}

export interface TrafficWorld {
  readonly size: FleetSize;
  /** Directory of the advisory database that the server uses. */
  readonly database: string;
  /** In the order in which they are published. */
  readonly states: readonly AdvisoryState[];
  /** The first one, which the fleet is matched with. */
  readonly first: PinnedDatabase;
}

/** Builds the states of the advisories, the first of which is in place. */
export async function createTrafficWorld(
  folder: string,
  size: FleetSize,
  changes: readonly number[],
): Promise<TrafficWorld> {
  const draw = createDraw(SEED);
  const advisories: Advisories = createAdvisories(size.components, draw);
  const packages = Math.floor(size.components / 4);
  const first = await buildFleetDatabase(advisories, makeFolder(folder, 'state-0'), NOW);
  const states: AdvisoryState[] = [];
  for (const [index, changed] of changes.entries()) {
    const count = Math.min(changed, packages);
    changeAdvisories(advisories, { packages, count }, draw);
    const own = makeFolder(folder, `state-${index + 1}`);
    await buildFleetDatabase(advisories, own, NOW);
    states.push({ changed: count, folder: join(own, 'database') });
  }
  const database = join(folder, 'database');
  cpSync(join(folder, 'state-0', 'database'), database, { recursive: true });
  return { size, database, states, first };
}

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

/**
 * Puts a state of the advisories in place as `db build` does: a generation beside the current one,
 * and then its name. Returns when the file was in place.
 */
export function publishState({ database }: TrafficWorld, { folder }: AdvisoryState): number {
  const [from, to] = [folder, database].map((root) => toLayerRoot(root, PROVIDER)) as [
    string,
    string,
  ];
  const name = readFileSync(join(from, 'current'), 'utf8').trim();
  cpSync(join(from, name), join(to, name), { recursive: true });
  const pointer = join(to, name, 'pointer');
  writeFileSync(pointer, `${name}\n`);
  renameSync(pointer, join(to, 'current'));
  return Date.now();
}

/** Returns the digest of an image, for requests about it. */
export function toDigest(image: number): string {
  return `sha256:${String(image).padStart(64, '0')}`;
}

/** Fills a store with images, their inventories and verdicts, by the first state. */
export async function fillTrafficStore(
  setting: StoreSetting,
  { size, first }: TrafficWorld,
): Promise<void> {
  const draw = createZipf(size.components, createDraw(SEED + 1));
  const count = Math.min(DOCUMENTS, size.images);
  const held = Array.from({ length: count }, () => draw(size.each));
  const documents = openDocuments(setting);
  const digests: string[] = [];
  for (const [index, packages] of held.entries()) {
    digests.push(await documents.put(writeFleetDocument(nameImage(index), packages)));
  }
  await using store = await Store.open(setting);
  using evaluator = new Evaluator(first.folder);
  const now = Date.parse(NOW);
  await loadFleet(store, {
    size,
    evaluator,
    generation: first.digest,
    now,
    draw: (_, image) => held[image % count] ?? [],
    describeImage: (id) => ({
      document: digests[id % count] ?? '',
      name: nameImage(id % count),
      project: `project-${Math.floor(id / count)}`,
      digest: toDigest(id),
    }),
  });
  const policy = loadFleetPolicy(POLICY);
  await loadVerdicts(store, { policy, now, createProof });
  await store.runTransaction(async ({ writeRows }) => {
    const { digest } = policy;
    await writeRows('policy', [{ revision: 1, digest, content: writePolicy(POLICY) }]);
  });
}

/** The names of a seventh of the images begin with `app-1-`, for example. */
function nameImage(document: number): string {
  return `app-${document % 7}-${document}`;
}

function createProof(failing: number): object {
  const reason =
    failing === 0
      ? `no open finding is ${GATE}`
      : `${failing} open findings have severity ${GATE} or higher`;
  const outcome = failing === 0 ? 'pass' : 'fail';
  return {
    gates: [{ gate: 'fail-on', outcome, reason, failedBy: [] }],
    completeness: { isComplete: true, reasons: [] },
    reviews: [],
    decided: [],
    open: failing,
    dates: {},
  };
}

/** Writes a CycloneDX document of distinct packages that the server does not know. */
export function writeSbom(packages: number, seed: number): object {
  const draw = createDraw(SEED + seed);
  const indexes = new Set<number>();
  while (indexes.size < packages) {
    indexes.add(Math.floor(draw() * 40_000));
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', name: `sbom-${seed}` } },
    components: [...indexes].map((index) => {
      const { name, version, purl } = createPackage(index);
      return { type: 'library', 'bom-ref': purl, name, version, purl };
    }),
  };
}
