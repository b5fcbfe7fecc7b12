import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import {
  BASE,
  BASE_FEEDS,
  buildSampleDatabase,
  findExamplesDirectory,
  SAMPLE,
  SAMPLE_FEEDS,
  SMALL_BASE,
} from '../../src/cli/sample-data.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { openDocuments } from '../../src/server/store/documents.ts';
import { writeRandomFleet } from './random-fleet.ts';
import { ServerApp } from './server-app.ts';
import type { TestEngine } from './store-engines.ts';

const NOW = Date.parse('2026-01-05T00:00:00Z');

/** The images that `serve --sample` has. */
const SAMPLES = [
  ['debian:trixie-slim', join('base-images', BASE)],
  ['alpine:3.20', join('base-images', SMALL_BASE)],
  ['shop:1.4', SAMPLE],
] as const;

/** Starts a server with the images of `serve --sample`. */
export async function openSampleServer(
  resources: AsyncDisposableStack,
  engine: TestEngine,
): Promise<ServerApp> {
  const store = await engine.create(resources);
  const buildDatabase = async (folder: string): Promise<void> =>
    await buildSampleDatabase([...BASE_FEEDS, ...SAMPLE_FEEDS], folder);
  const app = resources.use(await ServerApp.start(NOW, { store, buildDatabase }));
  for (const [name, file] of SAMPLES) {
    const source = join(findExamplesDirectory(), file);
    await app.pushInventory(await readInventory(source, { temporaryFolder: app.world.root, name }));
  }
  return app;
}

/** Starts a server with random images, which all have the inventory of a small target. */
export async function openFleetServer(
  resources: AsyncDisposableStack,
  engine: TestEngine,
  images: number,
): Promise<ServerApp> {
  const app = resources.use(await ServerApp.start(NOW, { store: await engine.create(resources) }));
  const { folder, root, target } = app.world;
  const [generation = ''] = readdirSync(join(folder, 'generations'));
  const inventory = await readInventory(`dir:${target}`, { temporaryFolder: root, name: 'app' });
  const document = writeInventoryDocument({ inventory, configuration: {} });
  await writeRandomFleet(app.store, {
    images,
    components: images,
    packagesEach: 40,
    vulnerabilities: images / 5,
    seed: 34,
    isSealed: true,
    generation,
    document: await openDocuments({ folder }).put(Buffer.from(document)),
  });
  return app;
}

/** Returns a page as a browser receives it. */
export async function readPage(app: ServerApp, address: string): Promise<string> {
  const response = await app.send(address);
  assert.equal(response.status, 200, address);
  return await response.text();
}

/** Returns the answer of the API as a client receives it. */
export async function readJson<Value>(app: ServerApp, path: string): Promise<Value> {
  const response = await app.send(`/api/v1${path}`);
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text}`);
  return JSON.parse(text) as Value;
}
