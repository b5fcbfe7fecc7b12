import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createPackage } from '../../bench/fleet-world.ts';
import { loadFleet } from '../../bench/load-fleet.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { Evaluator } from '../../src/server/engine/evaluator.ts';
import { updateStore } from '../../src/server/engine/update-store.ts';
import { Deliverer } from '../../src/server/notify/deliverer.ts';
import {
  checkSubscription,
  type SubscriptionRequest,
} from '../../src/server/notify/subscription.ts';
import { addSubscription } from '../../src/server/notify/subscriptions.ts';
import type { EventEffect, NoticeEvent } from '../../src/server/notify/write-event.ts';
import type { ReachChoice } from '../../src/server/query/reach-states.ts';
import { Views } from '../../src/server/query/views.ts';
import { encodeNumbers } from '../../src/server/store/number-list.ts';
import { Store } from '../../src/server/store/store.ts';
import { buildDatabase } from '../../src/vulnerability/advisory/build-database.ts';
import { type PinnedDatabase, pinDatabase } from '../../src/vulnerability/advisory/pin-database.ts';
import type { TestEngine } from './store-engines.ts';

const START = Date.parse('2026-01-03T12:00:00Z');
/** The package that every image has. */
const SHARED = createPackage(0).name;

const VECTORS = {
  critical: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  low: 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:L/A:N',
} as const;

/** An advisory about {@link SHARED} or another package. */
export interface TestAdvisory {
  readonly id: string;
  readonly severity: keyof typeof VECTORS;
  readonly package?: string;
}

export interface ReceivedMessage {
  readonly path: string;
  readonly event: NoticeEvent;
  readonly headers: http.IncomingHttpHeaders;
}

/**
 * A store of images in projects, all of which contain one package, with a server that receives
 * messages. Updates match real databases that are built from OSV documents and CISA's catalog.
 */
export async function openAlertWorld(
  t: TestContext,
  engine: TestEngine,
  { images, projects }: { readonly images: number; readonly projects: number },
) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-alert-'));
  const resources = new AsyncDisposableStack();
  t.after(async () => {
    await resources.disposeAsync();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = resources.use(await Store.open({ folder, ...(await engine.create(resources)) }));
  const world = { now: START };
  let current = await buildAdvisories(folder, [], []);
  await fillStore(store, current, { images, projects });
  const { received, url } = await startReceiver(resources);
  const deliverer = new Deliverer(store, {
    getTime: () => world.now,
    allowedHosts: new Set(['127.0.0.1']),
    source: 'https://plimsoll.example.org',
  });
  const views = new Views(store);
  return {
    store,
    world,
    deliverer,
    received,
    views,
    subscribe: async (name: string, more: Partial<SubscriptionRequest> = {}) => {
      const request = { name, channel: 'webhook', url: `${url}/${name}`, filter: {}, options: {} };
      return await addSubscription(store, checkSubscription({ ...request, ...more }), world.now);
    },
    /** Updates the store by other advisories. */
    update: async (advisories: readonly TestAdvisory[], exploited: readonly string[] = []) => {
      const before = current;
      current = await buildAdvisories(folder, advisories, exploited);
      using evaluator = new Evaluator(current.folder);
      return await updateStore(store, { before, after: current, evaluator, now: world.now });
    },
    /** States for each image the packages that it cannot load; `undefined` if it is unknown. */
    writeReach: async (list: (image: number) => readonly string[] | undefined) => {
      await store.runTransaction(async ({ db, writeRows }) => {
        const components = await db.selectFrom('component').select(['id', 'name']).execute();
        const held = await db.selectFrom('image').select('id').orderBy('id').execute();
        const rows = held.flatMap(({ id: image }) => {
          const names = list(image);
          const ids = components.filter(({ name }) => names?.includes(name)).map(({ id }) => id);
          const unreachable = encodeNumbers(ids.sort((left, right) => left - right));
          return names === undefined ? [] : [{ image, unreachable, unknown: encodeNumbers([]) }];
        });
        await writeRows('image_reach', rows);
      });
    },
    /** Counts the rows behind the number of an effect, page by page. */
    countRows: async ({ rows }: EventEffect) => {
      const { pathname, searchParams } = new URL(rows, 'https://plimsoll.example.org');
      const { effect = '', project, owner, unowned, reach } = Object.fromEntries(searchParams);
      const counts = { images: 0, count: 0 };
      // The first image of this fleet has the number 0.
      for (let after = -1; ; ) {
        const { items, next } = await views.listEffectImages({
          cause: Number(pathname.split('/')[4]),
          effect,
          ...(project === undefined ? {} : { project }),
          ...(reach === undefined ? {} : { reach: reach as ReachChoice }),
          ...(owner === undefined && unowned === undefined ? {} : { owner: owner ?? '' }),
          after,
          limit: 200,
        });
        counts.images += items.length;
        counts.count += items.reduce((sum, { findings }) => sum + findings, 0);
        if (next === undefined) {
          return counts;
        }
        after = next;
      }
    },
  };
}

async function startReceiver(resources: AsyncDisposableStack) {
  const received: ReceivedMessage[] = [];
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(pieces).toString()) as NoticeEvent;
      received.push({ path: request.url ?? '', event, headers: request.headers });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  resources.defer(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function fillStore(
  store: Store,
  { folder, digest: generation }: PinnedDatabase,
  { images, projects }: { readonly images: number; readonly projects: number },
): Promise<void> {
  using evaluator = new Evaluator(folder);
  const size = { images, components: 12, each: 2 };
  // The first package is in every image, and the second one in every second image.
  let drawn = 0;
  const draw = (): number[] => {
    drawn += 1;
    return [0, 4 + 4 * (drawn % 2)];
  };
  await loadFleet(store, { size, evaluator, generation, draw, now: START });
  await store.runTransaction(async ({ db, writeRows }) => {
    const rows = await db.selectFrom('image').selectAll().execute();
    const named = rows.map((row) => ({ ...row, project: `p${row.id % projects}` }));
    await writeRows('image', named, ['id']);
    await writeRows(
      'image_origin',
      rows.map(({ id }) => {
        const owner = id % 3 === 0 ? '' : `team-${id % 3}`;
        return { image: id, family_hash: id, owner };
      }),
    );
  });
}

async function buildAdvisories(
  folder: string,
  advisories: readonly TestAdvisory[],
  exploited: readonly string[],
): Promise<PinnedDatabase> {
  const modified = new Date(START).toISOString();
  // An empty database is refused: one advisory is about a package that no image has.
  const unused = { id: 'CVE-2020-1000', severity: 'low', package: 'unused' } as const;
  const documents = [...advisories, unused].map(({ id, severity, package: name = SHARED }) => ({
    schema_version: '1.4.0',
    id,
    modified,
    published: modified,
    severity: [{ type: 'CVSS_V3', score: VECTORS[severity] }],
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '9.0.0' }] }],
      },
    ],
  }));
  const osv = join(folder, 'advisories.json');
  writeFileSync(osv, JSON.stringify(documents));
  const kev = join(folder, 'kev.json');
  const entries = [...exploited, unused.id].map((cveID) => ({ cveID, dateAdded: '2026-01-02' }));
  writeFileSync(kev, JSON.stringify({ vulnerabilities: entries }));
  const database = join(folder, 'database');
  const sources = [
    { provider: 'osv', file: osv },
    { provider: 'kev', file: kev },
  ];
  await buildDatabase(sources, database, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now: modified,
    isLossAccepted: true,
  });
  return pinDatabase(database, join(folder, 'generations'));
}
