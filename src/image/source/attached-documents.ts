import {
  type Descriptor,
  indexOf,
  parseDocument,
  parseManifest,
  verifyDigest,
} from '../../foundation/bytes/oci/document.ts';
import { isAttestation } from '../../foundation/bytes/oci/read-manifest.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { UnreadDocument } from '../../foundation/core/target.ts';
import { AttachedAttempts } from './attached-attempts.ts';

/** A document attached to an image. */
export interface AttachedDocument {
  /** Digest of the blob. */
  readonly digest: Digest;
  readonly content: Uint8Array;
}

/** A manifest to which documents may be attached. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** The location of an image and its attachments: a registry, or a layout. */
export interface AttachedStore {
  /**
   * Returns a manifest by digest or tag.
   *
   * @throws UserError `E_TARGET_UNKNOWN` if there is none
   */
  readManifest(selector: string): Promise<StoredManifest>;
  /** Returns the referrers of a manifest; `undefined` if the store does not support that. */
  listReferrers(digest: Digest): Promise<readonly Descriptor[] | undefined>;
  readBlob(digest: Digest, bytesMax: number): Promise<Uint8Array>;
}

export interface AttachedOptions {
  readonly store: AttachedStore;
  readonly limits: Limits;
  /** The manifest that the reference names: an index, or the manifest of the image itself. */
  readonly root: StoredManifest;
  /** Digest of the manifest of the image. */
  readonly image: Digest;
  /**
   * Receives the reason if something that may be a document is not read. If it is absent, errors
   * are thrown.
   */
  readonly onSkipped?: (unread: UnreadDocument) => void;
}

/**
 * Yields every document attached to an image, the most likely artifacts first: referrers of its
 * manifest or index, by the API or the tag of registries without it; attachments of Cosign by tag;
 * and attestations that BuildKit added to the index.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 *
 * @param words matches the types of artifacts that come first, and the predicate types of all
 *   attestations that are returned
 */
export async function* findAttachedDocuments(
  options: AttachedOptions,
  words: RegExp,
): AsyncGenerator<AttachedDocument> {
  const { store, limits, onSkipped } = options;
  const skip = (reason: string): void => onSkipped?.({ reason, isTemporary: false });
  const attempts = new AttachedAttempts(onSkipped);
  const manifests = new Map<Digest, Uint8Array | undefined>();
  const referrers = sortDocuments(await findReferrers(options, attempts), words);
  if (referrers.length > limits.referrersMax) {
    skip(`more than ${limits.referrersMax} documents are attached`);
  }
  for (const descriptor of referrers.slice(0, limits.referrersMax)) {
    manifests.set(descriptor.digest, undefined);
  }
  for (const { digest, bytes } of await findCosignTags(options, attempts)) {
    manifests.set(digest, bytes);
  }
  for (const [digest, known] of manifests) {
    const layers = await attempts.runAction(async () => {
      const bytes = known ?? (await ignoreMissing(store.readManifest(digest)))?.bytes;
      if (bytes === undefined) {
        skip(`the attached manifest ${digest} is missing`);
      }
      return bytes && parseLayers({ digest, bytes }, limits);
    });
    for (const layer of layers?.filter((each) => canBeDocument(each, words)) ?? []) {
      if (layer.sizeBytes > limits.documentBytesMax) {
        skip(`the attached document ${layer.digest} has ${layer.sizeBytes} bytes`);
        continue;
      }
      const content = await attempts.runAction(async () => await readAttachedBlob(store, layer));
      if (content !== undefined) {
        yield { digest: layer.digest, content };
      }
    }
  }
}

function parseLayers({ digest, bytes }: StoredManifest, limits: Limits): readonly Descriptor[] {
  const subject = `the manifest ${digest}`;
  verifyDigest(subject, bytes, digest);
  const document = parseDocument(subject, bytes, limits);
  return parseManifest(subject, document, { mediaType: '', limits }).layers;
}

async function readAttachedBlob(
  store: AttachedStore,
  { digest, sizeBytes }: Descriptor,
): Promise<Uint8Array> {
  const content = await store.readBlob(digest, sizeBytes);
  verifyDigest(`the attached document ${digest}`, content, digest);
  return content;
}

async function findReferrers(
  { store, limits, root, image }: AttachedOptions,
  attempts: AttachedAttempts,
): Promise<readonly Descriptor[]> {
  const found = (await attempts.runAction(async () => findAttestations(root, image, limits))) ?? [];
  for (const digest of new Set([image, root.digest])) {
    const listed = await attempts.runAction(async () => {
      const referrers = (await store.listReferrers(digest)) ?? [];
      const tagged =
        referrers.length === 0 ? await ignoreMissing(store.readManifest(toTag(digest))) : undefined;
      return tagged === undefined
        ? referrers
        : listManifests(`the referrers of ${digest}`, tagged.bytes, limits);
    });
    found.push(...(listed ?? []));
  }
  return found;
}

/** BuildKit records in the index which image an attestation is about. */
function findAttestations(root: StoredManifest, image: Digest, limits: Limits): Descriptor[] {
  if (root.digest === image) {
    return [];
  }
  return listManifests('the index of the image', root.bytes, limits).filter(
    (descriptor) =>
      isAttestation(descriptor) &&
      descriptor.annotations.get('vnd.docker.reference.type') === 'attestation-manifest' &&
      descriptor.annotations.get('vnd.docker.reference.digest') === image,
  );
}

export function listManifests(subject: string, content: Uint8Array, limits: Limits): Descriptor[] {
  return [...indexOf(subject, parseDocument(subject, content, limits), limits).manifests];
}

async function findCosignTags(
  { store, image, root }: AttachedOptions,
  attempts: AttachedAttempts,
): Promise<readonly StoredManifest[]> {
  const found: StoredManifest[] = [];
  for (const digest of new Set([image, root.digest])) {
    for (const suffix of ['att', 'sbom']) {
      const manifest = await attempts.runAction(
        async () => await ignoreMissing(store.readManifest(`${toTag(digest)}.${suffix}`)),
      );
      if (manifest !== undefined) {
        found.push(manifest);
      }
    }
  }
  return found;
}

function toTag(digest: Digest): string {
  return digest.replace(':', '-');
}

/** Returns the response, or `undefined` if the registry has no such object. */
async function ignoreMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_TARGET_UNKNOWN') {
      return undefined;
    }
    throw error;
  }
}

const WRAPPER_WORDS = /in-toto|dsse|bundle|attestation/i;

/** Artifacts with a matching type, then attestations of any kind; by digest. */
function sortDocuments(descriptors: readonly Descriptor[], words: RegExp): Descriptor[] {
  return [...descriptors].sort(
    (left, right) =>
      rankDocument(left, words) - rankDocument(right, words) ||
      compareText(left.digest, right.digest),
  );
}

function rankDocument({ annotations, artifactType = '' }: Descriptor, words: RegExp): number {
  const description = [artifactType, ...annotations.values()].join(' ');
  if (words.test(description)) {
    return 0;
  }
  return WRAPPER_WORDS.test(description) ? 1 : 2;
}

const DOCUMENT_TYPE = /spdx|cyclonedx|syft|sbom|vex|csaf|in-toto|dsse|bundle|json|xml|text\//i;

function canBeDocument({ mediaType, annotations }: Descriptor, words: RegExp): boolean {
  const predicate = annotations.get('in-toto.io/predicate-type') ?? '';
  const isOther = predicate !== '' && !words.test(predicate);
  return DOCUMENT_TYPE.test(mediaType) && !isOther;
}
