/**
 * Measures the pages of the server over 100,000 images. First without HTTP: the time that creating
 * each page takes, the first time after a change included, its CPU time and its size, the time of
 * one that is kept, and the answer for an unchanged page. Then by a running server, while nothing
 * changes and while revisions are published: requests, 50 people at once, and the first paint in
 * Chromium. Needs `npm run build`. Prints the load of the machine.
 *
 * `npm run bench -- pages [--images N --components N --packages N --runs N --scope N]`: `--scope` only
 * measures the pages for a role in one project of so many images.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { defined } from '../src/foundation/core/defined.ts';
import { writeTextTable } from '../src/foundation/present/text-table.ts';
import type { PageCaller } from '../src/server/pages/page.ts';
import { PageReader } from '../src/server/pages/page-reader.ts';
import { Store } from '../src/server/store/store.ts';
import { BROWSER_SKIP } from '../test/support/browser.ts';
import { toCellColumns } from '../test/support/cell-columns.ts';
import { startFleetServer } from '../test/support/fleet-server.ts';
import { writeRandomFleet } from '../test/support/random-fleet.ts';

import {
  measurePaint,
  measureReaders,
  measureRequests,
  publishRevisions,
  type Times,
} from './page-readers.ts';

const PAGES = [
  '/',
  '/changes',
  '/images',
  '/images?verdict=unknown&gate=critical',
  '/images?q=image-4999&sort=name',
  '/images?sort=newest&after=50000',
  '/findings',
  '/findings?least=high&fix=none&exploited=yes',
  '/exposure?package=package-7',
  '/exposure?package=package-7&below=2.0',
  '/exposure?vulnerability=CVE-2026-17',
  '/review',
  '/compliance',
  '/health',
  '/due',
  '/timeline',
  '/images?asof=100000',
  '/search?q=package-12',
] as const;
const COLUMNS = toCellColumns([
  { title: 'PAGE' },
  { title: 'FIRST' },
  { title: 'MEDIAN' },
  { title: 'P95' },
  { title: 'CPU P95' },
  { title: 'KEPT' },
  { title: '304' },
  { title: 'GZIP' },
]);
const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-01-06T00:00:00Z');

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '100000' },
    components: { type: 'string', default: '20000' },
    packages: { type: 'string', default: '60' },
    runs: { type: 'string', default: '20' },
    scope: { type: 'string' },
  },
});

/** With `--scope`, the reader has a role in one project of so many images. */
const PROJECTS =
  values.scope === undefined
    ? undefined
    : Array.from(
        { length: Math.ceil(Number(values.images) / Number(values.scope)) },
        (_, index) => `project-${index}`,
      );
const CALLER: PageCaller = {
  id: 'viewer',
  name: 'viewer',
  roles: [],
  ...defined({ projects: PROJECTS?.slice(0, 1) }),
  closed: ['health', 'watched', 'settings'],
};
const OPEN_PAGES = PAGES.filter((address) => PROJECTS === undefined || address !== '/health');

function formatMilliseconds(value: number | undefined): string {
  return `${(value ?? 0).toFixed(1)} ms`;
}

async function measurePage(reader: PageReader, address: string, runs: number) {
  const { pathname, search } = new URL(address, 'http://127.0.0.1');
  const times: number[] = [];
  const cpu: number[] = [];
  let bytes = 0;
  let known = '';
  let now = NOW;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const begun = process.cpuUsage();
    // A page is kept for a minute.
    now += MINUTE_MS;
    const request = { path: pathname, query: search, now, known: '', caller: CALLER };
    const { body, problem, etag = '' } = await reader.answerRequest(request);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(begun);
    cpu.push((user + system) / 1_000);
    known = etag;
    bytes = gzipSync(body).length;
    if (problem !== undefined) {
      throw new Error(problem);
    }
  }
  const asking = performance.now();
  const request = { path: pathname, query: search, now, caller: CALLER };
  await reader.answerRequest({ ...request, known: '' });
  const start = performance.now();
  const { status } = await reader.answerRequest({ ...request, known });
  const unchanged = performance.now() - start;
  if (status !== 304) {
    throw new Error(`${address} was created again`);
  }
  const [first] = times;
  const sorted = times.toSorted((left, right) => left - right);
  return [
    address,
    formatMilliseconds(first),
    formatMilliseconds(sorted[Math.floor(runs / 2)]),
    formatMilliseconds(sorted[Math.ceil(runs * 0.95) - 1]),
    formatMilliseconds(cpu.toSorted((left, right) => left - right)[Math.ceil(runs * 0.95) - 1]),
    formatMilliseconds(start - asking),
    formatMilliseconds(unchanged),
    `${(bytes / 1_000).toFixed(1)} kB`,
  ] as const;
}

async function measureServer(): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-bench-server-'));
  resources.defer(() => rmSync(home, { recursive: true, force: true }));
  const { server, setting } = await startFleetServer(resources, {
    folder: home,
    images: Number(values.images),
    components: Number(values.components),
  });
  const runs = Number(values.runs);
  for (const isUpdating of [false, true]) {
    const stop = new AbortController();
    const [generation = 'none'] = readdirSync(join(home, 'generations'));
    const updates = isUpdating ? publishRevisions(setting, generation, stop.signal) : undefined;
    const measured = [
      ...(await measureRequests(server, isUpdating ? runs * 2 : runs)),
      await measureReaders(server, setting),
      ...(BROWSER_SKIP === false ? await measurePaint(server, Math.ceil(runs / 4)) : []),
    ];
    stop.abort();
    const published = await updates;
    const state = published === undefined ? 'nothing changes' : `${published} revisions meanwhile`;
    process.stdout.write(`\nserver, ${state}, load ${loadavg()[0]?.toFixed(1)}\n`);
    writeTextTable(
      { write: (text) => void process.stdout.write(text) },
      {
        columns: toCellColumns([{ title: 'REQUEST' }, { title: 'MEDIAN' }, { title: 'P95' }]),
        rows: measured.map(summarizeTimes),
      },
      { isColoured: false },
    );
  }
}

function summarizeTimes({ title, times }: Times): readonly string[] {
  const sorted = times.toSorted((left, right) => left - right);
  return [
    title,
    formatMilliseconds(sorted[Math.floor(sorted.length / 2)]),
    formatMilliseconds(sorted[Math.ceil(sorted.length * 0.95) - 1]),
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-pages-'));
try {
  const began = performance.now();
  await using store = await Store.open({ folder });
  await writeRandomFleet(store, {
    images: Number(values.images),
    components: Number(values.components),
    packagesEach: Number(values.packages),
    vulnerabilities: Number(values.components),
    seed: 34,
    isSealed: true,
    ...defined({ projects: PROJECTS }),
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  process.stdout.write(`${values.images} images written in ${seconds} s\n`);
  await using reader = await PageReader.open({ folder });
  const rows = [];
  for (const address of OPEN_PAGES) {
    rows.push(await measurePage(reader, address, Number(values.runs)));
  }
  writeTextTable(
    { write: (text) => void process.stdout.write(text) },
    { columns: COLUMNS, rows },
    { isColoured: false },
  );
  if (PROJECTS === undefined) {
    await measureServer();
  }
  const megabytes = (process.memoryUsage().rss / 1e6).toFixed(0);
  process.stdout.write(`load ${loadavg()[0]?.toFixed(1)}, ${megabytes} MB\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
