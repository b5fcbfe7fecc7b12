import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseRegistryWatch } from '../src/server/registry/registry-watch.ts';
import { addRegistryWatch } from '../src/server/registry/watch-store.ts';
import type { Store } from '../src/server/store/store.ts';
import { startRegistry } from '../test/support/docker-registry.ts';
import { pushImage } from '../test/support/pushed-image.ts';

const NAME = 'bench';
const REPOSITORY = 'shop/app';
const POLL_MS = 100;

/**
 * Returns how long a server needs to compare all tags of a repository with a registry, without a
 * change; `undefined` if `docker-registry` is not installed.
 */
export async function measureTags(store: Store, count: number): Promise<number | undefined> {
  if (spawnSync('docker-registry', ['--version']).error !== undefined) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-registry-'));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { host, dataFolder } = resources.use(await startRegistry({ folder }));
  const digest = await pushImage(host, REPOSITORY, 'first', '1.1.20-r0');
  const tags = Array.from({ length: count }, (_, index) => `v${index}`);
  const place = join(dataFolder, 'docker/registry/v2/repositories', REPOSITORY, '_manifests/tags');
  for (const tag of tags) {
    mkdirSync(join(place, tag, 'current'), { recursive: true });
    writeFileSync(join(place, tag, 'current', 'link'), digest);
  }
  const watch = parseRegistryWatch(NAME, `${host}/${REPOSITORY}`, { tags: 'v*' });
  const now = Date.now();
  await addRegistryWatch(store, watch, now);
  const { id } = await readWatch(store);
  const state = { taken: digest, found: now, attempts: 0, due: now, error: '' };
  await store.runTransaction(async ({ db, writeRows }) => {
    await writeRows(
      'registry_tag',
      tags.map((tag) => ({ watch: id, repository: REPOSITORY, tag, digest, ...state })),
    );
    // The server may have begun a check before the tags were there, so another one is due.
    await db.updateTable('registry_watch').set({ due: 0, succeeded: null, drift: 0 }).execute();
  });
  for (;;) {
    const { succeeded, began, error, drift } = await readWatch(store);
    if (error !== '' || drift !== 0) {
      throw new Error(`${drift} differences: ${error}`);
    }
    if (succeeded !== null && began !== null) {
      return succeeded - began;
    }
    await pause(POLL_MS);
  }
}

async function readWatch({ db }: Store) {
  return await db
    .selectFrom('registry_watch')
    .selectAll()
    .where('name', '=', NAME)
    .executeTakeFirstOrThrow();
}
