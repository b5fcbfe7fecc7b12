import type { BlobStore } from '../../bytes/oci/blob-store.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { BlobOrigin } from '../../core/target.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { parseJson } from '../../syntax/json/parse-json.ts';
import type { Manifest, RegistryClient } from './registry-client.ts';

/**
 * Content of one repository by digest. A registry keeps manifests apart from blobs, so that those
 * which an index names are asked for as manifests. What was fetched already is not asked for again:
 * registries count.
 */
export class RegistryStore implements BlobStore {
  readonly #client: RegistryClient;
  readonly #manifests = new Set<Digest>();
  readonly #blobBytes = new Map<Digest, number>();
  readonly #known = new Map<Digest, Uint8Array>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Keeps a manifest that was fetched. */
  add({ digest, bytes }: Manifest): void {
    this.#known.set(digest, bytes);
    this.#manifests.add(digest);
    this.#remember(bytes);
  }

  async read(digest: Digest, maxBytes: number): Promise<Uint8Array | undefined> {
    const known = this.#known.get(digest);
    if (known !== undefined) {
      return known;
    }
    try {
      if (this.#manifests.has(digest)) {
        const manifest = await this.#client.readManifest(digest);
        this.add({ ...manifest, digest });
        return manifest.bytes;
      }
      return await this.#client.readBlob(digest, maxBytes);
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async *open(digest: Digest): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#client.readBlobStream(digest, this.#blobBytes.get(digest));
    } catch (error) {
      if (isMissing(error)) {
        throw new UserError('E_IMAGE_INVALID', `the registry has no blob ${digest}`, {
          hint: 'push the image again; it is incomplete in the registry',
          cause: error,
        });
      }
      throw error;
    }
  }

  getOrigin(): BlobOrigin {
    return { kind: 'address' };
  }

  /**
   * Remembers what a manifest or index names. Whether it is well formed is judged by whoever asked
   * for it.
   */
  #remember(content: Uint8Array): void {
    const document = parseJson(Buffer.from(content).toString('utf8'));
    const { manifests, layers } = isRecord(document) ? document : {};
    for (const { digest } of listDescriptors(manifests)) {
      this.#manifests.add(digest);
    }
    for (const { digest, size } of listDescriptors(layers)) {
      if (typeof size === 'number' && size > 0) {
        this.#blobBytes.set(digest, size);
      }
    }
  }
}

function listDescriptors(list: unknown): { readonly digest: Digest; readonly size: unknown }[] {
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
    const { digest, size } = isRecord(entry) ? entry : {};
    return typeof digest === 'string' ? [{ digest, size }] : [];
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof UserError && error.code === 'E_TARGET_UNKNOWN';
}
