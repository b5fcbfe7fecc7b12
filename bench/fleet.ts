/**
 * Measures a fleet of 100,000 images in the store of a server: load, size, updates with real
 * matching, reads meanwhile, and uploads, on SQLite and PostgreSQL. Beside each figure is a floor
 * that was measured in the same run: the same bytes or rows without any of our work.
 *
 * `npm run bench -- fleet [--images N --components N --updates N --engine sqlite]`
 */
import { closeSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Engine } from '../src/server/engine/engine.ts';
import { Evaluator } from '../src/server/engine/evaluator.ts';
import { loadFleetPolicy } from '../src/server/engine/fleet-policy.ts';
import { listStaleImages } from '../src/server/engine/stale-images.ts';
import { type UpdateEffect, updateStore } from '../src/server/engine/update-store.ts';
import { PRIORITIES } from '../src/server/jobs/job.ts';
import { Views } from '../src/server/query/views.ts';
import { decodePlaces } from '../src/server/store/posting-list.ts';
import { Store, type StoreSetting, type StoreTransaction } from '../src/server/store/store.ts';
import { listDatabaseChanges } from '../src/vulnerability/advisory/list-database-changes.ts';
import type { PinnedDatabase } from '../src/vulnerability/advisory/pin-database.ts';
import {
  FLEET_OPTIONS,
  findPercentile,
  measureOnEngines,
  measureTime,
  print,
} from './fleet-engines.ts';
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

const { values: flags } = parseArgs({
  options: {
    ...FLEET_OPTIONS,
    updates: { type: 'string', default: '5' },
  },
});

const SEED = 20_261_129;
const NOW = '2026-11-29T00:00:00Z';
const TIME = Date.parse(NOW);
const CHANGED = [500, 2_000] as const;
const UPLOADS = 20;
const WAITING_JOBS = 10_000;
const MIB = 1024 * 1024;
const POLICY = loadFleetPolicy({ severity: 'critical', policies: [] });

interface ReaderData {
  readonly setting: StoreSetting;
  readonly images: number;
}

function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

/** Writes so many bytes to a file, and flushes them. */
function writeFloor(folder: string, bytes: number): void {
  const file = openSync(join(folder, 'floor'), 'w');
  const block = Buffer.alloc(MIB, 1);
  for (let written = 0; written < bytes; written += MIB) {
    writeSync(file, block);
  }
  fsyncSync(file);
  closeSync(file);
  rmSync(join(folder, 'floor'));
}

/** Reads and decodes the postings of the changed components: every update must do at least that. */
async function readFloor({ db }: Store, revision: number): Promise<void> {
  const rows = await db
    .selectFrom('event')
    .innerJoin('posting', 'posting.component', 'event.component')
    .select('posting.images')
    .where('event.revision', '=', revision)
    .execute();
  rows.forEach(({ images }) => decodePlaces(images));
}

/** Returns the size of a store without the journal of its last transaction. */
async function readSize({ db, engineName }: Store, folder: string): Promise<number> {
  const { sql } = await import('kysely');
  if (engineName === 'sqlite') {
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
    const files = readdirSync(folder).filter((name) => name.startsWith('store.db'));
    return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  }
  const { rows } = await sql<{
    readonly size: number;
  }>`select sum(pg_total_relation_size(c.oid))::bigint as size from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind = 'r'`.execute(db);
  return rows[0]?.size ?? 0;
}

/** Reads pages in a thread of its own until it is ended, and reports the times. */
async function readPages({ setting, images }: ReaderData): Promise<void> {
  await using store = await Store.open(setting);
  const views = new Views(store);
  const draw = createDraw(SEED + 1);
  const times: Record<'page' | 'findings' | 'image' | 'exposure', number[]> = {
    page: [],
    findings: [],
    image: [],
    exposure: [],
  };
  let isEnded = false;
  parentPort?.once('message', () => {
    isEnded = true;
  });
  while (!isEnded) {
    const id = Math.floor(draw() * images);
    times.page.push(
      await measureTime(async () => await views.listImages({ after: id, limit: 100 })),
    );
    times.findings.push(
      await measureTime(async () => await views.listFleetFindings({ limit: 100 })),
    );
    times.image.push(await measureTime(async () => await views.listImageFindings(id)));
    const { name } = createPackage(Math.floor(draw() * 40_000));
    times.exposure.push(await measureTime(async () => await views.findExposure({ name: name })));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  parentPort?.postMessage(times);
}

async function startReader(data: ReaderData): Promise<() => Promise<string>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  return async () => {
    const { promise, resolve } = Promise.withResolvers<Record<string, number[]>>();
    worker.once('message', resolve);
    worker.postMessage('end');
    const times = await promise;
    await worker.terminate();
    return Object.entries(times)
      .map(([name, some]) => `${name} ${findPercentile(some, 0.95).toFixed(1)} ms (${some.length})`)
      .join(' · ');
  };
}

