/**
 * Measures a running server with 100,000 images from outside, on SQLite and PostgreSQL: webhooks
 * after the advisories were replaced; requests of gates and admission, with and without an update
 * at the same time; an export of more than a million rows; 10,000 tags of a registry; and memory.
 * Each figure is printed beside its goal. Needs Linux.
 *
 * `npm run bench -- traffic [--images N --components N --each N --updates N --engine sqlite]`
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeTextTable } from '../src/foundation/present/text-table.ts';
import { Store, type StoreSetting } from '../src/server/store/store.ts';
import { toCellColumns } from '../test/support/cell-columns.ts';
import {
  FLEET_OPTIONS,
  findPercentile,
  measureOnEngines,
  measureTime,
  print,
} from './fleet-engines.ts';
import { measureTags } from './traffic-registry.ts';
import {
  type Receiver,
  readDataRevision,
  readMemory,
  sampleMemory,
  startReceiver,
  startTrafficServer,
  type TrafficServer,
  waitUntilSettled,
} from './traffic-server.ts';
import {
  type AdvisoryState,
  createTrafficWorld,
  fillTrafficStore,
  GATE,
  publishState,
  type TrafficWorld,
  toDigest,
  writeSbom,
} from './traffic-world.ts';

const { values: flags } = parseArgs({
  options: {
    ...FLEET_OPTIONS,
    updates: { type: 'string', default: '20' },
    requests: { type: 'string', default: '200' },
    tags: { type: 'string', default: '10000' },
  },
});

const FEW_KEYS = 20;
const MANY_KEYS = 500;
const LARGE_UPDATES = 5;
const SBOM_PACKAGES = 1_000;
const SBOMS = 20;
const SETTLED_MS = 3_000;
const MIB = 1024 * 1024;

interface Figure {
  readonly title: string;
  readonly measured: string;
  readonly goal: string;
}

interface Traffic {
  readonly world: TrafficWorld;
  readonly server: TrafficServer;
  readonly receiver: Receiver;
  /** Shows the progress of the server. */
  readonly store: Store;
}

function describeTimes(times: readonly number[]): string {
  const [p95, median] = [0.95, 0.5].map((share) => findPercentile(times, share).toFixed(1));
  return `p95 ${p95} ms, median ${median} ms, of ${times.length}`;
}

async function requireStatus(response: Response, status: number): Promise<Response> {
  if (response.status !== status) {
    throw new Error(`status ${response.status}: ${await response.text()}`);
  }
  return response;
}

/** Each request is about another image. */
async function askKnown({ server, world }: Traffic, index: number): Promise<void> {
  const digest = toDigest((index * 7_919) % world.size.images);
  const response = await server.send('POST', '/api/v1/gate', { digest });
  const { outcome } = (await (await requireStatus(response, 200)).json()) as { outcome: string };
  if (outcome !== 'pass' && outcome !== 'fail') {
    throw new Error(`the gate answered ${outcome}`);
  }
}

async function askUnknown({ server }: Traffic, index: number): Promise<void> {
  const body = { sbom: writeSbom(SBOM_PACKAGES, index), failOn: GATE };
  const response = await server.send('POST', '/api/v1/gate', body);
  await (await requireStatus(response, 200)).json();
}

const PAGES = ['/', '/changes', '/findings', '/exposure?package=package-7', '/review'] as const;

async function openPage({ server }: Traffic, index: number): Promise<void> {
  const response = await server.send('GET', PAGES[index % PAGES.length] ?? '/');
  await (await requireStatus(response, 200)).text();
}

async function repeat(count: number, work: (index: number) => Promise<void>): Promise<number[]> {
  // A request before the measured ones starts threads.
  await work(count);
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    times.push(await measureTime(async () => await work(index)));
  }
  return times;
}

