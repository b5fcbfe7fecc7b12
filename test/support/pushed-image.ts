import assert from 'node:assert/strict';
import { computeDigest, FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const BASE_LAYER = createTar([
  { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.10.1\n' },
]);

/** The version of an image that cannot be read. */
export const DAMAGED = 'damaged';

/** Pushes an image with musl in this version, whose first layer is always the same. */
export async function pushImage(host: string, repository: string, tag: string, version: string) {
  const layout = new FixtureLayout();
  const record = `P:musl\nV:${version}\nA:x86_64\n\n`;
  const layer = createTar([{ name: 'lib/apk/db/installed', content: record }]);
  const { digest } = layout.addImage({
    layers: [BASE_LAYER, layer],
    ...(version === DAMAGED ? { diffIds: [] } : {}),
  });
  for (const [name, bytes] of layout.blobs) {
    if (name !== digest) {
      await pushBlob(host, repository, name, bytes);
    }
  }
  const manifest = layout.blobs.get(digest) ?? new Uint8Array();
  await pushManifest(host, repository, tag, { type: MANIFEST_TYPE, content: manifest });
  return digest;
}

/** Pushes an index with one platform under a tag; returns its digest. */
export async function pushIndex(host: string, repository: string, tag: string, platform: string) {
  const entry = { mediaType: MANIFEST_TYPE, digest: platform, size: 1 };
  const manifests = [{ ...entry, platform: { os: 'linux', architecture: 'amd64' } }];
  const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
  const content = Buffer.from(JSON.stringify(index));
  await pushManifest(host, repository, tag, { type: INDEX_TYPE, content });
  return computeDigest(content);
}

async function pushBlob(host: string, repository: string, digest: string, bytes: Uint8Array) {
  const opened = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const url = new URL(opened.headers.get('location') ?? '', `http://${host}`);
  url.searchParams.set('digest', digest);
  const { status } = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
  assert.equal(status, 201);
}

async function pushManifest(
  host: string,
  repository: string,
  selector: string,
  { type, content }: { readonly type: string; readonly content: Uint8Array },
) {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${selector}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: new Uint8Array(content),
  });
  assert.equal(response.status, 201, await response.text());
}

/**
 * Attaches documents to an image, and replaces all others, by the tag of registries without the
 * referrers API. OCI distribution specification 1.1, "Referrers Tag Schema".
 */
export async function attachDocuments(
  host: string,
  repository: string,
  image: string,
  documents: readonly { readonly type: string; readonly content: object }[],
): Promise<void> {
  const manifests: object[] = [];
  const empty = Buffer.from('{}');
  await pushBlob(host, repository, computeDigest(empty), empty);
  for (const { type, content } of documents) {
    const bytes = Buffer.from(JSON.stringify(content));
    await pushBlob(host, repository, computeDigest(bytes), bytes);
    const describe = (mediaType: string, blob: Buffer) => {
      return { mediaType, digest: computeDigest(blob), size: blob.length };
    };
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        artifactType: type,
        config: describe('application/vnd.oci.empty.v1+json', empty),
        layers: [describe(type, bytes)],
      }),
    );
    const digest = computeDigest(manifest);
    await pushManifest(host, repository, digest, { type: MANIFEST_TYPE, content: manifest });
    manifests.push({ ...describe(MANIFEST_TYPE, manifest), artifactType: type });
  }
  const index = { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
  const content = Buffer.from(JSON.stringify(index));
  await pushManifest(host, repository, image.replace(':', '-'), { type: INDEX_TYPE, content });
}

export async function deleteImage(host: string, repository: string, digest: string): Promise<void> {
  const url = `http://${host}/v2/${repository}/manifests/${digest}`;
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 202);
}
