import type { Digest } from '../../foundation/core/digest.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Provisions } from './provisions.ts';

/**
 * Facts about a base image that are the same on every machine. They include no content, no local
 * paths and no read times.
 */
export interface BaseHead {
  readonly schema: typeof BASE_SCHEMA;
  /** SHA-256 of the facts without names and rank, in hexadecimal digits. */
  readonly id: string;
  /** Names that users gave it, such as `debian:12-slim`, sorted. */
  readonly names: readonly string[];
  /** Precedence among base images with the same layers: the highest rank is named first. */
  readonly rank: number;
  /**
   * Set if a scan added it and no user named it a base image. It then is not the base image of an
   * image with the same content.
   */
  readonly isRemembered?: true;
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
  /** Number of distinct contents of regular files. */
  readonly fileCount: number;
  /** Total size of regular files. */
  readonly sizeBytes: number;
  /** The smallest {@link SKETCH_SIZE} file digests, sorted, to estimate how many are common. */
  readonly sketch: readonly string[];
}

export interface BaseDistro {
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId?: string;
  readonly versionCodename?: string;
  readonly prettyName?: string;
  /** `SUPPORT_END` of os-release(5). */
  readonly supportEnd?: string;
}

/** A package of a base image: the data that matching needs, without file locations. */
export type BasePackage = Omit<
  InventoryPackage,
  'locations' | 'ownedFiles' | 'otherOwnedFiles' | 'installedFiles' | 'licenses' | 'symbols'
>;

/** The file contents of one package, or of all files without a package. */
export interface BaseContents {
  /** Index in `packages`; absent for files without a package. */
  readonly package?: number;
  /** Short digests of its other files, sorted and joined; each has {@link SHORT_DIGEST_CHARS}. */
  readonly digests: string;
  /** Short build IDs of its ELF files, in the same form. */
  readonly buildIds: string;
  /** Its programs and libraries: the short digest, a space and the path of each, by path. */
  readonly executables: readonly string[];
}

export interface BaseBody {
  readonly packages: readonly BasePackage[];
  readonly contents: readonly BaseContents[];
  readonly provisions: Provisions;
}

export interface BaseImage extends BaseBody {
  readonly head: BaseHead;
}

export const BASE_SCHEMA = 'plimsoll-base/3';

/** 12 bytes in base64url: long enough that a second file with the same value is infeasible. */
export const SHORT_DIGEST_CHARS = 16;

export const SKETCH_SIZE = 64;
