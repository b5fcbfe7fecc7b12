import assert from 'node:assert/strict';
import { FixtureLayout } from '../../src/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/bytes/tar/tar.fixture.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const BASE_LAYER = createTar([
  { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.10.1\n' },
]);

/** Pushes an image with musl in this version, whose first layer is always the same. */
export async function pushImage(host: string, repository: string, tag: string, version: string) {
  const layout = new FixtureLayout();
  const record = `P:musl\nV:${version}\nA:x86_64\n\n`;
  const layer = createTar([{ name: 'lib/apk/db/installed', content: record }]);
  const { digest } = layout.addImage({ layers: [BASE_LAYER, layer] });
  for (const [name, bytes] of layout.blobs) {
    if (name !== digest) {
      const opened = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, {
        method: 'POST',
      });
      const url = new URL(opened.headers.get('location') ?? '', `http://${host}`);
      url.searchParams.set('digest', name);
      const { status } = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
      assert.equal(status, 201);
    }
  }
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': MANIFEST_TYPE },
    body: new Uint8Array(layout.blobs.get(digest) ?? []),
  });
  assert.equal(response.status, 201, await response.text());
  return digest;
}

export async function deleteImage(host: string, repository: string, digest: string): Promise<void> {
  const url = `http://${host}/v2/${repository}/manifests/${digest}`;
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 202);
}
