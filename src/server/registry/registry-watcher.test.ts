import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type DockerRegistry, startRegistry } from '../../../test/support/docker-registry.ts';
import { skipUnlessInstalled } from '../../../test/support/installed-program.ts';
import { type LoopbackServer, startServer } from '../../../test/support/loopback-server.ts';
import { deleteImage, MANIFEST_TYPE, pushImage } from '../../../test/support/pushed-image.ts';
import { openRegistryWorld } from '../../../test/support/registry-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { addRegistryHints, readRegistryHints } from './hints.ts';
import { parseRegistryWatch } from './registry-watch.ts';
import { addRegistryWatch, listFailedTags, listRegistryWatches } from './watch-store.ts';

const START = Date.parse('2026-01-04T00:00:00Z');
const CHECK_MS = 301_000;

/** Asks the registry itself which tags it has. */
async function listTruth(host: string, repositories: readonly string[]) {
  const truth: string[] = [];
  for (const repository of repositories) {
    const response = await fetch(`http://${host}/v2/${repository}/tags/list`);
    const { tags } = (await response.json()) as { readonly tags?: readonly string[] | null };
    for (const tag of tags ?? []) {
      const url = `http://${host}/v2/${repository}/manifests/${tag}`;
      const head = await fetch(url, { method: 'HEAD', headers: { accept: MANIFEST_TYPE } });
      truth.push(`${repository}:${tag} ${head.headers.get('docker-content-digest')}`);
    }
  }
  return truth.sort();
}

/** Passes requests on, so that a test can count them. */
async function startProxy(registry: DockerRegistry): Promise<LoopbackServer> {
  const [hostname = '', port] = registry.host.split(':');
  return await startServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const sent = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
}

async function openWorld(t: TestContext, storeEngine: TestEngine) {
  const opened = await openRegistryWorld(t, storeEngine, START);
  const { engine, store, registry, clock } = opened;
  const proxy = opened.resources.use(await startProxy(registry));
  const createWatcher = (allowedHosts: readonly string[]) => opened.createWatcher({ allowedHosts });
  const watcher = createWatcher([proxy.host]);
  return {
    engine,
    store,
    registry,
    proxy,
    clock,
    createWatcher,
    async addWatch(place: string, more = {}) {
      const watch = parseRegistryWatch('shop', `${proxy.host}/${place}`, more);
      await addRegistryWatch(store, watch, clock.now);
    },
    settle: async (used = watcher) => await opened.settle(used),
    async addEvents(events: readonly object[]) {
      const hints = readRegistryHints({ events });
      return await addRegistryHints(store, { name: 'shop', hints }, clock.now);
    },
    async listTags() {
      const rows = await store.db.selectFrom('registry_tag').selectAll().execute();
      return rows.map(({ repository, tag, digest }) => `${repository}:${tag} ${digest}`).sort();
    },
    async listImageNames() {
      const { items } = await engine.views.listImages({ after: 0, limit: 100 });
      return items.map(({ name }) => name.replace(proxy.host, 'HOST')).sort();
    },
    async readWatch() {
      const [watch] = await listRegistryWatches(store.db);
      assert.ok(watch);
      return watch;
    },
  };
}

function createEvent(action: string, repository: string, tag: string, digest = ''): object {
  return { id: '1', action, target: { repository, tag, digest, mediaType: MANIFEST_TYPE } };
}

const programs = skipUnlessInstalled('docker-registry');

