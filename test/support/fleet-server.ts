import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { openDocuments } from '../../src/server/store/documents.ts';
import { Store, type StoreSetting } from '../../src/server/store/store.ts';
import { startPageServer } from './page-server.ts';
import type { WalkedServer } from './page-walk.ts';
import { writeRandomFleet } from './random-fleet.ts';
import { ServerWorld } from './server-world.ts';

const HOUR_MS = 3_600_000;

interface FleetServerSetting {
  /** An empty directory. */
  readonly folder: string;
  readonly images: number;
  readonly components: number;
  /** Absent for SQLite. */
  readonly databaseUrl?: string;
}

/**
 * Starts a server with synthetic images, which all have the inventory of a small real target. A
 * server copies its advisories first: the synthetic matches are then of their generation.
 */
export async function startFleetServer(
  resources: AsyncDisposableStack,
  { folder, images, components, databaseUrl }: FleetServerSetting,
): Promise<{ readonly server: WalkedServer; readonly setting: StoreSetting }> {
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  world.writeTarget();
  const engine = databaseUrl === undefined ? [] : ['--database', databaseUrl];
  const options = ['--server-dir', folder, ...engine, '--db', world.database];
  {
    await using first = new AsyncDisposableStack();
    await startPageServer(first, options);
  }
  const [generation = 'none'] = readdirSync(join(folder, 'generations'));
  const setting = databaseUrl === undefined ? { folder } : { folder, databaseUrl };
  {
    await using store = await Store.open(setting);
    await writeRandomFleet(store, {
      images,
      components,
      packagesEach: 60,
      vulnerabilities: components,
      seed: 34,
      isSealed: true,
      generation,
      document: await putTarget(folder, world),
    });
  }
  return { server: await startPageServer(resources, options, HOUR_MS), setting };
}

/** Stores the inventory of a real target. */
async function putTarget(folder: string, { root, target }: ServerWorld): Promise<string> {
  const inventory = await readInventory(`dir:${target}`, { temporaryFolder: root, name: 'app' });
  const document = writeInventoryDocument({ inventory, configuration: {} });
  return await openDocuments({ folder }).put(Buffer.from(document));
}
