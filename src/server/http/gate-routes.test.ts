import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { ServerApp } from '../../../test/support/server-app.ts';
import { listPodImages } from './admission-object.ts';
import { writeRows } from './write-rows.ts';

const NOW = Date.parse('2026-01-04T00:00:00Z');
const DIGEST = `sha256:${'a'.repeat(64)}`;
const CLEAN = `sha256:${'b'.repeat(64)}`;
const OTHER = `sha256:${'c'.repeat(64)}`;
const SHOP = { tenant: 'default', project: 'shop' };

function createImage(imageId: string) {
  const manifestDigest = imageId.replaceAll(/[abc]/g, 'd');
  const lists = {
    tags: [],
    repoDigests: [`registry.example/app@${imageId}`],
    labels: {},
    layers: [],
  };
  return {
    kind: 'image',
    imageId,
    manifestDigest,
    mediaType: '',
    ...lists,
    os: 'linux',
    architecture: 'amd64',
  };
}

function createReview(object: unknown, operation = 'CREATE') {
  const request = { uid: 'u', operation, object };
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  return { method: 'POST', body: JSON.stringify(body) };
}

suite('questions whether something may ship', () => {
  let server: ServerApp;

  before(async () => {
    server = await ServerApp.start(NOW);
    const now = new Date(NOW).toISOString();
    await server.engine.setPolicy({ severity: 'unknown', policies: [] }, now);
    await server.push('shop/app', '?project=shop', createImage(DIGEST));
    server.world.writeTarget('1.1.24-r3');
    await server.push('other/app', '?project=other', createImage(CLEAN));
  });
  after(async () => await server[Symbol.asyncDispose]());

  async function ask(body: object, headers = {}) {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const response = await server.send('/api/v1/gate', init, headers);
    return (await response.json()) as Record<string, unknown>;
  }

  test('a known digest has the verdict of its image, and an unknown one has none', async () => {
    const failed = await ask({ digest: DIGEST });
    assert.deepEqual([failed['outcome'], failed['exitStatus'], failed['images']], ['fail', 2, [1]]);
    assert.match(String((failed['reasons'] as string[])[0]), /1 open finding/);
    const unknown = await ask({ digest: OTHER });
    assert.deepEqual(unknown, {
      outcome: 'unknown',
      exitStatus: 4,
      reasons: ['no image with this digest was pushed'],
      images: [],
    });
    const invalid = await ask({ digest: 'sha256:x' });
    assert.equal(invalid['code'], 'E_USAGE');
  });

  test('the worst verdict counts if a digest has several inventories', async () => {
    const first = await ask({ digest: CLEAN });
    server.world.writeTarget('1.1.20-r0');
    await server.push('evil/app', '?project=shop', createImage(CLEAN));
    const now = await ask({ digest: CLEAN });
    assert.deepEqual([first['outcome'], now['outcome']], ['pass', 'fail']);
  });

  test('an SBOM is judged, and not stored', async () => {
    const sbom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        { type: 'operating-system', name: 'alpine', version: '3.10.1' },
        {
          type: 'library',
          name: 'musl',
          version: '1.1.20-r0',
          purl: 'pkg:apk/alpine/musl@1.1.20-r0?arch=x86_64&distro=alpine-3.10.1',
        },
      ],
    };
    const countImages = async () => (await server.engine.readStatus()).images;
    const count = await countImages();
    const asObject = await ask({ sbom });
    assert.equal(asObject['outcome'], 'fail', JSON.stringify(asObject));
    assert.deepEqual(await ask({ sbom: JSON.stringify(sbom) }), asObject);
    assert.equal((await ask({ sbom: { x: 1 } }))['code'], 'E_DOCUMENT_UNKNOWN');
    assert.equal((await ask({ sbom: 'x', digest: DIGEST }))['code'], 'E_USAGE');
    assert.equal(await countImages(), count);
  });

  test('a caller of one project gets no answer about others', async () => {
    const shop = await server.openSession('shop', SHOP, ['admission']);
    const other = await server.openSession('other', { ...SHOP, project: 'other' }, ['admission']);
    assert.equal((await ask({ digest: DIGEST }, shop))['outcome'], 'fail');
    assert.equal((await ask({ digest: DIGEST }, other))['outcome'], 'unknown');
    const listDenied = async (headers: Record<string, string>) =>
      await (await server.send('/api/v1/admission/denied', {}, headers)).json();
    assert.deepEqual(await listDenied(other), { digests: [], count: 0 });
    const { digests } = (await listDenied(shop)) as { readonly digests: readonly string[] };
    assert.ok(digests.includes(DIGEST));
    assert.deepEqual(digests, digests.toSorted());
  });

  test('denied digests have an ETag until the store changes', async () => {
    const first = await server.send('/api/v1/admission/denied');
    const known = { 'if-none-match': first.headers.get('etag') ?? '' };
    assert.equal((await server.send('/api/v1/admission/denied', {}, known)).status, 304);
  });

  test('a pod with a failed image is denied, and the address chooses the answer for unknown', async () => {
    const review = async (image: string, query = '') => {
      const object = { spec: { containers: [{ image }] } };
      const path = `/api/v1/admission/review${query}`;
      const { response } = (await (await server.send(path, createReview(object))).json()) as {
        readonly response: Record<string, unknown>;
      };
      return [response['allowed'], ((response['warnings'] ?? []) as string[]).length];
    };
    const unknown = `registry.example/app@${OTHER}`;
    assert.deepEqual(await review(`registry.example/app@${DIGEST}`, '?unknown=allow'), [false, 0]);
    assert.deepEqual(await review(unknown), [false, 0]);
    assert.deepEqual(await review(unknown, '?unknown=warn&timeout=10s'), [true, 1]);
    assert.deepEqual(await review(unknown, '?unknown=allow'), [true, 0]);
    assert.deepEqual(await review('registry.example/app:1'), [false, 0]);
    assert.deepEqual(await review(`registry.example/app@${DIGEST}:tag`), [false, 0]);
  });

  test('a review of an object without containers is an error, so that it is not allowed', async () => {
    const send = async (object: unknown, operation?: string) =>
      (await server.send('/api/v1/admission/review', createReview(object, operation))).status;
    assert.equal(await send({ spec: {} }), 400);
    assert.equal(await send(undefined), 400);
    assert.equal(await send({ spec: { containers: [{ name: 'x' }] } }), 400);
    assert.equal(await send({ spec: { containers: {} } }), 400);
    assert.equal(await send(null, 'DELETE'), 200);
  });

  test('exports have each row once, also in a project, and no formulas', async () => {
    server.world.writeTarget('1.1.20-r0');
    await server.push('=cmd|x', '?project=shop');
    const read = async (path: string, headers = {}) => {
      const response = await server.send(`/api/v1/exports/${path}`, {}, headers);
      assert.equal(response.status, 200);
      return [response.headers.get('content-type') ?? '', await response.text()] as const;
    };
    const [type, csv] = await read('images?format=csv');
    assert.equal(type, 'text/csv; charset=UTF-8; header=present');
    assert.match(csv, /^id,name,project,digest,packages,problems,firstSeen,outcome,/);
    assert.match(csv, /\r\n\d,'=cmd\|x,shop,/);
    const [, lines] = await read('findings?format=jsonl&name=shop*');
    const row = JSON.parse(lines) as Record<string, unknown>;
    assert.deepEqual([row['image'], row['vulnerability']], [1, 'CVE-2020-0001']);
    const auditor = await server.openSession('a', { ...SHOP, project: 'other' }, ['auditor']);
    const [, own] = await read('images?format=jsonl', auditor);
    assert.deepEqual(
      own
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { name: string }).name),
      ['other/app'],
    );
    assert.equal((await read('findings?format=jsonl&severity=critical'))[1], '');
    assert.deepEqual(server.problems, []);
  });
});

test('finds the images of all containers and volumes, in every kind with pods', () => {
  const spec = {
    containers: [{ image: 'a' }],
    initContainers: [{ image: 'b' }],
    ephemeralContainers: [{ image: 'c' }],
    volumes: [{ image: { reference: 'd' } }, { emptyDir: {} }],
  };
  for (const object of [
    { spec },
    { spec: { template: { spec } } },
    { spec: { jobTemplate: { spec: { template: { spec } } } } },
    { template: { spec } },
  ]) {
    assert.deepEqual(listPodImages(object), ['a', 'b', 'c', 'd']);
  }
});

test('writes rows in pieces of bounded length, as they are read', async () => {
  let read = 0;
  async function* listRows() {
    for (; read < 100_000; read += 1) {
      yield { name: 'a,"b"\n'.repeat(10), at: read };
    }
  }
  const pieces = writeRows(listRows(), 'csv');
  const { value = '' } = await pieces.next();
  assert.ok(value.length < 70_000 && read < 2_000);
  assert.match(value, /^name,at\r\n"a,""b""\n/);
});
