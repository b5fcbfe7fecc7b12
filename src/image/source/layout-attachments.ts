import type { BlobStore } from '../../foundation/bytes/oci/blob-store.ts';
import {
  createInvalidError,
  type Descriptor,
  indexOf,
  parseDocument,
} from '../../foundation/bytes/oci/document.ts';
import { isAttestation, readVerified } from '../../foundation/bytes/oci/read-manifest.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import type { AttachedStore, StoredManifest } from './attached-documents.ts';

/** An entry of an index, and the indexes that lead to it. */
interface Entry {
  readonly descriptor: Descriptor;
  readonly parents: readonly Digest[];
}

const INDEX_TYPE = /\.image\.index\.|\.manifest\.list\./;
const REF_NAME = 'org.opencontainers.image.ref.name';

/** Kinds that `cosign save` writes beside the one image of a layout. */
const COSIGN_KIND = /^dev\.cosignproject\.cosign\/(?:atts|sboms)$/;

/**
 * The attachments of an image in a layout. A layout has no API for referrers: they are the
 * manifests in its indexes whose `subject` is the image, or an index that leads to it.
 *
 * OCI image specification, image-layout.md and manifest.md.
 */
export class LayoutAttachments implements AttachedStore {
  readonly #store: BlobStore;
  readonly #limits: Limits;
  readonly #entries: readonly Entry[];
  /** By the digest of the manifest, because both an image and its index are looked up. */
  readonly #subjects = new Map<Digest, Digest>();

  private constructor(store: BlobStore, limits: Limits, entries: readonly Entry[]) {
    this.#store = store;
    this.#limits = limits;
    this.#entries = entries;
  }

  /** @param index content of `index.json` */
  static async of(index: Uint8Array, store: BlobStore, limits: Limits): Promise<LayoutAttachments> {
    const entries: Entry[] = [];
    const seen = new Set<Digest>();
    const open = [{ content: index, parents: [] as readonly Digest[] }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { content, parents } = next;
      const document = parseDocument('an index of the layout', content, limits);
      for (const descriptor of indexOf('an index of the layout', document, limits).manifests) {
        if (entries.length >= limits.indexEntriesMax || parents.length > limits.indexDepthMax) {
          throw createInvalidError(
            'the layout has more manifests than the limits on indexes allow',
          );
        }
        entries.push({ descriptor, parents });
        const { digest, mediaType } = descriptor;
        if (INDEX_TYPE.test(mediaType) && !seen.has(digest)) {
          seen.add(digest);
          const inner = await readVerified(store, descriptor, limits);
          open.push({ content: inner, parents: [...parents, digest] });
        }
      }
    }
    return new LayoutAttachments(store, limits, entries);
  }

  async readManifest(selector: string): Promise<StoredManifest> {
    const named = this.#entries.find(({ descriptor: { digest, annotations } }) => {
      const name = annotations.get(REF_NAME) ?? '';
      return digest === selector || name === selector || name.endsWith(`:${selector}`);
    });
    if (named === undefined) {
      throw new UserError('E_TARGET_UNKNOWN', `the layout has no manifest ${selector}`);
    }
    const { digest } = named.descriptor;
    return { digest, bytes: await readVerified(this.#store, { digest }, this.#limits) };
  }

  async listReferrers(image: Digest): Promise<readonly Descriptor[]> {
    const parents = this.#entries
      .filter(({ descriptor }) => descriptor.digest === image)
      .flatMap((entry) => entry.parents);
    const subjects = new Set([image, ...parents]);
    const found: Descriptor[] = [];
    for (const { descriptor } of this.#entries) {
      // One more than the limit: the reader reports that there are too many.
      if (found.length > this.#limits.referrersMax) {
        break;
      }
      if (subjects.has(descriptor.digest) || INDEX_TYPE.test(descriptor.mediaType)) {
        continue;
      }
      if (isStatement(descriptor, image) || subjects.has(await this.#getSubject(descriptor))) {
        found.push(descriptor);
      }
    }
    return found;
  }

  async readBlob(digest: Digest, bytesMax: number): Promise<Uint8Array> {
    const content = await this.#store.read(digest, bytesMax);
    if (content === undefined || content.length > bytesMax) {
      throw createInvalidError(`the layout has no content of ${bytesMax} bytes for ${digest}`);
    }
    return content;
  }

  async #getSubject(descriptor: Descriptor): Promise<Digest> {
    const known = this.#subjects.get(descriptor.digest);
    const subject = known ?? (await this.#readSubject(descriptor));
    this.#subjects.set(descriptor.digest, subject);
    return subject;
  }

  async #readSubject(descriptor: Descriptor): Promise<Digest> {
    const content = await readVerified(this.#store, descriptor, this.#limits);
    const document = parseDocument(`the manifest ${descriptor.digest}`, content, this.#limits);
    const subject = isRecord(document) ? document['subject'] : undefined;
    const digest = isRecord(subject) ? subject['digest'] : undefined;
    return typeof digest === 'string' ? digest : 'none:';
  }
}

/**
 * BuildKit records in an index which image an attestation is about; Cosign writes layouts with a
 * single image.
 */
function isStatement(descriptor: Descriptor, image: Digest): boolean {
  const { annotations } = descriptor;
  return (
    (isAttestation(descriptor) && annotations.get('vnd.docker.reference.digest') === image) ||
    COSIGN_KIND.test(annotations.get('kind') ?? '')
  );
}
