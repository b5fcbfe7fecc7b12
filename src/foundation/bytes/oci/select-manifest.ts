import { compareText } from '../../core/compare-text.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Problem } from '../../core/problem.ts';
import {
  type ChooseOptions,
  type Instance,
  InstanceChooser,
  type Outcome,
} from './choose-instance.ts';
import { createInvalidError, type Descriptor, parseDocument } from './document.ts';
import { findPlatformRank, formatPlatform, type Platform } from './platform.ts';
import { isIndexDocument, readVerified } from './read-manifest.ts';

/** One image that an index leads to. */
export interface ManifestChoice extends Instance {
  /** Full references of the image in the index, such as `docker.io/library/alpine:3.20`. */
  readonly references: readonly string[];
  readonly problems: readonly Problem[];
}

/** A name by which a user selects one of several images. */
export interface AskedName {
  readonly text: string;
  /** Returns whether a stored name of an image equals this one. */
  isSame(name: string): boolean;
}

export interface LayoutOptions extends ChooseOptions {
  /** A reference, tag or digest of the image in the index. */
  readonly reference?: AskedName;
}

/** A manifest or index as a registry returns it. */
export interface RootManifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/**
 * Annotations with the name of an image: containerd's full name; in an OCI layout the full name or
 * only the tag.
 */
const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * Finds the image in a registry's response: the manifest itself, or the first one of an index for
 * the platform, as containers/image does.
 *
 * @throws UserError `E_PLATFORM` if there is none for the platform, naming the existing ones;
 *   `E_IMAGE_INVALID`, `E_DIGEST_MISMATCH` or `E_LIMIT` if a document is malformed.
 */
export async function selectFromRegistry(
  root: RootManifest,
  options: ChooseOptions,
): Promise<ManifestChoice> {
  const chooser = new InstanceChooser(options);
  const { mediaType, digest, bytes } = root;
  const subject = 'the index of the image';
  const document = parseDocument(subject, bytes, options.limits);
  const descriptor = { mediaType, digest, sizeBytes: bytes.length, annotations: new Map() };
  const outcome = isIndexDocument(document, mediaType)
    ? await chooser.choose(subject, document, 1)
    : await chooser.openInstance(descriptor, 1);
  if (outcome.instance === undefined) {
    throw outcome.platforms.length === 0
      ? createNoImageError()
      : createNoPlatformError(chooser, outcome.platforms);
  }
  if (chooser.requested !== undefined && !chooser.isMatch(outcome.platform)) {
    throw createNoPlatformError(chooser, [outcome.platform]);
  }
  return { ...outcome.instance, references: [] };
}

/**
 * Finds the requested image of a layout. The `index.json` of a layout is a list of images: if
 * several match and none is named, that is an error.
 *
 * @throws UserError `E_PLATFORM` if none or several match, naming the existing ones;
 *   `E_TARGET_UNKNOWN` if the reference is not among the names; `E_IMAGE_INVALID`,
 *   `E_DIGEST_MISMATCH` or `E_LIMIT` if the index is malformed.
 */
export async function selectFromLayout(
  index: Uint8Array,
  options: LayoutOptions,
): Promise<ManifestChoice> {
  const chooser = new InstanceChooser(options);
  const subject = 'the index of the image';
  const document = parseDocument(subject, index, options.limits);
  const entries = chooser.listEntries(subject, document);
  const named = await findNamed(entries, chooser, options);
  const images = new Map<Digest, Candidate>();
  const platforms: Platform[] = [];
  for (const descriptor of named) {
    const outcome = await chooser.openInstance(descriptor, 1);
    if (outcome.instance === undefined) {
      refuseMisplaced(descriptor, outcome);
      platforms.push(...outcome.platforms);
      continue;
    }
    const { digest } = outcome.instance.descriptor;
    const known = images.get(digest) ?? { ...outcome, names: new Set(), references: new Set() };
    addNames(known, descriptor);
    addNames(known, outcome.instance.descriptor);
    images.set(digest, known);
  }
  chooser.requirePlatform([...images.values()].map(({ platform }) => platform));
  const { instance, references } = chooseCandidate([...images.values()], platforms, {
    chooser,
    isSelected: options.reference !== undefined,
  });
  return { ...instance, references: [...references] };
}

interface Candidate {
  readonly instance: Instance;
  readonly platform: Platform;
  /** Names by which the user may select it. */
  readonly names: Set<string>;
  readonly references: Set<string>;
}

/** Some runtime treats every entry with a real platform as an image. */
function refuseMisplaced({ digest, platform }: Descriptor, outcome: Outcome): void {
  const isReal = platform !== undefined && !['', 'unknown'].includes(platform.architecture);
  if (outcome.instance === undefined && outcome.platforms.length === 0 && isReal) {
    const text = formatPlatform(platform);
    throw createInvalidError(
      `the entry ${digest} for ${text} in the image index is not an image`,
      'choose another entry; this one may be an attestation or a signature',
    );
  }
}

function addNames(candidate: Candidate, { annotations }: Descriptor): void {
  for (const annotation of NAME_ANNOTATIONS) {
    const name = annotations.get(annotation);
    if (name === undefined) {
      continue;
    }
    candidate.names.add(name);
    if (name.lastIndexOf(':') > name.lastIndexOf('/')) {
      candidate.references.add(name);
    }
  }
}