for (const storeEngine of STORE_ENGINES) {
  const skip = programs || storeEngine.skip;
  suite(`watching a registry on ${storeEngine.name}`, { skip }, () => {
    test('equals the registry after pushes, retags and deletions, also without events', async (t) => {
      const world = await openWorld(t, storeEngine);
      const { registry, clock } = world;
      const { host } = registry;
      const expectEqual = async () => {
        assert.deepEqual(
          await world.listTags(),
          await listTruth(host, ['shop/web', 'shop/api', 'shop/new']),
        );
      };
      const first = await pushImage(host, 'shop/web', '1.0', '1.1.20-r0');
      await pushImage(host, 'shop/web', 'latest', '1.1.20-r0');
      await pushImage(host, 'shop/api', '2', '1.1.21-r0');
      await pushImage(host, 'other/web', '1', '1.1.22-r0');
      await world.addWatch('shop/*');
      await world.settle();
      await expectEqual();
      assert.deepEqual(await world.listImageNames(), [
        'HOST/shop/api:2',
        'HOST/shop/web:1.0',
        'HOST/shop/web:latest',
      ]);
      assert.equal((await world.readWatch()).drift, 0);
      // An event is only a hint: the registry is asked which digest the tag has.
      await pushImage(host, 'shop/web', 'latest', '1.1.24-r3');
      const push = createEvent('push', 'shop/web', 'latest', `sha256:${'0'.repeat(64)}`);
      assert.equal(await world.addEvents([push, push, createEvent('pull', 'shop/api', '2')]), 1);
      await world.settle();
      await expectEqual();
      assert.equal((await world.readWatch()).drift, 0);
      // Lost events: a retag, a new repository, and a deletion of all tags of a digest.
      await pushImage(host, 'shop/api', '2', '1.1.24-r3');
      await pushImage(host, 'shop/new', 'a', '1.1.24-r2');
      await deleteImage(host, 'shop/web', first);
      await world.settle();
      assert.equal((await world.readWatch()).drift, 0, 'it is not due yet');
      clock.now += CHECK_MS;
      await world.settle();
      await expectEqual();
      assert.equal((await world.readWatch()).drift, 3);
      // Late and duplicate events, about tags that were deleted or never existed.
      const late = [
        createEvent('push', 'shop/web', '1.0', first),
        createEvent('delete', 'shop/web', '', first),
        createEvent('push', 'shop/web', 'never'),
        createEvent('push', 'other/web', '1'),
        createEvent('push', '../../etc', 'x'),
        createEvent('push', 'shop/web', '../x'),
        {},
      ];
      assert.equal(await world.addEvents([...late, ...late]), 3);
      await world.settle();
      await expectEqual();
      clock.now += CHECK_MS;
      await world.settle();
      assert.equal((await world.readWatch()).drift, 3);
      assert.deepEqual((await world.readWatch()).counts, { tags: 3, taken: 3, failed: 0 });
      assert.deepEqual(await world.engine.audit(), []);
    });

    test('an unchanged tag costs one request, and a known layer is not fetched', async (t) => {
      const world = await openWorld(t, storeEngine);
      const { registry, proxy, clock } = world;
      const { host } = registry;
      await pushImage(host, 'shop/web', '1', '1.1.20-r0');
      await pushImage(host, 'shop/web', '2', '1.1.21-r0');
      await world.addWatch('shop/web', { tags: '*' });
      await world.settle();
      const listPaths = () =>
        proxy.requests
          .splice(0)
          .map((line) => line.split(' ').slice(0, 2).join(' ').replace(/\?.*/, ''))
          .filter((line) => !line.endsWith('/v2/'));
      const before = listPaths().filter((line) => line.includes('/blobs/'));
      // Two configurations, one shared layer, and two own ones.
      assert.equal(new Set(before).size, 5);
      assert.equal(before.length, 5, before.join('\n'));
      clock.now += CHECK_MS;
      await world.settle();
      assert.deepEqual(listPaths().sort(), [
        'GET /v2/shop/web/tags/list',
        'HEAD /v2/shop/web/manifests/1',
        'HEAD /v2/shop/web/manifests/2',
      ]);
    });

    test('lists attached documents by their tags, and removes them with the image', async (t) => {
      const world = await openWorld(t, storeEngine);
      const { registry, clock, engine, store } = world;
      const { host } = registry;
      const digest = await pushImage(host, 'shop/web', '1', '1.1.20-r0');
      await world.addWatch('shop/web');
      await world.settle();
      const list = async () =>
        (await engine.watched.registries.listAttachments(1)).items.map(({ name, kind }) => [
          kind,
          name,
        ]);
      assert.deepEqual(await list(), []);
      const tag = `${digest.replace(':', '-')}.sig`;
      await pushImage(host, 'shop/web', tag, 'signature');
      clock.now += CHECK_MS;
      await world.settle();
      assert.deepEqual(await list(), [['signature', tag]]);
      assert.deepEqual(await world.listTags(), [`shop/web:1 ${digest}`]);
      const signature = await pushImage(host, 'shop/web', tag, 'signature');
      await deleteImage(host, 'shop/web', signature);
      clock.now += CHECK_MS;
      await world.settle();
      assert.deepEqual(await list(), []);
      assert.equal((await world.readWatch()).drift, 0);
      assert.deepEqual(await store.db.selectFrom('registry_attachment').selectAll().execute(), []);
    });

    test('reports failures with their reason, and keeps what it knows', async (t) => {
      const world = await openWorld(t, storeEngine);
      const { registry, clock, store } = world;
      await pushImage(registry.host, 'shop/web', '1', '1.1.20-r0');
      await world.addWatch('shop/*', { platforms: ['linux/amd64', 'linux/arm64'] });
      await world.settle();
      // The only platform is stored, and the other one is reported until the registry has it.
      const [failed] = await listFailedTags(store.db);
      assert.deepEqual([failed?.repository, failed?.tag, failed?.attempts], ['shop/web', '1', 1]);
      assert.match(failed?.error ?? '', /linux\/arm64/);
      assert.deepEqual(await world.listImageNames(), ['HOST/shop/web:1']);
      await registry[Symbol.asyncDispose]();
      clock.now += CHECK_MS;
      await world.settle();
      const watch = await world.readWatch();
      assert.match(watch.error ?? '', /^E_NETWORK: /);
      assert.equal(watch.counts.tags, 1);
      assert.equal(watch.drift, 0);
    });

    test('only reaches public addresses and allowed hosts', async (t) => {
      const world = await openWorld(t, storeEngine);
      const { proxy, createWatcher } = world;
      await pushImage(world.registry.host, 'shop/web', '1', '1.1.20-r0');
      await world.addWatch('shop/web');
      await world.settle(createWatcher([]));
      assert.deepEqual(proxy.requests, []);
      assert.match(
        (await world.readWatch()).error ?? '',
        /is not allowed, because its address is in a private network/,
      );
      assert.deepEqual(await world.listTags(), []);
    });
  });
}

test('receives the notifications of a real registry', { skip: programs }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-events-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const bodies: string[] = [];
  await using receiver = await startServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (piece) => (body += piece));
    incoming.on('end', () => {
      bodies.push(body);
      outgoing.writeHead(202).end('{}');
    });
  });
  const url = `${receiver.origin}/api/v1/registry-watches/shop/events`;
  await using registry = await startRegistry({ folder, receiver: { url, token: 'secret' } });
  const digest = await pushImage(registry.host, 'shop/web', '1', '1.1.20-r0');
  await deleteImage(registry.host, 'shop/web', digest);
  const hasAll = () => bodies.some((body) => body.includes('"delete"'));
  for (let waited = 0; !hasAll() && waited < 10_000; waited += 50) {
    await pause(50);
  }
  assert.match(receiver.requests[0] ?? '', /^POST .*\/shop\/events Bearer secret$/);
  const hints = bodies.flatMap((body) => readRegistryHints(JSON.parse(body)));
  assert.ok(hints.some(({ repository, tag }) => repository === 'shop/web' && tag === '1'));
  assert.ok(hints.some(({ repository, tag }) => repository === 'shop/web' && tag === ''));
});
