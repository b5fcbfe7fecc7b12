import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import type { BlobStore } from './blob-store.ts';
import {
  createInvalidError,
  type Descriptor,
  parseConfig,
  parseDocument,
  parseManifest,
  verifyDigest,
} from './document.ts';
import type { Platform } from './platform.ts';

const INDEX_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/** Returns the content of a document, at most `manifestBytesMax`, after verifying its digest. */
export async function readVerified(
  store: BlobStore,
  { digest }: Pick<Descriptor, 'digest'>,
  limits: Limits,
): Promise<Uint8Array> {
  const content = await store.read(digest, limits.manifestBytesMax);
  if (content === undefined) {
    throw createInvalidError(
      `the image has no content for ${digest}`,
      'copy the image again; this copy is incomplete',
    );
  }
  if (content.length > limits.manifestBytesMax) {
    throw new UserError(
      'E_LIMIT',
      `the document ${digest} is larger than the ${limits.manifestBytesMax} bytes of the limit manifestBytesMax`,
    );
  }
  verifyDigest('a document of the image', content, digest);
  return content;
}

/** Returns whether a document is an index, by its members or its announced media type. */
export function isIndexDocument(document: unknown, mediaType: string): boolean {
  const isIndex =
    isRecord(document) &&
    Array.isArray(document['manifests']) &&
    !Array.isArray(document['layers']);
  return isIndex || INDEX_TYPES.has(mediaType);
}

const CONFIG_TYPES: ReadonlySet<unknown> = new Set([
  undefined,
  '',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);
const LAYER_TYPE = /layer|rootfs|diff|tar/i;

/**
 * Returns whether a manifest describes an image. Signatures and other artifacts have manifests,
 * too: their configuration has another type, or the same type with layers that are documents, as
 * Cosign writes.
 */
export function isImageManifest(document: unknown): boolean {
  if (!isRecord(document)) {
    return false;
  }
  const { config, layers } = document;
  const types = Array.isArray(layers)
    ? layers.map((layer: unknown) => (isRecord(layer) ? layer['mediaType'] : undefined))
    : [];
  const areDocuments =
    types.length > 0 &&
    types.every((type) => typeof type === 'string' && type !== '' && !LAYER_TYPE.test(type));
  const configType = isRecord(config) ? config['mediaType'] : undefined;
  return !areDocuments && (typeof configType !== 'string' || CONFIG_TYPES.has(configType));
}

/** Reads the platform in the configuration of an image. */
export async function readConfigPlatform(
  store: BlobStore,
  { descriptor, document }: { readonly descriptor: Descriptor; readonly document: unknown },
  limits: Limits,
): Promise<Platform> {
  const { mediaType, digest } = descriptor;
  const { config } = parseManifest(`the manifest ${digest}`, document, { mediaType, limits });
  const subject = `the configuration ${config.digest}`;
  const content = await readVerified(store, config, limits);
  return parseConfig(subject, parseDocument(subject, content, limits)).platform;
}

/**
 * Returns whether an entry of an index is an attestation. BuildKit stores attestations as manifests
 * for a nonexistent platform; the annotation alone does not keep a runtime from running the image.
 */
export function isAttestation({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}