/**
 * Finds entries with the requested name or digest, in the layout's index or in one that it lists.
 */
async function findNamed(
  entries: readonly Descriptor[],
  chooser: InstanceChooser,
  { reference, store, limits }: LayoutOptions,
): Promise<readonly Descriptor[]> {
  if (reference === undefined) {
    return entries;
  }
  const names = new Set<string>();
  let level = entries;
  for (let depth = 1; level.length > 0 && depth <= limits.indexDepthMax; depth++) {
    const named = level.filter((entry) => isNamed(entry, reference));
    if (named.length > 0) {
      return named;
    }
    const inner: Descriptor[] = [];
    for (const descriptor of level) {
      for (const annotation of NAME_ANNOTATIONS) {
        names.add(descriptor.annotations.get(annotation) ?? '');
      }
      const content = await store.read(descriptor.digest, limits.manifestBytesMax);
      if (content !== undefined) {
        const subject = `the manifest ${descriptor.digest}`;
        const document = parseDocument(
          subject,
          await readVerified(store, descriptor, limits),
          limits,
        );
        const isIndex = isIndexDocument(document, descriptor.mediaType);
        inner.push(...(isIndex ? chooser.listEntries(subject, document) : []));
      }
    }
    level = inner;
  }
  names.delete('');
  const known = [...names].sort(compareText);
  throw new UserError('E_TARGET_UNKNOWN', `no stored image is named "${reference.text}"`, {
    hint:
      known.length > 0
        ? `use one of: ${known.join(', ')}`
        : 'leave out the name: the stored images have none',
  });
}

function isNamed({ digest, annotations }: Descriptor, reference: AskedName): boolean {
  return (
    digest === reference.text ||
    NAME_ANNOTATIONS.some((annotation) => {
      const name = annotations.get(annotation);
      return name !== undefined && reference.isSame(name);
    })
  );
}

interface Selection {
  readonly chooser: InstanceChooser;
  /** Whether the user named one image. */
  readonly isSelected: boolean;
}

function chooseCandidate(
  candidates: readonly Candidate[],
  platforms: readonly Platform[],
  { chooser, isSelected }: Selection,
): Candidate {
  const [first, ...others] = candidates;
  const isRequested = chooser.requested !== undefined;
  if (first === undefined) {
    throw platforms.length === 0 ? createNoImageError() : createNoPlatformError(chooser, platforms);
  }
  if (others.length === 0 && !isRequested) {
    return first;
  }
  if (!isRequested && !isSelected && hasDifferentNames(candidates)) {
    throw createSeveralImagesError('the layout contains several images', candidates, candidates);
  }
  const ranked = candidates
    .map((candidate) => ({ candidate, rank: findPlatformRank(candidate.platform, chooser.wanted) }))
    .filter(({ rank }) => rank >= 0);
  const rank = Math.min(...ranked.map((each) => each.rank));
  const best = ranked.filter((each) => each.rank === rank).map(({ candidate }) => candidate);
  const matching =
    best.length > 0 ? best : candidates.filter(({ platform }) => chooser.isMatch(platform));
  const [only, ...rivals] = matching;
  if (only === undefined) {
    throw createNoPlatformError(chooser, [
      ...candidates.map(({ platform }) => platform),
      ...platforms,
    ]);
  }
  if (rivals.length > 0) {
    throw createSeveralImagesError(
      `several images match ${describeWanted(chooser)}`,
      matching,
      candidates,
    );
  }
  return only;
}

/** Images with different names are not variants of one image. */
function hasDifferentNames(candidates: readonly Candidate[]): boolean {
  const lists = candidates.map(({ names }) => [...names].sort(compareText).join('\n'));
  return new Set(lists).size > 1;
}

function createNoImageError(): UserError {
  return createInvalidError(
    'the image index does not lead to an image',
    'check the image; its index may contain only attestations or signatures',
  );
}

function createNoPlatformError(
  chooser: InstanceChooser,
  platforms: readonly Platform[],
): UserError {
  const names = [...new Set(platforms.map(formatPlatform))].sort(compareText).join(', ');
  return new UserError('E_PLATFORM', `no image for ${describeWanted(chooser)}`, {
    hint: `choose one with --platform: ${names}`,
  });
}

function createSeveralImagesError(
  message: string,
  rivals: readonly Candidate[],
  all: readonly Candidate[],
): UserError {
  const platforms = new Set(all.map(({ platform }) => formatPlatform(platform)));
  const names = rivals.flatMap((candidate) => [...candidate.names]).sort(compareText);
  const digests = rivals.map(({ instance }) => instance.descriptor.digest);
  const choices = names.length > 0 ? names : digests;
  return new UserError('E_PLATFORM', `${message}, and none was selected`, {
    hint:
      new Set(rivals.map(({ platform }) => formatPlatform(platform))).size > 1 && names.length === 0
        ? `choose one with --platform, including its variant: ${[...platforms].sort(compareText).join(', ')}`
        : `add its name after the target and a colon: ${choices.join(', ')}`,
  });
}

function describeWanted({ requested, wanted }: InstanceChooser): string {
  const { os = '', architecture = '', variant = '' } = requested ?? wanted[0] ?? {};
  const parts = [os, architecture, requested === undefined ? '' : variant];
  const text = parts.filter((part) => part !== '').join('/');
  return requested === undefined ? `${text}, the platform of this machine` : text;
}
