import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { Engine } from '../../src/server/engine/engine.ts';
import {
  RegistryWatcher,
  type WatcherSetting,
} from '../../src/server/registry/registry-watcher.ts';
import { openDocuments } from '../../src/server/store/documents.ts';
import { Store } from '../../src/server/store/store.ts';
import { startRegistry } from './docker-registry.ts';
import { ServerWorld } from './server-world.ts';
import type { TestEngine } from './store-engines.ts';

/** Opens an empty `docker-registry`, and a server that can watch it. */
export async function openRegistryWorld(t: TestContext, storeEngine: TestEngine, start: number) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  const { folder, database } = world;
  const setting = { folder, database, ...(await storeEngine.create(resources)) };
  const engine = resources.use(await Engine.open(setting, new Date(start).toISOString()));
  const store = resources.use(await Store.open(setting));
  const registryFolder = mkdtempSync(join(tmpdir(), 'plimsoll-watch-'));
  resources.defer(() => rmSync(registryFolder, { recursive: true, force: true }));
  const registry = resources.use(await startRegistry({ folder: registryFolder }));
  const clock = { now: start };
  const runner = engine.createRunner({
    signal: new AbortController().signal,
    pauseMs: 1,
    onProblem: (error) => assert.fail(String(error)),
    getTime: () => clock.now,
  });
  return {
    resources,
    engine,
    store,
    registry,
    clock,
    createWatcher: (more: Pick<WatcherSetting, 'allowedHosts' | 'trust'>) =>
      new RegistryWatcher({
        store,
        documents: openDocuments({ folder }),
        limits: DEFAULT_LIMITS,
        temporaryFolder: world.root,
        cache: { folder: join(world.root, 'facts'), build: 'test', isRenewed: false },
        getTime: () => clock.now,
        ...more,
      }),
    /** Checks, reads and stores until nothing is left. */
    async settle(watcher: RegistryWatcher) {
      await watcher.checkWatches();
      while (await watcher.readNext()) {
        // Each call reads one image.
      }
      while (await runner.runNext()) {
        // Each job adds one.
      }
    },
  };
}
