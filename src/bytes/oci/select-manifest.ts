import { compareText } from '../../core/compare-text.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import type { BlobStore } from './blob-store.ts';
import {
  configOf,
  type Descriptor,
  indexOf,
  invalid,
  manifestOf,
  parseDocument,
  verifyDigest,
} from './document.ts';
import {
  fitsPlatform,
  hostPlatform,
  type Platform,
  parsePlatform,
  platformText,
} from './platform.ts';

/** One image that an index leads to. */
export interface ManifestChoice {
  readonly descriptor: Descriptor;
  readonly content: Uint8Array;
  readonly document: unknown;
  /** Full references that the index gives to the image, e.g. `docker.io/library/alpine:3.20`. */
  readonly references: readonly string[];
}

export interface SelectOptions {
  readonly store: BlobStore;
  readonly limits: Limits;
  /** As the user wrote it. */
  readonly platform?: string;
  /** The machine's own architecture, preferred where nothing was asked, e.g. `x64`. */
  readonly hostArchitecture: string;
  /** A reference or tag by which the index names the image. */
  readonly reference?: string;
}

const INDEX_TYPES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/**
 * Annotations that name an image: by containerd, whole; by the OCI layout, whole or only the tag.
 */
const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * Finds the one image that an index and the platform asked for lead to. Every document on the way
 * is held against its digest.
 *
 * @throws UserError `E_PLATFORM` where none or several fit, naming what there is;
 * `E_IMAGE_INVALID`, `E_DIGEST_MISMATCH` or `E_LIMIT` where the index is not well formed.
 */
export async function selectManifest(
  rootIndex: Uint8Array,
  options: SelectOptions,
): Promise<ManifestChoice> {
  const asked = options.platform === undefined ? undefined : parsePlatform(options.platform);
  if (options.platform !== undefined && asked === undefined) {
    throw new UserError('E_PLATFORM', `"${options.platform}" is not a platform.`, {
      hint: 'Platforms are written os/architecture or os/architecture/variant, such as linux/arm64.',
    });
  }
  const found = new Map<Digest, Candidate>();
  await new IndexWalk(options, found).walk(rootIndex, 'The index of the image', 1);
  const named = namedBy(options.reference, [...found.values()]);
  const [first] = named;
  if (first === undefined) {
    throw invalid(
      'The image index leads to no image.',
      'It may hold only attestations or signatures.',
    );
  }
  if (asked === undefined && named.length === 1) {
    return first;
  }
  return fitting(await withPlatforms(named, options), asked, options);
}

interface Candidate extends ManifestChoice {
  readonly references: string[];
  /** Names by which the user may ask for it. */
  readonly names: Set<string>;
}

/** Follows indexes nested in each other, with bounds on depth and count; each document once. */
class IndexWalk {
  readonly #options: SelectOptions;
  readonly #found: Map<Digest, Candidate>;
  readonly #seenIndexes = new Set<Digest>();
  #entries = 0;

  constructor(options: SelectOptions, found: Map<Digest, Candidate>) {
    this.#options = options;
    this.#found = found;
  }

  async walk(content: Uint8Array, subject: string, depth: number): Promise<void> {
    const { limits } = this.#options;
    const document = parseDocument(subject, content, limits);
    for (const descriptor of indexOf(subject, document, limits).manifests) {
      if (++this.#entries > limits.indexEntriesMax) {
        throw new UserError(
          'E_LIMIT',
          `The image has more manifests than the ${limits.indexEntriesMax} of the limit indexEntriesMax.`,
        );
      }
      if (!isAttestation(descriptor)) {
        await this.#follow(descriptor, depth);
      }
    }
  }

  async #follow(descriptor: Descriptor, depth: number): Promise<void> {
    const { limits, store } = this.#options;
    const { digest } = descriptor;
    const known = this.#found.get(digest);
    if (known !== undefined) {
      addNames(known, descriptor);
      return;
    }
    if (this.#seenIndexes.has(digest)) {
      return;
    }
    const content = await readVerified(store, descriptor, limits);
    const subject = `The manifest ${digest}`;
    const document = parseDocument(subject, content, limits);
    if (INDEX_TYPES.has(descriptor.mediaType) || isIndex(document)) {
      if (depth >= limits.indexDepthMax) {
        throw new UserError(
          'E_LIMIT',
          `Image indexes are nested deeper than the ${limits.indexDepthMax} levels of the limit indexDepthMax.`,
        );
      }
      this.#seenIndexes.add(digest);
      await this.walk(content, subject, depth + 1);
    } else if (isImage(document)) {
      const candidate = { descriptor, content, document, references: [], names: new Set<string>() };
      addNames(candidate, descriptor);
      this.#found.set(digest, candidate);
    }
  }
}

/** Content of a document, at most `manifestBytesMax`, held against its digest. */
export async function readVerified(
  store: BlobStore,
  { digest }: Pick<Descriptor, 'digest'>,
  limits: Limits,
): Promise<Uint8Array> {
  const content = await store.read(digest, limits.manifestBytesMax);
  if (content === undefined) {
    throw invalid(
      `The image has no content for ${digest}.`,
      'The copy is not complete; make it anew.',
    );
  }
  if (content.length > limits.manifestBytesMax) {
    throw new UserError(
      'E_LIMIT',
      `The document ${digest} is longer than the ${limits.manifestBytesMax} bytes of manifestBytesMax.`,
    );
  }
  verifyDigest('A document of the image', content, digest);
  return content;
}