async function measureDenied({ server }: Traffic): Promise<readonly Figure[]> {
  const path = '/api/v1/admission/denied';
  const first = await requireStatus(await server.send('GET', path), 200);
  const { count } = (await first.json()) as { readonly count: number };
  const known = { 'if-none-match': first.headers.get('etag') ?? '' };
  const unchanged = await repeat(Number(flags.requests), async () => {
    const response = await server.send('GET', path, undefined, known);
    await (await requireStatus(response, 304)).text();
  });
  const whole = await repeat(5, async () => {
    await (await requireStatus(await server.send('GET', path), 200)).text();
  });
  return [
    { title: 'denied digests, unchanged', measured: describeTimes(unchanged), goal: '5 ms' },
    { title: `denied digests, all ${count}`, measured: describeTimes(whole), goal: '–' },
  ];
}

async function measureExport({ server }: Traffic): Promise<readonly Figure[]> {
  const before = readMemory(server.pid).now;
  let first = 0;
  let rows = 0;
  let bytes = 0;
  const start = performance.now();
  const most = await sampleMemory(server.pid, async () => {
    const response = await server.send('GET', '/api/v1/exports/findings?name=app-1-*&format=csv');
    const { body } = await requireStatus(response, 200);
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      first ||= performance.now() - start;
      bytes += piece.length;
      rows += piece.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    }
  });
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  const size = `${rows - 1} rows, ${Math.round(bytes / MIB)} MB, ${seconds} s`;
  return [
    {
      title: `memory for an export of ${size}`,
      measured: `${most - before} MB more than the ${before} MB before, ${most} MB in all`,
      goal: '200 MB',
    },
    { title: 'its first byte', measured: `${first.toFixed(0)} ms`, goal: '300 ms' },
  ];
}

/** Publishes a state, and returns the times until its messages arrived. */
async function publish({ world, store, receiver }: Traffic, state: AdvisoryState) {
  receiver.take();
  const revision = await readDataRevision(store);
  const published = publishState(world, state);
  await waitUntilSettled(store, revision);
  const times = receiver.take().map((one) => ({ ...one, ms: one.at - published }));
  return {
    settled: Date.now() - published,
    advisories: times.filter((one) => !one.isAboutVerdicts).map(({ ms }) => ms),
    verdicts: times.filter((one) => one.isAboutVerdicts).map(({ ms }) => ms),
  };
}

async function measureWebhooks(traffic: Traffic): Promise<readonly Figure[]> {
  const small = traffic.world.states.slice(0, Number(flags.updates));
  const times: number[] = [];
  const verdicts: number[] = [];
  for (const state of small) {
    const found = await publish(traffic, state);
    times.push(...found.advisories);
    verdicts.push(...found.verdicts);
  }
  return [
    {
      title: `webhooks after ${small.length} updates of ${small[0]?.changed} packages`,
      measured: describeTimes(times),
      goal: '2 s',
    },
    ...(verdicts.length === 0
      ? []
      : [{ title: 'those about changed verdicts', measured: describeTimes(verdicts), goal: '–' }]),
  ];
}

/** Asks gates while updates are applied, judged and reported. */
async function measureDuringUpdates(traffic: Traffic): Promise<readonly Figure[]> {
  const known: number[] = [];
  const unknown: number[] = [];
  const pages: number[] = [];
  const firsts: number[] = [];
  const lasts: number[] = [];
  const large = traffic.world.states.slice(Number(flags.updates));
  let messages = 0;
  for (const state of large) {
    let isRunning = true;
    const published = publish(traffic, state).finally(() => {
      isRunning = false;
    });
    for (let index = 0; isRunning; index += 1) {
      known.push(await measureTime(async () => await askKnown(traffic, index)));
      if (index % 10 === 0) {
        unknown.push(await measureTime(async () => await askUnknown(traffic, 1_000 + index)));
        pages.push(await measureTime(async () => await openPage(traffic, index / 10)));
      }
    }
    const { advisories } = await published;
    messages = advisories.length;
    firsts.push(Math.min(...advisories));
    lasts.push(Math.max(...advisories));
  }
  const update = `an update of ${large[0]?.changed} packages`;
  const sbom = `gate, unknown SBOM of ${SBOM_PACKAGES} packages`;
  return [
    {
      title: `gate, known digest, during ${update}`,
      measured: describeTimes(known),
      goal: '150 ms',
    },
    { title: `${sbom}, during the same`, measured: describeTimes(unknown), goal: '2 s' },
    { title: 'pages, during the same', measured: describeTimes(pages), goal: '50 ms' },
    { title: `first webhook of ${update}`, measured: describeTimes(firsts), goal: '2 s' },
    { title: `the last one of ${messages}`, measured: describeTimes(lasts), goal: '–' },
  ];
}

