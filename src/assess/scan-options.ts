import type { DigestAlgorithm } from '../assemble/file-digests.ts';
import type { FileSelection, Scope } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';
import type { Progress } from '../core/progress.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import type { NetworkOptions } from '../core/target.ts';
import type { FoundDocument, VexPlace } from '../core/vex-reader.ts';
import type { FactCacheOptions } from '../read/fact-cache.ts';
import type { CatalogerSelection } from './select-catalogers.ts';

/** What is to be read of a target, and how. */
export interface ScanOptions {
  /** `os/architecture[/variant]`, or a part of it, of an image that has several. */
  readonly platform?: string;
  /** Id of the source to ask, instead of guessing. */
  readonly from?: string;
  /** Name of the target in reports, instead of the one derived from what was asked for. */
  readonly name?: string;
  /** Read an SBOM that is attached to an image in a registry, instead of the image. */
  readonly isAttachedSbom?: boolean;
  /** Where the target itself may tell what of it is not affected; nowhere where it is absent. */
  readonly vexFrom?: readonly VexPlace[];
  /** Is told of every document that was found there. */
  readonly onVex?: (found: FoundDocument) => void;
  /** How registries and container engines may be reached. */
  readonly network?: NetworkOptions;
  /**
   * Where temporary files may go; each run makes a private folder in it. Or what makes that place,
   * called when the first such file is needed.
   */
  readonly temporaryFolder: string | (() => string);
  readonly limits?: Limits;
  /** Bytes of memory that the process may take; absent for as much as there is. */
  readonly memoryBytesMax?: number;
  readonly progress?: Progress;
  /** Which layers count; `squashed` where nothing is said. */
  readonly scope?: Scope;
  readonly catalogers?: CatalogerSelection;
  readonly files?: FileOptions;
  /** Whether to find out what the entry point of an image can load. */
  readonly isReachAsked?: boolean;
  /** Whether to measure what of a target invites attack. */
  readonly isSurfaceAsked?: boolean;
  /** Tells Java archives by their content. */
  readonly publishedArchives?: PublishedArchives;
  /** Where what layers say is kept for the next run; absent where every layer is read. */
  readonly cache?: CacheOptions;
}

export type CacheOptions = Pick<FactCacheOptions, 'folder' | 'build' | 'isRenewed'>;

/** Which files are looked at, and which are listed. */
export interface FileOptions {
  /** Those of packages and all executables where nothing is said. */
  readonly selection?: FileSelection;
  /** Patterns of paths to leave out, see `parseExclusions`. */
  readonly exclude?: readonly string[];
  /** In a directory: stay on the file system of its root. */
  readonly isOneFileSystem?: boolean;
  /** SHA-1 and SHA-256 where nothing is said. */
  readonly digests?: readonly DigestAlgorithm[];
}

/** What is read within bounds of its own. */
export interface BoundOptions extends ScanOptions {
  readonly limits: Limits;
  readonly memory?: MemoryGauge;
}
