import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { computeDigest, indexText } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { AttachedWorld, INDEX_TYPE, MANIFEST_TYPE } from '../support/attached-world.ts';
import { copyImage, type DockerRegistry, startRegistry } from '../support/docker-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { startServer } from '../support/loopback-server.ts';
import { runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
const EMPTY = Buffer.from('{}');

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-attached-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const SBOM = Buffer.from(
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'attached', purl: 'pkg:npm/attached@1' }],
  }),
);

const STATEMENT = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://cyclonedx.org/bom',
    predicate: JSON.parse(SBOM.toString()) as unknown,
  }),
);

const ENVELOPE = Buffer.from(
  JSON.stringify({
    payloadType: 'application/vnd.in-toto+json',
    payload: STATEMENT.toString('base64'),
    signatures: [],
  }),
);

async function listNames(world: AttachedWorld, ...args: readonly string[]) {
  await using server = await startServer((request, response) => world.respond(request, response));
  const { status, stdout, stderr } = await runProgram([
    'sbom',
    '--sbom-from',
    'referrers',
    '-o',
    'json',
    `registry:${server.host}/app:1`,
    ...args,
  ]);
  return { status, stderr, names: status === 0 ? readNames(stdout) : [] };
}

function readNames(json: string): string[] {
  const { inventory }: { inventory: { packages: readonly { readonly name: string }[] } } =
    JSON.parse(json);
  return inventory.packages.map(({ name }) => name);
}

const PROVENANCE = Buffer.from('{"_type":"https://in-toto.io/Statement/v1","predicate":{}}');

describe('the SBOM attached to an image is read instead of the image', () => {
  test('as a referrer, before those that declare another type', async () => {
    const world = new AttachedWorld();
    const { image } = world;
    const other = world.addArtifact('application/vnd.in-toto+json', PROVENANCE);
    const sbom = world.addArtifact('application/vnd.cyclonedx+json', SBOM);
    const index = indexText([other.descriptor, sbom.descriptor]);
    world.hold(`referrers/${image.manifestDigest}`, Buffer.from(index), INDEX_TYPE);
    const { names, stderr } = await listNames(world);
    assert.deepEqual(names, ['attached'], stderr);
  });

  test('as a referrer by tag in a registry without the API', async () => {
    const world = new AttachedWorld();
    const sbom = world.addArtifact('application/vnd.dev.sigstore.bundle.v0.3+json', ENVELOPE);
    const tag = world.image.manifestDigest.replace(':', '-');
    world.hold(`manifests/${tag}`, Buffer.from(indexText([sbom.descriptor])), INDEX_TYPE);
    assert.deepEqual((await listNames(world)).names, ['attached']);
  });

  test('as an attestation by the tag of Cosign, with a note about its signature', async () => {
    const world = new AttachedWorld();
    const { manifest } = world.addArtifact('application/vnd.dsse.envelope.v1+json', ENVELOPE);
    const tag = world.image.manifestDigest.replace(':', '-');
    world.hold(`manifests/${tag}.att`, manifest, MANIFEST_TYPE);
    const { names, stderr } = await listNames(world);
    assert.deepEqual(names, ['attached']);
    assert.match(stderr, /signature of the attestation/);
  });

  test('as an attestation by BuildKit in the index of the image', async () => {
    const world = new AttachedWorld();
    const { image } = world;
    const attestation = world.addArtifact('application/vnd.in-toto+json', STATEMENT, {
      'in-toto.io/predicate-type': 'https://cyclonedx.org/bom',
    });
    const manifest = image.blobs.get(image.manifestDigest) ?? EMPTY;
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: [
        {
          mediaType: MANIFEST_TYPE,
          digest: image.manifestDigest,
          size: manifest.length,
          platform: { os: 'linux', architecture: 'amd64' },
        },
        {
          ...attestation.descriptor,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image.manifestDigest,
          },
        },
      ],
    });
    world.hold('manifests/1', Buffer.from(index), INDEX_TYPE);
    const { names, stderr } = await listNames(world, '--platform', 'linux/amd64');
    assert.deepEqual(names, ['attached'], stderr);
  });
});

describe('an image without an available SBOM', () => {
  test('is reported as an error', async () => {
    const { status, stderr } = await listNames(new AttachedWorld());
    assert.equal(status, 5);
    assert.match(stderr, /E_TARGET_UNKNOWN/);
    assert.match(stderr, /has no attached SBOM/);
  });

  test('is rejected if the document does not match its digest', async () => {
    const world = new AttachedWorld();
    const sbom = world.addArtifact('application/vnd.cyclonedx+json', SBOM);
    world.hold(`blobs/${computeDigest(SBOM)}`, Buffer.from(SBOM.toString().replace('1.6', '1.5')));
    const index = Buffer.from(indexText([sbom.descriptor]));
    world.hold(`referrers/${world.image.manifestDigest}`, index, INDEX_TYPE);
    const { status, stderr } = await listNames(world);
    assert.equal(status, 1);
    assert.match(stderr, /E_DIGEST_MISMATCH/);
  });

  test('may be in a layout, but nowhere else', async () => {
    const run = (target: string) => runProgram(['sbom', '--sbom-from', 'referrers', target]);
    const layout = await run(SAMPLE);
    assert.equal(layout.status, 5);
    assert.match(layout.stderr, /has no attached SBOM/);
    const folder = await run(`dir:${FOLDER}`);
    assert.equal(folder.status, 3);
    assert.match(folder.stderr, /is not an image in a registry or an OCI layout/);
  });
});

const skip = skipUnlessInstalled('docker-registry', 'skopeo');

describe('in the Docker registry', { skip }, () => {
  test('finds an SBOM that was pushed beside the image', async () => {
    await using registry: DockerRegistry = await startRegistry({ folder: FOLDER });
    const image = `${registry.host}/team/app`;
    copyImage(`oci-archive:${SAMPLE}`, `docker://${image}:1`);
    const base = `http://${registry.host}/v2/team/app`;
    const accept = { accept: `${MANIFEST_TYPE}, ${INDEX_TYPE}` };
    const answer = await fetch(`${base}/manifests/1`, { headers: accept });
    const root = Buffer.from(await answer.arrayBuffer());
    await push(base, `${computeDigest(root).replace(':', '-')}.sbom`, SBOM);
    const { stdout, stderr } = await runProgram([
      'sbom',
      '--sbom-from=referrers',
      '-o',
      'json',
      `registry:${image}:1`,
    ]);
    assert.deepEqual(readNames(stdout), ['attached'], stderr);
  });
});

async function push(base: string, tag: string, content: Buffer): Promise<void> {
  const descriptors: object[] = [];
  for (const bytes of [EMPTY, content]) {
    const start = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(start.headers.get('location') ?? '', base);
    place.searchParams.set('digest', computeDigest(bytes));
    const headers = { 'content-type': 'application/octet-stream' };
    await fetch(place, { method: 'PUT', body: new Uint8Array(bytes), headers });
    const mediaType =
      bytes === content
        ? 'application/vnd.cyclonedx+json'
        : 'application/vnd.oci.image.config.v1+json';
    descriptors.push({ mediaType, digest: computeDigest(bytes), size: bytes.length });
  }
  const [config, layer] = descriptors;
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [layer] };
  const { status } = await fetch(`${base}/manifests/${tag}`, {
    method: 'PUT',
    body: JSON.stringify(manifest),
    headers: { 'content-type': MANIFEST_TYPE },
  });
  assert.equal(status, 201);
}
