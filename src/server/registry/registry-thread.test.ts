import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startRegistry } from '../../../test/support/docker-registry.ts';
import { skipUnlessInstalled } from '../../../test/support/installed-program.ts';
import { pushImage } from '../../../test/support/pushed-image.ts';
import { Store } from '../store/store.ts';
import { startRegistryThread } from './registry-thread.ts';
import { parseRegistryWatch } from './registry-watch.ts';
import { addRegistryWatch, hasRegistryWatches, listRegistryWatches } from './watch-store.ts';

const skip = skipUnlessInstalled('docker-registry');

test('reads images on a thread of its own, which starts when something is watched', {
  skip,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-thread-'));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rmSync(root, { recursive: true, force: true }));
  const registry = resources.use(await startRegistry({ folder: root }));
  const folder = join(root, 'server');
  const store = resources.use(await Store.open({ folder }));
  const problems: unknown[] = [];
  const thread = resources.use(
    startRegistryThread(
      { folder, allowedHosts: [registry.host] },
      {
        isNeeded: async () => await hasRegistryWatches(store),
        onProblem: (error) => problems.push(error),
      },
    ),
  );
  await pushImage(registry.host, 'shop/web', '1', '1.1.20-r0');
  await addRegistryWatch(store, parseRegistryWatch('lab', `${registry.host}/shop/*`), Date.now());
  const readCounts = async () => (await listRegistryWatches(store.db))[0]?.counts;
  for (let waited = 0; (await readCounts())?.taken !== 1 && waited < 20_000; waited += 100) {
    await pause(100);
  }
  assert.deepEqual(await readCounts(), { tags: 1, taken: 1, failed: 0 });
  const jobs = await store.db.selectFrom('job').select('kind').execute();
  assert.deepEqual(
    jobs.map(({ kind }) => kind),
    ['inventory'],
  );
  assert.deepEqual(problems, []);
  await thread.end();
});
