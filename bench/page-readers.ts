import { randomUUID } from 'node:crypto';
import { SEVERITIES } from '../src/foundation/core/finding.ts';
import { DEFAULT_TENANT } from '../src/server/access/principal.ts';
import { createToken, digestToken } from '../src/server/access/secret.ts';
import { addSession } from '../src/server/access/sessions.ts';
import { readCounts } from '../src/server/engine/count-matches.ts';
import { SEGMENT_IMAGES } from '../src/server/store/counts.ts';
import { readLastId } from '../src/server/store/last-id.ts';
import { Store, type StoreSetting } from '../src/server/store/store.ts';
import { startBrowser } from '../test/support/browser.ts';
import { openContext, type WalkedServer } from '../test/support/page-walk.ts';

/** Pages with a goal of their own. */
const READ_PAGES = [
  '/',
  '/changes',
  '/exposure?package=package-7',
  '/findings',
  '/review',
] as const;
const READERS = 50;
const VISITS_EACH = 4;
const UPDATE_PAUSE_MS = 250;
const MATCHES_EACH = 50;
const SEGMENTS = 8;

/** Times of one measurement in milliseconds. */
export interface Times {
  readonly title: string;
  readonly times: readonly number[];
}

/** Fetches a page as a browser does; fails if it is not answered. */
async function fetchPage({ url, cookie }: WalkedServer, path: string, known = '') {
  const response = await fetch(new URL(path, url), {
    headers: { cookie: `plimsoll_session=${cookie}`, 'if-none-match': known },
  });
  await response.text();
  if (response.status !== 200 && response.status !== 304) {
    throw new Error(`${path} has the status ${response.status}`);
  }
  return { etag: response.headers.get('etag') ?? '', isUnchanged: response.status === 304 };
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Measures each page over HTTP, one request after the other, and answers without a change. */
export async function measureRequests(server: WalkedServer, runs: number): Promise<Times[]> {
  const found: Times[] = [];
  for (const path of READ_PAGES) {
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      times.push(await measure(async () => await fetchPage(server, path)));
    }
    found.push({ title: `GET ${path}`, times });
  }
  const unchanged: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { etag } = await fetchPage(server, '/findings');
    const start = performance.now();
    const { isUnchanged } = await fetchPage(server, '/findings', etag);
    // During an update, the page may have changed in between.
    unchanged.push(...(isUnchanged ? [performance.now() - start] : []));
  }
  return [...found, { title: `304 /findings (${unchanged.length})`, times: unchanged }];
}

/** Begins a session of another person, who may read all pages. */
async function openSession({ url }: WalkedServer, store: Store): Promise<WalkedServer> {
  const [id, secret] = [randomUUID(), createToken()];
  const grants = [{ role: 'viewer', scope: { tenant: DEFAULT_TENANT } }] as const;
  const principal = { id, name: id, grants };
  await addSession(store, { digest: digestToken(secret), principal, now: Date.now() });
  return { url, cookie: secret };
}

/** Measures many people at once, each of whom opens one page after the other. */
export async function measureReaders(server: WalkedServer, setting: StoreSetting): Promise<Times> {
  await using store = await Store.open(setting);
  const people: WalkedServer[] = [];
  while (people.length < READERS) {
    people.push(await openSession(server, store));
  }
  const times: number[] = [];
  const read = async (person: WalkedServer, reader: number): Promise<void> => {
    for (let visit = 0; visit < VISITS_EACH; visit += 1) {
      const path = READ_PAGES[(reader + visit) % READ_PAGES.length] ?? '/';
      times.push(await measure(async () => await fetchPage(person, path)));
    }
  };
  await Promise.all(people.map(async (person, index) => await read(person, index)));
  return { title: `${READERS} readers at once`, times };
}

/** Measures when Chromium has painted the text of each page. */
export async function measurePaint(server: WalkedServer, runs: number): Promise<Times[]> {
  const browser = await startBrowser();
  try {
    const context = await openContext(browser, server, { theme: 'light', width: 1_280 });
    const page = await context.newPage();
    const found: Times[] = [];
    for (const path of READ_PAGES) {
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        await page.goto(path);
        times.push(
          await page.evaluate<number>(`new Promise((resolve) => new PerformanceObserver((list) =>
            list.getEntriesByName('first-contentful-paint').forEach(({ startTime }) => resolve(startTime)),
          ).observe({ type: 'paint', buffered: true }))`),
        );
      }
      found.push({ title: `readable ${path}`, times });
    }
    return found;
  } finally {
    await browser.close();
  }
}

/**
 * Publishes revisions until it is stopped, as an update of the advisories does: each closes and
 * opens matches and counts again, so that pages are created again. Returns their number.
 */
export async function publishRevisions(
  setting: StoreSetting,
  generation: string,
  signal: AbortSignal,
): Promise<number> {
  await using store = await Store.open(setting);
  let published = 0;
  while (!signal.aborted) {
    published += 1;
    await store.runTransaction(async ({ db, writeRows }) => {
      const id = (await readLastId(db, 'revision')) + 1;
      const counts = { matched: MATCHES_EACH, opened: MATCHES_EACH, closed: MATCHES_EACH };
      await writeRows('revision', [{ id, kind: 'data', at: Date.now(), generation, ...counts }]);
      const rows = await db
        .selectFrom('match')
        .selectAll()
        .where('closed', 'is', null)
        .where('component', '>', (published * MATCHES_EACH) % 1_000)
        .limit(MATCHES_EACH)
        .execute();
      for (const { component, kind, vulnerability, number, opened } of rows) {
        await db
          .updateTable('match')
          .set({ closed: id })
          .where('component', '=', component)
          .where('kind', '=', kind)
          .where('vulnerability', '=', vulnerability)
          .where('number', '=', number)
          .where('opened', '=', opened)
          .execute();
      }
      const next = rows.map((row) => ({
        ...row,
        opened: id,
        severity: (row.severity + 1) % SEVERITIES.length,
      }));
      await writeRows('match', next);
      const segment = published % SEGMENTS;
      const rollup = await readCounts(db, segment);
      rollup.addCount(segment * SEGMENT_IMAGES + 1, 0, 1);
      await writeRows('rollup', [{ segment, counts: rollup.bytes }], ['segment']);
    });
    await new Promise((resolve) => setTimeout(resolve, UPDATE_PAUSE_MS));
  }
  return published;
}
