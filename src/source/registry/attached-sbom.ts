import { compareText, type Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import {
  type Descriptor,
  indexOf,
  manifestOf,
  parseDocument,
  verifyDigest,
} from '../../parse/oci/document.ts';
import type { Manifest, RegistryClient } from './registry-client.ts';

export interface AttachedSbom {
  /** Of the blob that it is. */
  readonly digest: Digest;
  readonly content: Uint8Array;
}

export interface AttachedSbomOptions {
  readonly client: RegistryClient;
  readonly limits: Limits;
  /** What the reference named: an index, or the manifest of the image itself. */
  readonly root: Manifest;
  /** Digest of the manifest of the image. */
  readonly image: Digest;
}

/**
 * The first document attached to an image that is an SBOM: a referrer of its manifest or index, by
 * the interface for it or the tag of registries without one; what Cosign attached by a tag; or an
 * attestation that BuildKit put into the index. `undefined` where there is none.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 */
export async function findAttachedSbom(
  options: AttachedSbomOptions,
): Promise<AttachedSbom | undefined> {
  // An image that is named with its source is opened without the readers of documents.
  const { chooseReader } = await import('../../parse/document/choose-reader.ts');
  const { limits } = options;
  for await (const document of attachedDocuments(options)) {
    if (chooseReader(document.content, limits) !== undefined) {
      return document;
    }
  }
  return undefined;
}

/** Every document, of the likeliest artifacts first. */
async function* attachedDocuments(options: AttachedSbomOptions): AsyncGenerator<AttachedSbom> {
  const { client, limits } = options;
  const manifests = new Map<Digest, Uint8Array | undefined>();
  for (const descriptor of inOrder(await referrersOf(options)).slice(0, limits.referrersMax)) {
    manifests.set(descriptor.digest, undefined);
  }
  for (const { digest, bytes } of await taggedByCosign(options)) {
    manifests.set(digest, bytes);
  }
  for (const [digest, known] of manifests) {
    const bytes = known ?? (await whereThere(client.manifest(digest)))?.bytes;
    if (bytes === undefined) {
      continue;
    }
    const subject = `The manifest ${digest}`;
    verifyDigest(subject, bytes, digest);
    const { layers } = manifestOf(subject, parseDocument(subject, bytes, limits), {
      mediaType: '',
      limits,
    });
    for (const layer of layers.filter((each) => mayBeDocument(each, limits))) {
      const content = await client.blobBytes(layer.digest, layer.sizeBytes);
      verifyDigest(`The attached document ${layer.digest}`, content, layer.digest);
      yield { digest: layer.digest, content };
    }
  }
}

async function referrersOf({
  client,
  limits,
  root,
  image,
}: AttachedSbomOptions): Promise<Descriptor[]> {
  const found = attestationsIn(root, image, limits);
  for (const digest of new Set([image, root.digest])) {
    const answer =
      (await client.referrers(digest)) ?? (await whereThere(client.manifest(tagOf(digest))))?.bytes;
    if (answer !== undefined) {
      found.push(...manifestsOf(`The referrers of ${digest}`, answer, limits));
    }
  }
  return found;
}

/** BuildKit says in the index of which image an attestation is. */
function attestationsIn(root: Manifest, image: Digest, limits: Limits): Descriptor[] {
  if (root.digest === image) {
    return [];
  }
  return manifestsOf('The index of the image', root.bytes, limits).filter(
    ({ annotations }) =>
      annotations.get('vnd.docker.reference.type') === 'attestation-manifest' &&
      annotations.get('vnd.docker.reference.digest') === image,
  );
}

function manifestsOf(subject: string, content: Uint8Array, limits: Limits): Descriptor[] {
  return [...indexOf(subject, parseDocument(subject, content, limits), limits).manifests];
}

async function taggedByCosign({ client, image, root }: AttachedSbomOptions): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const digest of new Set([image, root.digest])) {
    for (const suffix of ['att', 'sbom']) {
      const manifest = await whereThere(client.manifest(`${tagOf(digest)}.${suffix}`));
      if (manifest !== undefined) {
        found.push(manifest);
      }
    }
  }
  return found;
}

function tagOf(digest: Digest): string {
  return digest.replace(':', '-');
}

/** What an answer is, `undefined` where the registry has no such thing. */
async function whereThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_TARGET_UNKNOWN') {
      return undefined;
    }
    throw error;
  }
}

const SBOM_WORDS = /spdx|cyclonedx|syft|sbom/i;
const WRAPPER_WORDS = /in-toto|dsse|bundle|attestation/i;

/** Artifacts that call themselves SBOMs, then attestations of anything; by digest among them. */
function inOrder(descriptors: readonly Descriptor[]): Descriptor[] {
  return [...descriptors].sort(
    (left, right) => rankOf(left) - rankOf(right) || compareText(left.digest, right.digest),
  );
}

function rankOf({ annotations, artifactType = '' }: Descriptor): number {
  const words = [artifactType, ...annotations.values()].join(' ');
  if (SBOM_WORDS.test(words)) {
    return 0;
  }
  return WRAPPER_WORDS.test(words) ? 1 : 2;
}

const DOCUMENT_TYPE = /spdx|cyclonedx|syft|sbom|in-toto|dsse|bundle|json|xml|text\//i;

function mayBeDocument({ mediaType, sizeBytes, annotations }: Descriptor, limits: Limits): boolean {
  const predicate = annotations.get('in-toto.io/predicate-type') ?? '';
  const isOther = predicate !== '' && !SBOM_WORDS.test(predicate);
  return DOCUMENT_TYPE.test(mediaType) && !isOther && sizeBytes <= limits.documentBytesMax;
}
