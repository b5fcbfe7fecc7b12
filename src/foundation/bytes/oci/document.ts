import { hash } from 'node:crypto';
import { toBuffer } from '../../core/bytes.ts';
import { type Digest, isDigest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import { normalizeImageConfig } from '../../core/image-config.ts';
import type { Limits } from '../../core/limits.ts';
import { parseMeasuredJson } from '../../syntax/json/bounded-json.ts';
import { isRecord, ownMember } from '../../syntax/json/guard.ts';
import { findRepeatedMember } from '../../syntax/json/repeated-member.ts';
import type { Platform } from './platform.ts';

/** OCI image specification, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Absent if the descriptor has none. */
  readonly platform?: Platform;
  readonly annotations: ReadonlyMap<string, string>;
  /** Only set for artifacts that declare it. */
  readonly artifactType?: string;
}

export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
}

export interface ImageManifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageConfig {
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  readonly diffIds: readonly Digest[];
  /** `created_by` of the history entries that created layers, in layer order. */
  readonly instructions: readonly string[];
}

export type JsonRecord = Readonly<Record<string, unknown>>;

export function createInvalidError(message: string, hint?: string): UserError {
  return new UserError('E_IMAGE_INVALID', message, hint === undefined ? {} : { hint });
}

/** Throws `E_DIGEST_MISMATCH` with both digests if the content does not match its digest. */
export function verifyDigest(subject: string, content: Uint8Array, expected: Digest): void {
  const algorithm = expected.startsWith('sha512:') ? 'sha512' : 'sha256';
  const actual = `${algorithm}:${hash(algorithm, content, 'hex')}`;
  if (actual !== expected) {
    throw new UserError(
      'E_DIGEST_MISMATCH',
      `digest mismatch: ${subject} should have ${expected}, but its content has ${actual}`,
      { hint: 'fetch or build the image again; it was damaged or changed after it was built' },
    );
  }
}

/**
 * Parses a JSON document, nested at most `documentDepthMax` deep. A duplicate member is refused,
 * because runtimes merge both or use either.
 */
export function parseDocument(subject: string, content: Uint8Array, limits: Limits): unknown {
  const text = toBuffer(content).toString('utf8');
  const value = parseMeasuredJson(text, {
    subject,
    limits,
    otherwise: (message, cause) => new UserError('E_IMAGE_INVALID', message, { cause }),
  });
  const repeated = findRepeatedMember(text);
  if (repeated !== undefined) {
    throw createInvalidError(
      `${subject} has the member ${JSON.stringify(repeated)} twice`,
      AMBIGUOUS_HINT,
    );
  }
  return value;
}

const AMBIGUOUS_HINT = 'build the image again; container runtimes disagree about how to read it';

/** OCI image specification, image-index.md. */
export function indexOf(subject: string, document: unknown, limits: Limits): ImageIndex {
  const { manifests, config, layers, fsLayers } = readMembers(subject, document, DOCUMENT_MEMBERS);
  if (!Array.isArray(manifests)) {
    throw createInvalidError(`${subject} has no list of manifests`);
  }
  if ([config, layers, fsLayers].some(isGiven)) {
    throw createInvalidError(`${subject} is both an index and a manifest`, AMBIGUOUS_HINT);
  }
  if (manifests.length > limits.indexEntriesMax) {
    throw new UserError(
      'E_LIMIT',
      `${subject} has ${manifests.length} manifests; the limit indexEntriesMax allows ${limits.indexEntriesMax}`,
    );
  }
  return { manifests: manifests.map((entry) => parseDescriptor(subject, entry)) };
}

/** OCI image specification, manifest.md. */
export function parseManifest(
  subject: string,
  document: unknown,
  options: { readonly mediaType: string; readonly limits: Limits },
): ImageManifest {
  const { mediaType, config, layers, manifests, fsLayers } = readMembers(
    subject,
    document,
    DOCUMENT_MEMBERS,
  );
  if (!Array.isArray(layers)) {
    throw createInvalidError(`${subject} has no list of layers`);
  }
  if ([manifests, fsLayers].some(isGiven)) {
    throw createInvalidError(`${subject} is both an index and a manifest`, AMBIGUOUS_HINT);
  }
  checkLayerCount(subject, layers.length, options.limits);
  return {
    mediaType: getTextOr(mediaType, options.mediaType),
    config: parseDescriptor(subject, config),
    layers: layers.map((entry) => parseDescriptor(subject, entry)),
  };
}

