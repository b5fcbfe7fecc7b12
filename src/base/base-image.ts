import type { Digest } from '../core/digest.ts';
import type { InventoryPackage } from '../core/inventory.ts';

/**
 * Facts about a base image that stay the same on every machine: never content, no local paths, no
 * times of reading.
 */
export interface BaseHead {
  readonly schema: typeof BASE_SCHEMA;
  /** SHA-256 of the facts without names and rank, in hexadecimal digits. */
  readonly id: string;
  /** Names that users gave it, such as `debian:12-slim`, sorted. */
  readonly names: readonly string[];
  /** Among several base images with the same layers, the highest rank is named first. */
  readonly rank: number;
  /** `sha256:…` of the manifest; absent for a directory. */
  readonly manifestDigest?: Digest;
  /** Digest of the configuration; absent for a directory. */
  readonly imageId?: Digest;
  /** RFC 3339, from the configuration; absent if it is not stated. */
  readonly created?: string;
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly distro?: BaseDistro;
  /** Diff IDs, the lowest layer first; empty for a directory. */
  readonly layers: readonly Digest[];
  /** Chain ID of all layers. OCI image specification, config.md, "Layer ChainID". */
  readonly chainId?: Digest;
  /** The same with an empty layer for each history entry without one, as deps.dev computes it. */
  readonly emptyLayerChainId?: Digest;
  /** Normalized `created_by` of every history entry, the oldest first. */
  readonly history: readonly string[];
  readonly packageCount: number;
  /** Distinct contents of regular files. */
  readonly fileCount: number;
  /** The smallest {@link SKETCH_SIZE} file digests in order: an estimate of common files. */
  readonly sketch: readonly string[];
}

export interface BaseDistro {
  readonly id: string;
  readonly versionId?: string;
  readonly prettyName?: string;
  /** `SUPPORT_END` of os-release(5). */
  readonly supportEnd?: string;
}

/** A package of a base image: everything that matching needs, without places of files. */
export type BasePackage = Omit<
  InventoryPackage,
  'locations' | 'ownedFiles' | 'otherOwnedFiles' | 'installedFiles' | 'licenses' | 'symbols'
>;

/** The contents of the files of one package, or of no package. */
export interface BaseContents {
  /** Index in `packages`; absent for files of no package. */
  readonly package?: number;
  /** Short digests of the files, sorted and joined; each has {@link SHORT_DIGEST_CHARS}. */
  readonly digests: string;
  /** Short build IDs of its ELF files, joined in the same way. */
  readonly buildIds: string;
}

export interface BaseBody {
  readonly packages: readonly BasePackage[];
  readonly contents: readonly BaseContents[];
}

export interface BaseImage extends BaseBody {
  readonly head: BaseHead;
}

export const BASE_SCHEMA = 'plimsoll-base/1';

/** 12 bytes in base64url: a second file with the same value is out of reach. */
export const SHORT_DIGEST_CHARS = 16;

export const SKETCH_SIZE = 64;
