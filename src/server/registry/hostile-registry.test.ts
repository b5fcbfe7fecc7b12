import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { startServer } from '../../../test/support/loopback-server.ts';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { FixtureLayout } from '../../foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../foundation/bytes/tar/tar.fixture.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { openDocuments } from '../store/documents.ts';
import { Store } from '../store/store.ts';
import { parseRegistryWatch } from './registry-watch.ts';
import { RegistryWatcher } from './registry-watcher.ts';
import { addRegistryWatch, listFailedTags, listRegistryWatches } from './watch-store.ts';

/* A registry is not trusted more than the images in it. */

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const FALSE_DIGEST = `sha256:${'0'.repeat(64)}`;

type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => void;

/** Watches `x/*` of a registry that answers everything but `/v2/` by a function. */
async function watchRegistry(t: TestContext, answer: Answer) {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  const { folder } = world;
  const store = resources.use(await Store.open({ folder }));
  const server = resources.use(
    await startServer((request, response) => {
      const path = request.url ?? '';
      if (path === '/v2/') {
        response.end('{}');
      } else {
        answer(path, response, request);
      }
    }),
  );
  const clock = { now: 1 };
  const watcher = new RegistryWatcher({
    store,
    documents: openDocuments({ folder }),
    limits: { ...DEFAULT_LIMITS, httpTriesMax: 1 },
    allowedHosts: [server.host],
    temporaryFolder: world.root,
    getTime: () => clock.now,
  });
  await addRegistryWatch(store, parseRegistryWatch('x', `${server.host}/x/*`), clock.now);
  return {
    server,
    store,
    clock,
    async settle() {
      await watcher.checkWatches();
      while (await watcher.readNext()) {
        // Each call reads one image.
      }
      const [watch] = await listRegistryWatches(store.db);
      assert.ok(watch);
      return watch;
    },
    async listTags() {
      const rows = await store.db.selectFrom('registry_tag').selectAll().execute();
      return rows.map(({ repository, tag }) => `${repository}:${tag}`);
    },
  };
}

function sendJson(response: ServerResponse, value: unknown, headers = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

test('an endless list ends, and its links lead nowhere else', async (t) => {
  const elsewhere = await startServer((_, response) => response.end('{}'));
  t.after(async () => await elsewhere[Symbol.asyncDispose]());
  const { server, settle, listTags } = await watchRegistry(t, (path, response) => {
    const isCatalog = path.startsWith('/v2/_catalog');
    const link = `<${elsewhere.origin}/v2/_catalog?last=x%2Fa&n=1>; rel="next"`;
    sendJson(response, isCatalog ? { repositories: ['x/a'] } : { tags: [] }, { link });
  });
  const watch = await settle();
  assert.equal(watch.error, undefined);
  assert.deepEqual(await listTags(), []);
  assert.deepEqual(elsewhere.requests, []);
  assert.ok(server.requests.length < 10, server.requests.join('\n'));
});

test('a page without names does not end a list', async (t) => {
  const { settle, listTags } = await watchRegistry(t, (path, response) => {
    if (path.startsWith('/v2/_catalog')) {
      const isFirst = !path.includes('last=');
      const link = isFirst ? { link: '</v2/_catalog?last=hidden&n=1>; rel="next"' } : {};
      sendJson(response, { repositories: isFirst ? [] : ['x/a'] }, link);
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1'] });
    } else {
      response.writeHead(200, { 'docker-content-digest': FALSE_DIGEST }).end();
    }
  });
  await settle();
  assert.deepEqual(await listTags(), ['x/a:1']);
});

test('a list whose pages never end is an error', async (t) => {
  let pages = 0;
  const { server, settle } = await watchRegistry(t, (_, response) => {
    pages += 1;
    const link = `</v2/_catalog?last=p${pages}>; rel="next"`;
    sendJson(response, { repositories: ['x/a'] }, { link });
  });
  const { error } = await settle();
  assert.match(error ?? '', /^E_LIMIT: .*too many pages/);
  assert.ok(server.requests.length < 150, `${server.requests.length}`);
});

test('a list of documents that fails once removes nothing, and its trace ends with the next', async (t) => {
  let isFailing = false;
  const { clock, settle, store } = await watchRegistry(t, (path, response) => {
    if (path.startsWith('/v2/_catalog')) {
      sendJson(response, { repositories: ['x/a'] });
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1'] });
    } else if (path.includes('/referrers/') && isFailing) {
      response.end('{');
    } else if (path.includes('/referrers/')) {
      const found = { mediaType: 'm', digest: FALSE_DIGEST, size: 1, artifactType: 'sbom' };
      const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [found] };
      sendJson(response, index);
    } else {
      response.writeHead(200, { 'docker-content-digest': FALSE_DIGEST }).end();
    }
  });
  const settleLater = async () => {
    clock.now += 2 * DAY_MS;
    assert.equal((await settle()).error, undefined);
    const notes = await store.db.selectFrom('attached_document').select('note').execute();
    const kinds = await store.db.selectFrom('registry_attachment').select('kind').execute();
    return [...kinds.map(({ kind }) => kind), ...notes.map(({ note }) => note.slice(0, 12))];
  };
  assert.deepEqual(await settleLater(), ['sbom']);
  isFailing = true;
  assert.deepEqual(await settleLater(), ['sbom', 'not read: E_']);
  isFailing = false;
  assert.deepEqual(await settleLater(), ['sbom']);
});

