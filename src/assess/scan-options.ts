import type { ContentSearch } from '../foundation/core/content-search.ts';
import type { DocumentContent } from '../foundation/core/document.ts';
import type { FileSelection, Scope } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { MemoryGauge } from '../foundation/core/memory-gauge.ts';
import type { Progress } from '../foundation/core/progress.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import type { NetworkOptions, UnreadDocument } from '../foundation/core/target.ts';
import type { FoundDocument, VexPlace } from '../foundation/core/vex-reader.ts';
import type { AbiFacts } from '../hardening/base/provisions.ts';
import type { ReachAdditions } from '../hardening/reach/reach-additions.ts';
import type { FactCacheOptions } from '../image/read/fact-cache.ts';
import type { DigestAlgorithm } from '../inventory/assemble/file-digests.ts';
import type { ReadTarget } from './read-target.ts';
import type { CatalogerSelection } from './select-catalogers.ts';

/** Documents that are attached to an image, and why there may be further ones. */
export interface AttachedDocuments {
  readonly documents: readonly FoundDocument[];
  readonly missing: readonly UnreadDocument[];
}

/** Options for reading a target. */
export interface ScanOptions {
  /** `os/architecture[/variant]`, or a part of it, for an image with several platforms. */
  readonly platform?: string;
  /** If true, an image with several platforms is only read if one was requested. */
  readonly isPlatformRequired?: boolean;
  /** ID of the source to use, instead of detecting it. */
  readonly from?: string;
  /** Name of the target in reports, instead of the one derived from the input. */
  readonly name?: string;
  /** Read an SBOM that is attached to an image in a registry, instead of the image. */
  readonly isAttachedSbom?: boolean;
  /** Places in or beside the target that may hold VEX documents; if absent, none. */
  readonly vexFrom?: readonly VexPlace[];
  /** Whether attached documents of any kind are found, not only those that may be VEX. */
  readonly areAllAttachedRequested?: boolean;
  /** Whether statements that are attached to an image in a registry or a layout are read. */
  readonly areAttestationsRequested?: boolean;
  /** Receives them; not called if the target can have none. */
  readonly onAttached?: (attached: AttachedDocuments) => void;
  /** Receives every document that was found there. */
  readonly onVex?: (found: FoundDocument) => void;
  /** Access to registries and container engines. */
  readonly network?: NetworkOptions;
  /**
   * Parent directory for temporary files, or a function that returns it when the first such file is
   * needed. Each run creates a private directory in it.
   */
  readonly temporaryFolder: string | (() => string);
  readonly limits?: Limits;
  /** Maximum memory of the process in bytes; if absent, unlimited. */
  readonly memoryBytesMax?: number;
  readonly progress?: Progress;
  /** Layers that count; `squashed` by default. */
  readonly scope?: Scope;
  readonly catalogers?: CatalogerSelection;
  readonly files?: FileOptions;
  /** Whether to determine which packages the entry point of an image can load. */
  readonly isReachRequested?: boolean;
  /** Facts about the use of the image for that; if absent, its configuration alone counts. */
  readonly reachAdditions?: ReachAdditions;
  /** Whether to measure the attack surface of a target. */
  readonly isSurfaceRequested?: boolean;
  /** Searches for patterns in files. */
  readonly contentSearches?: readonly ContentSearch[];
  /** Key of the fingerprints of secrets in the attack surface; if absent, they have none. */
  readonly fingerprintKey?: Uint8Array;
  /** Identifies Java archives by their content. */
  readonly publishedArchives?: PublishedArchives;
  /** Cache for the facts of layers; if absent, every layer is read. */
  readonly cache?: CacheOptions;
  /**
   * Receives the files of the target before it is cataloged. The inventory is then not taken from
   * the cache.
   */
  readonly onRead?: (read: ReadTarget) => void;
  /** Receives the interfaces of its programs and libraries; if absent, they are not read. */
  readonly onAbi?: (facts: AbiFacts) => void;
  /** Receives the content if the target is a document, which may list only a part of the files. */
  readonly onDocument?: (content: DocumentContent) => void;
}

export type CacheOptions = Pick<FactCacheOptions, 'folder' | 'build' | 'isRenewed'>;

/** Files that are read, and files that are listed. */
export interface FileOptions {
  /** By default files of packages and all executables. */
  readonly selection?: FileSelection;
  /** Patterns of paths to exclude, see `parseExclusions`. */
  readonly exclude?: readonly string[];
  /** For a directory: stay on the file system of its root. */
  readonly isOneFileSystem?: boolean;
  /** SHA-1 and SHA-256 by default. */
  readonly digests?: readonly DigestAlgorithm[];
}

/** Options with limits. */
export interface BoundOptions extends ScanOptions {
  readonly limits: Limits;
  readonly memory?: MemoryGauge;
}
