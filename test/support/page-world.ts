import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { Engine } from '../../src/server/engine/engine.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { Presence } from '../../src/server/engine/presence.ts';
import type { PageCaller } from '../../src/server/pages/page.ts';
import { PageReader } from '../../src/server/pages/page-reader.ts';
import { Store } from '../../src/server/store/store.ts';
import { RATED, ServerWorld } from './server-world.ts';
import type { TestEngine } from './store-engines.ts';

/** The time of everything in these worlds, unless a call has another one. */
export const NOW = '2026-01-04T00:00:00Z';

/** Opens an engine whose images have at most one finding, with the reader of its pages. */
export async function openPageWorld(t: TestContext, storeEngine: TestEngine) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase(RATED);
  world.writeTarget();
  const { folder, database } = world;
  const store = await storeEngine.create(resources);
  const engine = resources.use(await Engine.open({ folder, database, ...store }, NOW));
  const reader = resources.use(await PageReader.open({ folder, ...store }));
  let time = NOW;
  const observer = resources.use(await Store.open({ folder, ...store }));
  const runner = engine.createRunner({
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
    getTime: () => Date.parse(time),
  });
  return {
    world,
    engine,
    reader,
    store: observer,
    async push(
      name: string,
      change = (inventory: Inventory): Inventory => inventory,
      now = NOW,
      project?: string,
    ) {
      const read = await readInventory(`dir:${world.target}`, {
        temporaryFolder: world.root,
        name,
      });
      const document = writeInventoryDocument({ inventory: change(read), configuration: {} });
      const { image } = await engine.push({
        document,
        gates: {},
        now,
        ...(project === undefined ? {} : { project }),
      });
      return image.id;
    },
    /** Records the times of another process. */
    createPresence: () => new Presence(observer),
    async runJobs(now = NOW) {
      time = now;
      while (await runner.runNext()) {
        // Each job may send others.
      }
    },
    async readPage(address: string, now = NOW, caller?: PageCaller) {
      const { pathname, search } = new URL(address, 'http://127.0.0.1');
      const request = {
        path: pathname,
        query: search,
        now: Date.parse(now),
        known: '',
        ...(caller === undefined ? {} : { caller }),
      };
      const { body, status, location, bytes } = await reader.answerRequest(request);
      const [, heading = ''] = /<h1>([^]*?)<\/h1>/.exec(body) ?? [];
      return {
        body,
        status,
        location,
        bytes,
        heading,
        text: body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
      };
    },
  };
}