async function measureUploads(setting: StoreSetting, database: string): Promise<void> {
  await using engine = await Engine.open({ ...setting, database, maxAgeDays: 0 }, NOW);
  await engine.setPolicy({ severity: 'critical', policies: [] }, NOW);
  const draw = createDraw(SEED + 2);
  const zipf = createZipf(Number(flags.components), draw);
  const push = async (index: number): Promise<number> => {
    const document = writeFleetDocument(`upload-${index}`, zipf(Number(flags.each)));
    return await measureTime(async () => await engine.push({ document, gates: {}, now: NOW }));
  };
  await push(-1);
  const times: number[] = [];
  for (let index = 0; index < UPLOADS; index += 1) {
    times.push(await push(index));
  }
  await using store = await Store.open(setting);
  await store.runTransaction(async (transaction) => {
    const job = { kind: 'inventory', data: { digest: '' }, priority: PRIORITIES.upload } as const;
    for (let index = 0; index < WAITING_JOBS; index += 1) {
      await engine.jobs.send(transaction, job);
    }
  });
  const waiting: number[] = [];
  for (let index = UPLOADS; index < 2 * UPLOADS; index += 1) {
    waiting.push(await push(index));
  }
  const [alone, busy] = [times, waiting].map((some) => findPercentile(some, 0.95).toFixed(0));
  print(`  upload with verdict, p95: ${alone} ms; while ${WAITING_JOBS} jobs wait: ${busy} ms`);
}

interface World {
  readonly store: Store;
  readonly setting: StoreSetting;
  readonly folder: string;
  readonly size: FleetSize;
  readonly advisories: Advisories;
  readonly draw: () => number;
}

/** Fills the store, and returns the advisories that it was matched with. */
async function measureLoading({ store, setting, folder, size, advisories, draw }: World) {
  const current = await buildFleetDatabase(advisories, folder, NOW);
  using evaluator = new Evaluator(current.folder);
  const loading = { size, evaluator, generation: current.digest, now: TIME };
  const loaded = await measureTime(
    async () => await loadFleet(store, { ...loading, draw: createZipf(size.components, draw) }),
  );
  const bytes = await readSize(store, setting.folder);
  const written = await measureTime(() => writeFloor(folder, bytes));
  print(
    `  loaded: ${formatSeconds(loaded)} (floor: the same bytes written and flushed, ${formatSeconds(written)})`,
  );
  print(`  store without documents: ${Math.round(bytes / MIB)} MB`);
  const { findings } = await new Views(store).readStatus();
  print(`  findings: ${JSON.stringify(findings)}`);
  return current;
}

/** Updates the store once, and describes the effect. */
async function measureUpdate(
  { store, folder, advisories, draw, size }: World,
  before: PinnedDatabase,
  count: number,
) {
  const packages = Math.floor(size.components / 4);
  changeAdvisories(advisories, { packages, count: Math.min(count, packages) }, draw);
  const after = await buildFleetDatabase(advisories, folder, NOW);
  using evaluator = new Evaluator(after.folder);
  const comparison = await measureTime(() => void listDatabaseChanges(before.folder, after.folder));
  let verdicts = '';
  const onChanged = async ({ db }: StoreTransaction, changed: UpdateEffect): Promise<void> => {
    const { open, settled } = await listStaleImages(db, POLICY, changed);
    verdicts = `${open.length + settled.length} verdicts concerned, ${open.length} to be judged again`;
  };
  const cpuBefore = process.threadCpuUsage();
  const start = performance.now();
  const request = { before, after, evaluator, now: TIME, onChanged };
  const { revision, matched, opened, closed } = await updateStore(store, request);
  const time = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const floor = await measureTime(async () => await readFloor(store, revision));
  const effect = `${matched} components, ${opened} opened, ${closed} closed; ${verdicts}`;
  return { after, time, cpu: (user + system) / 1_000, comparison, floor, effect };
}

async function measureEngine(setting: StoreSetting, size: FleetSize): Promise<void> {
  const { folder } = setting;
  const draw = createDraw(SEED);
  const advisories = createAdvisories(size.components, draw);
  await using store = await Store.open(setting);
  const world = { store, setting, folder, size, advisories, draw };
  let current = await measureLoading(world);
  await loadVerdicts(store, { policy: POLICY, now: TIME });
  for (const count of CHANGED) {
    const endReading = await startReader({ setting, images: size.images });
    const updates: Awaited<ReturnType<typeof measureUpdate>>[] = [];
    for (let update = 0; update < Number(flags.updates); update += 1) {
      const measured = await measureUpdate(world, current, count);
      updates.push(measured);
      current = measured.after;
    }
    const [median, used, compared, floor] = (['time', 'cpu', 'comparison', 'floor'] as const).map(
      (name) =>
        formatSeconds(
          findPercentile(
            updates.map((one) => one[name]),
            0.5,
          ),
        ),
    );
    const worst = formatSeconds(Math.max(...updates.map(({ time }) => time)));
    print(
      `  update of ${count} keys: median ${median}, worst ${worst}, CPU of its thread ${used}, of it comparing the databases ${compared} ` +
        `(floor: reading the changed postings, ${floor}; ${updates.at(-1)?.effect})`,
    );
    print(`  reads meanwhile, p95: ${await endReading()}`);
  }
  await measureUploads(setting, join(folder, 'database'));
  print(`  memory of the process: ${Math.round(process.memoryUsage().rss / MIB)} MB`);
}

if (isMainThread) {
  await measureOnEngines(flags, measureEngine);
} else {
  await readPages(workerData as ReaderData);
}