/** BuildKit stores attestations as manifests for a platform that nobody has. */
function isAttestation({ platform, annotations }: Descriptor): boolean {
  return (
    annotations.has('vnd.docker.reference.type') ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown')
  );
}

function isIndex(document: unknown): boolean {
  return (
    isRecord(document) && Array.isArray(document['manifests']) && !Array.isArray(document['layers'])
  );
}

/**
 * Signatures and other artifacts have manifests too: their configuration is of another type, or as
 * Cosign writes them of the same, with layers that are none.
 */
function isImage(document: unknown): boolean {
  if (!isRecord(document) || holdsDocuments(document['layers'])) {
    return false;
  }
  const { config } = document;
  const mediaType = isRecord(config) ? config['mediaType'] : undefined;
  return (
    typeof mediaType !== 'string' ||
    mediaType === '' ||
    mediaType === 'application/vnd.oci.image.config.v1+json' ||
    mediaType === 'application/vnd.docker.container.image.v1+json'
  );
}

const LAYER_TYPE = /layer|rootfs|diff|tar/i;

function holdsDocuments(layers: unknown): boolean {
  const types = Array.isArray(layers)
    ? layers.map((layer: unknown) => (isRecord(layer) ? layer['mediaType'] : undefined))
    : [];
  return (
    types.length > 0 &&
    types.every((type) => typeof type === 'string' && type !== '' && !LAYER_TYPE.test(type))
  );
}

function addNames(candidate: Candidate, { annotations }: Descriptor): void {
  for (const annotation of NAME_ANNOTATIONS) {
    const name = annotations.get(annotation);
    if (name === undefined) {
      continue;
    }
    candidate.names.add(name);
    if (name.lastIndexOf(':') > name.lastIndexOf('/') && !candidate.references.includes(name)) {
      candidate.references.push(name);
    }
  }
}

function namedBy(
  reference: string | undefined,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  if (reference === undefined) {
    return candidates;
  }
  const named = candidates.filter(
    ({ names, descriptor }) => names.has(reference) || descriptor.digest === reference,
  );
  if (named.length > 0) {
    return named;
  }
  const known = candidates.flatMap(({ names }) => [...names]).sort(compareText);
  throw new UserError('E_TARGET_UNKNOWN', `The image "${reference}" is not among those stored.`, {
    hint: known.length > 0 ? `There is: ${known.join(', ')}.` : 'The images stored have no names.',
  });
}

interface PlatformCandidate {
  readonly candidate: Candidate;
  readonly platform: Platform;
}

/** The platform that the index gives, or else the configuration itself. */
async function withPlatforms(
  candidates: readonly Candidate[],
  { store, limits }: SelectOptions,
): Promise<readonly PlatformCandidate[]> {
  const found: PlatformCandidate[] = [];
  for (const candidate of candidates) {
    const { descriptor, document } = candidate;
    let { platform } = descriptor;
    if (platform === undefined || platform.architecture === '') {
      const { config } = manifestOf(`The manifest ${descriptor.digest}`, document, {
        mediaType: descriptor.mediaType,
        limits,
      });
      const subject = `The configuration ${config.digest}`;
      const content = await readVerified(store, config, limits);
      platform = configOf(subject, parseDocument(subject, content, limits)).platform;
    }
    found.push({ candidate, platform });
  }
  return found;
}

function fitting(
  candidates: readonly PlatformCandidate[],
  asked: Platform | undefined,
  options: SelectOptions,
): ManifestChoice {
  const wanted = asked ?? hostPlatform(options.hostArchitecture);
  const fits = candidates.filter(({ platform }) => fitsPlatform(platform, wanted));
  const exact = fits.filter(({ platform }) => platform.variant === wanted.variant);
  const [only, ...others] = fits.length > 1 && exact.length > 0 ? exact : fits;
  if (only !== undefined && others.length === 0) {
    return only.candidate;
  }
  const platforms = new Set(candidates.map(({ platform }) => platformText(platform)));
  const names = [...platforms].sort(compareText).join(', ');
  if (only === undefined) {
    throw new UserError('E_PLATFORM', `There is no image for ${platformTextOf(asked, wanted)}.`, {
      hint: `There is one for: ${names}. Choose by --platform.`,
    });
  }
  const known = candidates.flatMap(({ candidate }) => [...candidate.names]).sort(compareText);
  throw new UserError('E_PLATFORM', `Several images fit ${platformTextOf(asked, wanted)}.`, {
    hint:
      platforms.size > 1
        ? `There are images for: ${names}. Choose one by --platform, with its variant.`
        : `Name one after the target and a colon: ${known.length > 0 ? known.join(', ') : 'its digest'}.`,
  });
}

function platformTextOf(asked: Platform | undefined, wanted: Platform): string {
  const parts = [wanted.os, wanted.architecture, wanted.variant].filter((part) => part !== '');
  return asked === undefined ? `${parts.join('/')}, this machine's own platform` : parts.join('/');
}