async function measureRegistry({ store }: Traffic): Promise<readonly Figure[]> {
  const count = Number(flags.tags);
  const time = await measureTags(store, count);
  const measured = time === undefined ? 'docker-registry is missing' : `${time / 1_000} s`;
  return [{ title: `${count} unchanged tags of a registry compared`, measured, goal: '60 s' }];
}

async function measureEngine(
  setting: StoreSetting,
  world: TrafficWorld,
): Promise<readonly Figure[]> {
  const loading = await measureTime(async () => await fillTrafficStore(setting, world));
  print(`  filled in ${(loading / 1_000).toFixed(0)} s`);
  await using resources = new AsyncDisposableStack();
  const receiver = await startReceiver(resources);
  const judging = ['--db', world.database, '--db-max-age', '0', '--fail-on', GATE];
  const options = [...judging, '--allow-host', '127.0.0.1'];
  const server = await startTrafficServer(resources, setting, options);
  const store = resources.use(await Store.open(setting));
  const traffic = { world, server, receiver, store };
  await pause(SETTLED_MS);
  const idle = readMemory(server.pid).now;
  const request = { name: 'bench', channel: 'webhook', url: receiver.url };
  const added = await server.send('POST', '/api/v1/subscriptions', request);
  if (!added.ok) {
    throw new Error(await added.text());
  }
  const known = await repeat(Number(flags.requests), async (at) => await askKnown(traffic, at));
  const unknown = await repeat(SBOMS, async (at) => await askUnknown(traffic, at));
  const sbom = `gate, unknown SBOM of ${SBOM_PACKAGES} packages`;
  // The first page reads all images.
  const first = await measureTime(async () => await openPage(traffic, 0));
  const opened = await repeat(Number(flags.requests), async (at) => await openPage(traffic, at));
  const figures = [
    { title: 'the first page after a start', measured: `${first.toFixed(0)} ms`, goal: '–' },
    { title: 'pages', measured: describeTimes(opened), goal: '50 ms' },
    { title: 'gate, known digest', measured: describeTimes(known), goal: '150 ms' },
    { title: sbom, measured: describeTimes(unknown), goal: '2 s' },
    ...(await measureDenied(traffic)),
    ...(await measureExport(traffic)),
    ...(await measureWebhooks(traffic)),
    ...(await measureDuringUpdates(traffic)),
    ...(await measureRegistry(traffic)),
  ];
  const { now, most } = readMemory(server.pid);
  const measured = `${idle} MB at rest, ${now} MB at the end, at most ${most} MB`;
  return [...figures, { title: 'memory of the server', measured, goal: '700 MB' }];
}

await measureOnEngines(flags, async (setting, size) => {
  const building = performance.now();
  const world = await createTrafficWorld(setting.folder, size, [
    ...Array.from({ length: Number(flags.updates) }, () => FEW_KEYS),
    ...Array.from({ length: LARGE_UPDATES }, () => MANY_KEYS),
  ]);
  print(`  advisories built in ${((performance.now() - building) / 1_000).toFixed(0)} s`);
  const figures = await measureEngine(setting, world);
  writeTextTable(
    { write: (text) => void process.stdout.write(text) },
    {
      columns: toCellColumns([{ title: 'FIGURE' }, { title: 'MEASURED' }, { title: 'GOAL' }]),
      rows: figures.map(({ title, measured, goal }) => [title, measured, goal]),
    },
    { isColoured: false },
  );
});