/** Answers for one image, `x/a:1`, with the blobs and manifests of a layout. */
function serveLayout(layout: FixtureLayout, digest: string): Answer {
  return (path, response) => {
    const content = layout.blobs.get(path.split('/').at(-1) ?? '');
    if (path.startsWith('/v2/_catalog')) {
      sendJson(response, { repositories: ['x/a'] });
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1'] });
    } else if (path.endsWith('/manifests/1')) {
      response.writeHead(200, { 'docker-content-digest': digest }).end();
    } else if (content === undefined || path.includes('/referrers/')) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(content);
    }
  };
}

for (const path of ['/referrers/', '/manifests/sha256-', '/manifests/sha256:c']) {
  test(`documents that a registry does not return (${path}) are read later`, async (t) => {
    const layout = new FixtureLayout();
    const { digest } = layout.addImage({ layers: [createTar([{ name: 'x', content: 'x' }])] });
    const serve = serveLayout(layout, digest);
    const named = { mediaType: MANIFEST_TYPE, digest: `sha256:${'c'.repeat(64)}`, size: 1 };
    let status: number | undefined = 429;
    const world = await watchRegistry(t, (requested, response, request) => {
      if (requested.includes(path) && status !== undefined) {
        response.writeHead(status).end();
      } else if (requested.includes('/referrers/') && path.includes('sha256:c')) {
        sendJson(response, { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [named] });
      } else {
        serve(requested, response, request);
      }
    });
    const { clock, settle, server, store } = world;
    const countJobs = async () =>
      (await store.db.selectFrom('job').select('id').execute()).length > 0;
    const countReads = () =>
      server.requests.filter((line) => line.includes(`/manifests/${digest}`)).length;
    // The image is stored, and its tag states what is missing.
    await settle();
    assert.equal(countReads(), 1, server.requests.join('\n'));
    assert.equal(await countJobs(), true);
    const [failed] = await listFailedTags(store.db);
    assert.match(
      failed?.error ?? '',
      /^the image was read, but not all documents attached to it: rate limit of .* exceeded$/,
    );
    status = undefined;
    clock.now += DAY_MS;
    await settle();
    assert.deepEqual(await listFailedTags(store.db), []);
    assert.equal(countReads(), 2);
  });
}

test('an image that cannot be read is requested once, whatever is attached to it', async (t) => {
  const layout = new FixtureLayout();
  const layer = createTar([{ name: 'x', content: 'x' }]);
  const { digest } = layout.addImage({ layers: [layer] });
  const serve = serveLayout(layout, digest);
  const blob = `/blobs/${layout.add(layer)}`;
  const { settle, server, store } = await watchRegistry(t, (path, response, request) =>
    path.endsWith(blob) ? response.writeHead(503).end() : serve(path, response, request),
  );
  await settle();
  assert.match((await listFailedTags(store.db))[0]?.error ?? '', /^E_NETWORK: .* returned 503/);
  assert.equal(server.requests.filter((line) => line.includes(blob)).length, 1);
});

test('names that are not those of repositories and tags are left out', async (t) => {
  const repositories = ['x/../../etc', 'x/A', 'x/a?b', 'x/ok', 'y/other', 7, null, ' x/b'];
  const tags = ['1', '../1', '1?x', '', ' ', 'a/b', '\u0000', 'x'.repeat(129), {}, '-x'];
  const { server, settle, listTags } = await watchRegistry(t, (path, response) => {
    if (path.startsWith('/v2/_catalog')) {
      sendJson(response, { repositories });
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags });
    } else {
      response.writeHead(200, { 'docker-content-digest': FALSE_DIGEST }).end();
    }
  });
  await settle();
  assert.deepEqual(await listTags(), ['x/ok:1']);
  const heads = server.requests.filter((line) => line.startsWith('HEAD'));
  assert.deepEqual(heads, ['HEAD /v2/x/ok/manifests/1 -']);
});

