import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { BlobStore } from '../../parse/oci/blob-store.ts';
import type { RegistryClient } from './registry-client.ts';

/**
 * Content of one repository by digest. A registry keeps manifests apart from blobs, so that those
 * which an index names are asked for as manifests.
 */
export class RegistryStore implements BlobStore {
  readonly #client: RegistryClient;
  readonly #manifests = new Set<Digest>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Remembers what an index names. Content that is no index adds nothing. */
  learn(content: Uint8Array): void {
    try {
      const document: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
      const { manifests } = document as { readonly manifests?: unknown };
      for (const entry of Array.isArray(manifests) ? manifests : []) {
        const { digest } = entry as { readonly digest?: unknown };
        if (typeof digest === 'string') {
          this.#manifests.add(digest);
        }
      }
    } catch {
      // Whether the document is well formed is judged by whoever asked for it.
    }
  }

  async read(digest: Digest, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      if (this.#manifests.has(digest)) {
        const { bytes } = await this.#client.manifest(digest);
        this.learn(bytes);
        return bytes;
      }
      return await this.#client.blobBytes(digest, maxBytes);
    } catch (error) {
      if (error instanceof UserError && error.code === 'E_TARGET_UNKNOWN') {
        return undefined;
      }
      throw error;
    }
  }

  open(digest: Digest): AsyncIterable<Uint8Array> {
    return this.#client.blob(digest);
  }
}
