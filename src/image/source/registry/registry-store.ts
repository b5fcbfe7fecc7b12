import { type BlobStore, MissingBlobError } from '../../../foundation/bytes/oci/blob-store.ts';
import type { Digest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { BlobOrigin } from '../../../foundation/core/target.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import type { Manifest, RegistryClient } from './registry-client.ts';

/**
 * Content of one repository by digest. A registry separates manifests from blobs, so that digests
 * which an index lists as manifests are requested as such. Content that was already downloaded is
 * not requested again, because registries limit the number of requests.
 */
export class RegistryStore implements BlobStore {
  readonly #client: RegistryClient;
  readonly #manifests = new Set<Digest>();
  readonly #blobBytes = new Map<Digest, number>();
  readonly #known = new Map<Digest, Uint8Array>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Keeps a downloaded manifest. */
  addManifest({ digest, bytes }: Manifest): void {
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
        this.addManifest({ ...manifest, digest });
        return manifest.bytes;
      }
      const blob = await this.#client.readBlob(digest, maxBytes);
      this.#known.set(digest, blob);
      return blob;
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
        throw new MissingBlobError(`the registry has no blob ${digest}`, {
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

  /** Remembers the digests in a manifest or index. The caller checks whether it is well-formed. */
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
