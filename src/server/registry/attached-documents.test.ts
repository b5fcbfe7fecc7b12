import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import { skipUnlessInstalled } from '../../../test/support/installed-program.ts';
import {
  attachDocuments,
  DAMAGED,
  deleteImage,
  pushImage,
  pushIndex,
} from '../../../test/support/pushed-image.ts';
import { openRegistryWorld } from '../../../test/support/registry-world.ts';
import { STORE_ENGINES, type TestEngine } from '../../../test/support/store-engines.ts';
import { signStatement } from '../../compliance/attest/sign-envelope.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { listOpenDrafts } from '../engine/drafts.ts';
import { addRegistryHints } from './hints.ts';
import { parseRegistryWatch } from './registry-watch.ts';
import { addRegistryWatch, listFailedTags } from './watch-store.ts';

const START = Date.parse('2026-01-04T00:00:00Z');
const CHECK_MS = 301_000;
const CYCLONEDX = 'application/vnd.cyclonedx+json';
const IN_TOTO = 'application/vnd.in-toto+json';
const OPENVEX = 'application/vnd.openvex+json';

function writeVex(product: string, vulnerability = 'CVE-2020-0001'): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Acme Security',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: vulnerability },
        products: [{ '@id': product }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  };
}

const MUSL = 'pkg:apk/alpine/musl@1.1.20-r0';

function writeSbom(version: string): object {
  const purl = `pkg:apk/alpine/musl@${version}?arch=x86_64&distro=alpine-3.10.1`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'container', name: 'web', 'bom-ref': 'root' } },
    components: [{ type: 'library', name: 'musl', version, purl, 'bom-ref': 'musl' }],
  };
}

/** Signs a VEX document as a statement about an image. */
function signVex(vex: object, digest: string, privateKey: KeyObject): object {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'web', digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: 'https://openvex.dev/ns/v0.2.0',
    predicate: vex,
  };
  return signStatement(JSON.stringify(statement), privateKey);
}

async function openWorld(
  t: TestContext,
  storeEngine: TestEngine,
  { keys, tags = '*' }: { readonly keys?: readonly KeyObject[]; readonly tags?: string } = {},
) {
  const opened = await openRegistryWorld(t, storeEngine, START);
  const { engine, store, registry, clock } = opened;
  const { host } = registry;
  const watcher = opened.createWatcher({
    allowedHosts: [host],
    ...(keys === undefined ? {} : { trust: { keys } }),
  });
  await addRegistryWatch(store, parseRegistryWatch('shop', `${host}/shop/web`, { tags }), START);
  return {
    engine,
    store,
    registry,
    host,
    clock,
    async settle(milliseconds = 0) {
      clock.now += milliseconds;
      await opened.settle(watcher);
    },
    listDrafts: async () =>
      (await listOpenDrafts(store.db)).map(({ by, request }) => `${by}: ${request.vulnerability}`),
    listDocuments: async (image = 1) =>
      (await engine.watched.registries.listAttachments(image)).documents
        .map(({ kind, state, note }) => `${kind}, ${state}: ${note}`)
        .sort(),
  };
}

for (const storeEngine of STORE_ENGINES) {
  const skip = skipUnlessInstalled('docker-registry') || storeEngine.skip;
  suite(`documents attached to watched images on ${storeEngine.name}`, { skip }, () => {
    testAttached(storeEngine);
  });
}