test('an image that does not have the digest of its tag is not believed', async (t) => {
  const layout = new FixtureLayout();
  const { digest } = layout.addImage({ layers: [createTar([{ name: 'x', content: 'x' }])] });
  const { store, settle } = await watchRegistry(t, (path, response) => {
    if (path.startsWith('/v2/_catalog')) {
      sendJson(response, { repositories: ['x/a'] });
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1', '2'] });
    } else {
      // Another manifest under the digest that was promised, and no digest at all.
      const header = path.endsWith('/1') ? FALSE_DIGEST : 'sha256:"><script>';
      response.writeHead(200, {
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
        'docker-content-digest': header,
      });
      response.end(layout.blobs.get(digest));
    }
  });
  const { counts } = await settle();
  const failed = await listFailedTags(store.db);
  assert.deepEqual([counts.tags, counts.taken], [2, 0]);
  assert.match(failed[0]?.error ?? '', /^E_DIGEST_MISMATCH/);
  assert.equal(failed[0]?.digest, FALSE_DIGEST);
  // Without a valid digest in the head, that of the content counts.
  assert.equal(failed[1]?.digest, digest);
  assert.equal((await store.db.selectFrom('job').selectAll().execute()).length, 0);
});

test('redirects to private addresses, pages and broken lists are reasons, and remove nothing', async (t) => {
  let catalog: Answer = (_, response) => sendJson(response, { repositories: ['x/a'] });
  const { clock, settle, listTags } = await watchRegistry(t, (path, response, request) => {
    if (path.startsWith('/v2/_catalog')) {
      catalog(path, response, request);
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1'] });
    } else {
      response.writeHead(200, { 'docker-content-digest': FALSE_DIGEST }).end();
    }
  });
  await settle();
  assert.deepEqual(await listTags(), ['x/a:1']);
  for (const [broken, reason] of [
    [
      (_: string, response: ServerResponse) =>
        response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end(),
      /is not allowed, because its address is in a private network/,
    ],
    [(_: string, response: ServerResponse) => response.end('<html>'), /E_DOCUMENT_INVALID/],
    [(_: string, response: ServerResponse) => response.writeHead(500).end(), /returned 500/],
    [(_: string, response: ServerResponse) => response.writeHead(401).end(), /E_UNAUTHORIZED/],
    [(_: string, response: ServerResponse) => response.destroy(), /E_NETWORK/],
    [(_: string, response: ServerResponse) => sendJson(response, {}), /has no "repositories"/],
    [
      (_: string, response: ServerResponse) => response.end('['.repeat(100_000)),
      /E_LIMIT|E_DOCUMENT_INVALID/,
    ],
  ] as const) {
    catalog = broken;
    clock.now += 400_000;
    assert.match((await settle()).error ?? '', reason);
    assert.deepEqual(await listTags(), ['x/a:1']);
  }
  catalog = (_, response) => sendJson(response, { repositories: ['x/a'] });
  clock.now += 400_000;
  assert.equal((await settle()).error, undefined);
});

test('lists referrers of an image when it is new, and not again', async (t) => {
  const layout = new FixtureLayout();
  const { digest } = layout.addImage({ layers: [createTar([{ name: 'x', content: 'x' }])] });
  const sbom = `sha256:${'b'.repeat(64)}`;
  const manifests = [
    { digest: sbom, artifactType: 'application/spdx+json' },
    { digest: 'x', artifactType: 'y' },
    { digest: FALSE_DIGEST },
    'z',
  ];
  const { server, store, clock, settle } = await watchRegistry(t, (path, response) => {
    if (path.startsWith('/v2/_catalog')) {
      sendJson(response, { repositories: ['x/a'] });
    } else if (path.includes('/tags/list')) {
      sendJson(response, { tags: ['1'] });
    } else if (path.includes('/referrers/')) {
      sendJson(response, { manifests });
    } else {
      response.writeHead(200, {
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
        'docker-content-digest': digest,
      });
      response.end(layout.blobs.get(path.split('/').at(-1) ?? '') ?? layout.blobs.get(digest));
    }
  });
  const { counts } = await settle();
  assert.deepEqual(counts, { tags: 1, taken: 1, failed: 0 });
  const list = async () =>
    (await store.db.selectFrom('registry_attachment').selectAll().orderBy('name').execute()).map(
      ({ subject, name, kind }) => [subject === digest, name, kind],
    );
  const expected = [
    [true, FALSE_DIGEST, 'artifact'],
    [true, sbom, 'application/spdx+json'],
  ];
  assert.deepEqual(await list(), expected);
  server.requests.length = 0;
  clock.now += 400_000;
  await settle();
  assert.deepEqual(await list(), expected);
  assert.equal(server.requests.filter((line) => line.includes('referrers')).length, 0);
});