export function checkLayerCount(subject: string, count: number, limits: Limits): void {
  if (count > limits.layersMax) {
    throw new UserError(
      'E_LIMIT',
      `${subject} has ${count} layers; the limit layersMax allows ${limits.layersMax}`,
    );
  }
}

/** OCI image specification, config.md; the same members as Docker's own configuration. */
export function parseConfig(subject: string, document: unknown): ImageConfig {
  const { architecture, os, variant, config, rootfs, history } = readMembers(
    subject,
    document,
    CONFIG_MEMBERS,
  );
  const { diff_ids: diffIds } = isRecord(rootfs)
    ? readMembers(subject, rootfs, ROOT_MEMBERS)
    : { diff_ids: undefined };
  const listed = diffIds === undefined || diffIds === null ? [] : diffIds;
  if (!Array.isArray(listed) || !listed.every(isDigest)) {
    throw createInvalidError(`${subject} has a list of diff IDs that are not digests`);
  }
  const described = normalizeImageConfig({ config, history });
  return {
    platform: {
      os: getTextOr(os, ''),
      architecture: getTextOr(architecture, ''),
      variant: getTextOr(variant, ''),
    },
    labels: Object.fromEntries(listTexts(described.process['Labels'])),
    diffIds: listed,
    instructions: described.history
      .filter((entry) => entry['empty_layer'] !== true)
      .map((entry) => getTextOr(entry['created_by'], '')),
  };
}

function parseDescriptor(subject: string, value: unknown): Descriptor {
  const { mediaType, digest, size, platform, annotations, artifactType } = readMembers(
    subject,
    value,
    DESCRIPTOR_MEMBERS,
  );
  if (!isDigest(digest)) {
    throw createInvalidError(`${subject} names content by an invalid digest`);
  }
  return {
    mediaType: getTextOr(mediaType, ''),
    digest,
    sizeBytes: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0,
    ...(isRecord(platform) ? { platform: parsePlatformMembers(subject, platform) } : {}),
    annotations: new Map(listTexts(annotations)),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
}

function parsePlatformMembers(subject: string, value: JsonRecord): Platform {
  const { os, architecture, variant } = readMembers(subject, value, PLATFORM_MEMBERS);
  return {
    os: getTextOr(os, ''),
    architecture: getTextOr(architecture, ''),
    variant: getTextOr(variant, ''),
  };
}

function listTexts(value: unknown): [string, string][] {
  return isRecord(value)
    ? Object.entries(value).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      )
    : [];
}

const DOCUMENT_MEMBERS = ['mediaType', 'manifests', 'config', 'layers', 'fsLayers'] as const;
const CONFIG_MEMBERS = ['architecture', 'os', 'variant', 'config', 'rootfs', 'history'] as const;
const ROOT_MEMBERS = ['diff_ids'] as const;
const PLATFORM_MEMBERS = ['os', 'architecture', 'variant'] as const;
const DESCRIPTOR_MEMBERS = [
  'mediaType',
  'digest',
  'size',
  'platform',
  'annotations',
  'artifactType',
] as const;

/**
 * Reads members of an object by their exact names. A name that only differs in case is refused:
 * runtimes written in Go accept it, so they would use another image.
 *
 * @throws UserError `E_IMAGE_INVALID`
 */
export function readMembers<const Name extends string>(
  subject: string,
  value: unknown,
  names: readonly Name[],
): Readonly<Record<Name, unknown>> {
  if (!isRecord(value)) {
    throw createInvalidError(`${subject} is not a JSON object`);
  }
  const exact = new Set<string>(names);
  const folded = new Set(names.map(foldName));
  const misspelled = Object.keys(value).find((key) => !exact.has(key) && folded.has(foldName(key)));
  if (misspelled !== undefined) {
    const message = `${subject} has a misspelled member ${JSON.stringify(misspelled)}`;
    throw createInvalidError(message, AMBIGUOUS_HINT);
  }
  const members = names.map((name) => [name, ownMember(value, name)] as const);
  return Object.fromEntries(members) as Record<Name, unknown>;
}

/** Folds the case of every letter, as Go's `encoding/json` does to compare names. */
function foldName(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function getTextOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