function testAttached(storeEngine: TestEngine): void {
  test('VEX becomes drafts, and an SBOM is kept and compared', async (t) => {
    const { host, settle, listDrafts, listDocuments, engine } = await openWorld(t, storeEngine);
    const digest = await pushImage(host, 'shop/web', '1', '1.1.20-r0');
    await attachDocuments(host, 'shop/web', digest, [
      { type: OPENVEX, content: writeVex(MUSL) },
      { type: OPENVEX, content: writeVex('pkg:npm/left-pad@1') },
      { type: CYCLONEDX, content: writeSbom('1.1.19-r0') },
    ]);
    await settle();
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001']);
    assert.deepEqual(await listDocuments(), [
      'sbom, unsigned: 1 package: 1 not in the image, and 1 of the image missing',
      'vex, unsigned: 1 statement, 0 about this image; left out: it is not about this image or a package in it, but about pkg:npm/left-pad@1',
      'vex, unsigned: 1 statement, 1 about this image',
    ]);
    const { documents } = await engine.watched.registries.listAttachments(1);
    assert.ok(documents.every(({ document }) => /^[0-9a-f]{64}$/.test(document)));
    assert.equal((await engine.views.readStatus()).images, 1);
  });

  test('documents that arrive later are noticed once a day, or at once by an event', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { host, settle, listDrafts, listDocuments, store, clock } = world;
    const digest = await pushImage(host, 'shop/web', '1', '1.1.20-r0');
    await settle();
    assert.deepEqual(await listDocuments(), []);
    const first = { type: OPENVEX, content: writeVex(MUSL) };
    await attachDocuments(host, 'shop/web', digest, [first]);
    await settle(CHECK_MS);
    assert.deepEqual(await listDrafts(), [], 'its documents were listed today');
    await settle(DAY_MS);
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001']);
    const second = { type: OPENVEX, content: writeVex(MUSL, 'CVE-2020-0002') };
    await attachDocuments(host, 'shop/web', digest, [first, second]);
    const hints = [{ repository: 'shop/web', tag: digest.replace(':', '-') }];
    await addRegistryHints(store, { name: 'shop', hints }, clock.now);
    await settle(1_000);
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001', 'registry: CVE-2020-0002']);
    assert.equal((await listDocuments()).length, 2);
    // Nothing is read again if nothing changed, and everything goes with the image.
    const before = await store.db.selectFrom('job').select('id').execute();
    await settle(DAY_MS);
    assert.equal((await store.db.selectFrom('job').select('id').execute()).length, before.length);
    await deleteImage(host, 'shop/web', digest);
    await settle(CHECK_MS);
    for (const table of ['attached_check', 'attached_document'] as const) {
      assert.deepEqual(await store.db.selectFrom(table).selectAll().execute(), [], table);
    }
  });

  test('documents of a platform are noticed later, too', async (t) => {
    const world = await openWorld(t, storeEngine, { tags: '1' });
    const { host, settle, listDrafts, store, clock } = world;
    const platform = await pushImage(host, 'shop/web', 'amd64', '1.1.20-r0');
    await pushIndex(host, 'shop/web', '1', platform);
    await settle();
    await attachDocuments(host, 'shop/web', platform, [{ type: OPENVEX, content: writeVex(MUSL) }]);
    await settle(DAY_MS);
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001']);
    await attachDocuments(host, 'shop/web', platform, [
      { type: OPENVEX, content: writeVex(MUSL, 'CVE-2020-0002') },
    ]);
    const hints = [{ repository: 'shop/web', tag: platform.replace(':', '-') }];
    await addRegistryHints(store, { name: 'shop', hints }, clock.now);
    await settle(1_000);
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001', 'registry: CVE-2020-0002']);
  });

  test('a signed statement about the index of an image is verified', async (t) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const world = await openWorld(t, storeEngine, { keys: [publicKey], tags: '1' });
    const { host, settle, listDrafts, listDocuments } = world;
    const platform = await pushImage(host, 'shop/web', 'amd64', '1.1.20-r0');
    const index = await pushIndex(host, 'shop/web', '1', platform);
    await attachDocuments(host, 'shop/web', index, [
      { type: IN_TOTO, content: signVex(writeVex(MUSL), index, privateKey) },
    ]);
    await settle();
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001']);
    assert.deepEqual(await listDocuments(), ['vex, verified: 1 statement, 1 about this image']);
  });

  test('with keys, only signed statements about the image become drafts', async (t) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const world = await openWorld(t, storeEngine, { keys: [publicKey] });
    const { host, settle, listDrafts, listDocuments } = world;
    const digest = await pushImage(host, 'shop/web', '1', '1.1.20-r0');
    const wrong = `sha256:${'0'.repeat(64)}`;
    await attachDocuments(host, 'shop/web', digest, [
      { type: IN_TOTO, content: signVex(writeVex(MUSL), digest, privateKey) },
      {
        type: IN_TOTO,
        content: signVex(writeVex(MUSL, 'CVE-2020-0002'), digest, other.privateKey),
      },
      { type: IN_TOTO, content: signVex(writeVex(MUSL, 'CVE-2020-0003'), wrong, privateKey) },
      { type: OPENVEX, content: writeVex(MUSL, 'CVE-2020-0004') },
    ]);
    await settle();
    assert.deepEqual(await listDrafts(), ['registry: CVE-2020-0001']);
    assert.deepEqual(
      (await listDocuments()).map((one) => one.split(':')[0]),
      ['vex, other-subject', 'vex, refused', 'vex, unsigned', 'vex, verified'],
    );
  });

  test('an attached SBOM stands for an image that cannot be read, with a problem', async (t) => {
    const world = await openWorld(t, storeEngine);
    const { host, settle, engine, store } = world;
    const digest = await pushImage(host, 'shop/web', '1', DAMAGED);
    await settle();
    assert.match((await listFailedTags(store.db))[0]?.error ?? '', /^E_IMAGE_INVALID/);
    await attachDocuments(host, 'shop/web', digest, [
      { type: CYCLONEDX, content: writeSbom('1.1.20-r0') },
    ]);
    await settle(DAY_MS);
    const { items } = await engine.views.listImages({ after: 0, limit: 10 });
    assert.deepEqual(
      items.map(({ packages, problems }) => [packages, problems]),
      [[1, 1]],
    );
    const result = await engine.writeResult(1, new Date(world.clock.now).toISOString());
    assert.match(
      result,
      /the image could not be read, and its attached SBOM stands for it: E_IMAGE/,
    );
  });
}
