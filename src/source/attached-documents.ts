import {
  type Descriptor,
  indexOf,
  parseDocument,
  parseManifest,
  verifyDigest,
} from '../bytes/oci/document.ts';
import { isAttestation } from '../bytes/oci/read-manifest.ts';
import { compareText } from '../core/compare-text.ts';
import type { Digest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

/** A document beside an image. */
export interface AttachedDocument {
  /** Of the blob that it is. */
  readonly digest: Digest;
  readonly content: Uint8Array;
}

/** A manifest where documents are looked for. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** Where an image lies with what is attached to it: a registry, or a layout. */
export interface AttachedStore {
  /** By digest or tag. Throws `E_TARGET_UNKNOWN` where there is none. */
  readManifest(selector: string): Promise<StoredManifest>;
  /** What refers to a manifest; `undefined` where the place cannot tell. */
  listReferrers(digest: Digest): Promise<readonly Descriptor[] | undefined>;
  readBlob(digest: Digest, bytesMax: number): Promise<Uint8Array>;
}

export interface AttachedOptions {
  readonly store: AttachedStore;
  readonly limits: Limits;
  /** What the reference named: an index, or the manifest of the image itself. */
  readonly root: StoredManifest;
  /** Digest of the manifest of the image. */
  readonly image: Digest;
}

/**
 * Every document attached to an image, of the likeliest artifacts first: referrers of its manifest
 * or index, by the interface for it or the tag of registries without one; what Cosign attached by a
 * tag; and attestations that BuildKit put into the index.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 *
 * @param words what artifacts are called that come first, and no predicate of another kind has
 */
export async function* findAttachedDocuments(
  options: AttachedOptions,
  words: RegExp,
): AsyncGenerator<AttachedDocument> {
  const { store, limits } = options;
  const manifests = new Map<Digest, Uint8Array | undefined>();
  for (const descriptor of sortDocuments(await findReferrers(options), words).slice(
    0,
    limits.referrersMax,
  )) {
    manifests.set(descriptor.digest, undefined);
  }
  for (const { digest, bytes } of await findCosignTags(options)) {
    manifests.set(digest, bytes);
  }
  for (const [digest, known] of manifests) {
    const bytes = known ?? (await ignoreMissing(store.readManifest(digest)))?.bytes;
    if (bytes === undefined) {
      continue;
    }
    const subject = `the manifest ${digest}`;
    verifyDigest(subject, bytes, digest);
    const { layers } = parseManifest(subject, parseDocument(subject, bytes, limits), {
      mediaType: '',
      limits,
    });
    for (const layer of layers.filter((each) => canBeDocument(each, words, limits))) {
      const content = await store.readBlob(layer.digest, layer.sizeBytes);
      verifyDigest(`the attached document ${layer.digest}`, content, layer.digest);
      yield { digest: layer.digest, content };
    }
  }
}

async function findReferrers({
  store,
  limits,
  root,
  image,
}: AttachedOptions): Promise<Descriptor[]> {
  const found = findAttestations(root, image, limits);
  for (const digest of new Set([image, root.digest])) {
    const told = await store.listReferrers(digest);
    if (told !== undefined) {
      found.push(...told);
    }
    const tagged =
      told === undefined || told.length === 0
        ? await ignoreMissing(store.readManifest(toTag(digest)))
        : undefined;
    if (tagged !== undefined) {
      found.push(...listManifests(`the referrers of ${digest}`, tagged.bytes, limits));
    }
  }
  return found;
}

/** BuildKit says in the index of which image an attestation is. */
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

async function findCosignTags({ store, image, root }: AttachedOptions): Promise<StoredManifest[]> {
  const found: StoredManifest[] = [];
  for (const digest of new Set([image, root.digest])) {
    for (const suffix of ['att', 'sbom']) {
      const manifest = await ignoreMissing(store.readManifest(`${toTag(digest)}.${suffix}`));
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

/** What an answer is, `undefined` where the registry has no such thing. */
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

/** Artifacts that call themselves what is looked for, then attestations of anything; by digest. */
function sortDocuments(descriptors: readonly Descriptor[], words: RegExp): Descriptor[] {
  return [...descriptors].sort(
    (left, right) =>
      rankDocument(left, words) - rankDocument(right, words) ||
      compareText(left.digest, right.digest),
  );
}

function rankDocument({ annotations, artifactType = '' }: Descriptor, words: RegExp): number {
  const told = [artifactType, ...annotations.values()].join(' ');
  if (words.test(told)) {
    return 0;
  }
  return WRAPPER_WORDS.test(told) ? 1 : 2;
}

const DOCUMENT_TYPE = /spdx|cyclonedx|syft|sbom|vex|csaf|in-toto|dsse|bundle|json|xml|text\//i;

function canBeDocument(
  { mediaType, sizeBytes, annotations }: Descriptor,
  words: RegExp,
  limits: Limits,
): boolean {
  const predicate = annotations.get('in-toto.io/predicate-type') ?? '';
  const isOther = predicate !== '' && !words.test(predicate);
  return DOCUMENT_TYPE.test(mediaType) && !isOther && sizeBytes <= limits.documentBytesMax;
}
