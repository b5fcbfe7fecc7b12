import type { IncomingMessage, ServerResponse } from 'node:http';
import { computeDigest } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTinyImage, type ServedImage } from './image-server.ts';

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = Buffer.from('{}');

/** Content of a registry with its type, by request path. */
type Held = Map<string, { readonly content: Buffer; readonly type: string }>;

/** A registry with an image under the name `app:1`, and its attached documents. */
export class AttachedWorld {
  readonly held: Held = new Map();
  readonly image: ServedImage;

  constructor(image = createTinyImage()) {
    this.image = image;
    for (const [digest, content] of this.image.blobs) {
      this.hold(`blobs/${digest}`, content);
    }
    const manifest = this.image.blobs.get(this.image.manifestDigest) ?? EMPTY;
    this.hold(`manifests/${this.image.manifestDigest}`, manifest, MANIFEST_TYPE);
    this.hold('manifests/1', manifest, MANIFEST_TYPE);
  }

  hold(path: string, content: Buffer, type = 'application/octet-stream'): void {
    this.held.set(`/v2/app/${path}`, { content, type });
  }

  /** Adds a manifest with one layer, stored by its digest; returns its descriptor. */
  addArtifact(
    mediaType: string,
    content: Buffer,
    annotations: Readonly<Record<string, string>> = {},
  ) {
    const addBlob = (type: string, bytes: Buffer) => {
      this.hold(`blobs/${computeDigest(bytes)}`, bytes);
      return { mediaType: type, digest: computeDigest(bytes), size: bytes.length };
    };
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: addBlob('application/vnd.oci.empty.v1+json', EMPTY),
        layers: [{ ...addBlob(mediaType, content), annotations }],
      }),
    );
    this.hold(`manifests/${computeDigest(manifest)}`, manifest, MANIFEST_TYPE);
    return {
      manifest,
      descriptor: {
        mediaType: MANIFEST_TYPE,
        digest: computeDigest(manifest),
        size: manifest.length,
        artifactType: mediaType,
      },
    };
  }

  respond({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, 'http://localhost');
    const found = pathname === '/v2/' ? { content: EMPTY, type: 'x' } : this.held.get(pathname);
    if (found === undefined) {
      response.writeHead(404).end('{}');
    } else {
      response.setHeader('content-type', found.type).end(found.content);
    }
  }
}
