import type { ContentResults } from './content-search.ts';
import type { Digest } from './digest.ts';
import type { Distro } from './distro.ts';
import type { FileSummary } from './file-summary.ts';
import type { FileType, OtherDigestAlgorithm } from './file-table.ts';
import type { InventoryBase, PackageOrigin } from './origin.ts';
import type { Location, Package } from './package.ts';
import type { Problem } from './problem.ts';
import type { Reach } from './reach.ts';
import type { Surface } from './surface.ts';
import type { TargetDescription } from './target.ts';

/** Facts about an executable. */
export interface ExecutableFacts {
  readonly format: 'elf' | 'macho' | 'pe';
  readonly hasExports: boolean;
  readonly hasEntrypoint: boolean;
  readonly importedLibraries: readonly string[];
  /** Only for ELF. Absent members are unknown. */
  readonly security?: {
    readonly symbolTableStripped: boolean;
    readonly stackCanary?: boolean;
    readonly nx: boolean;
    readonly relRo: 'none' | 'partial' | 'full';
    readonly pie: boolean;
    readonly dso: boolean;
    readonly safeStack?: boolean;
    readonly cfi?: boolean;
    readonly fortify?: boolean;
  };
  /** Only for PE and Mach-O with machine code. Absent members are unknown. */
  readonly mitigations?: ExecutableMitigations;
  readonly buildId?: string;
  readonly interpreter?: string;
}

/** Protections against exploits that an executable requests from the system. */
export interface ExecutableMitigations {
  /** Whether it is loaded at an unpredictable address. */
  readonly randomAddress: boolean;
  /** Whether its data, including the stack, is not executable. */
  readonly noExecute: boolean;
  readonly stackCanary?: boolean;
  /** Whether calls are checked to lead to functions; only known for PE. */
  readonly controlFlowGuard?: boolean;
}

/**
 * The layers of an image that count. `squashed`: the view of a process. `all-layers`: the view of a
 * process for every layer with those below it. `deep-squashed`: the packages of `squashed` with
 * their evidence in every layer.
 */
export const SCOPES = ['squashed', 'all-layers', 'deep-squashed'] as const;

export type Scope = (typeof SCOPES)[number];

/** The files that become part of an inventory. */
export const FILE_SELECTIONS = ['none', 'owned-by-package', 'all'] as const;

export type FileSelection = (typeof FILE_SELECTIONS)[number];

/** One file of the inventory: owned by a package, evidence of one, or executable. */
export interface InventoryFile {
  readonly path: string;
  readonly layer?: Digest;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mimeType: string;
  readonly linkTarget?: string;
  readonly sha256?: string;
  readonly sha1?: string;
  /** Further digests in hexadecimal digits by algorithm, if requested. */
  readonly otherDigests?: Readonly<Partial<Record<OtherDigestAlgorithm, string>>>;
  readonly executable?: ExecutableFacts;
  /** Whether a process would see this file; absent in the scope `squashed`. */
  readonly isVisible?: boolean;
}

/**
 * A package in the inventory with a key that is the same for the same package in every run and
 * version of plimsoll.
 */
export interface InventoryPackage extends Package {
  /** 16 hexadecimal digits. */
  readonly key: string;
  /** Absent if the base image was not requested. */
  readonly origin?: PackageOrigin;
  /**
   * Files of the package that exist, if a document lists them with the package; it then need not
   * list the files of the target.
   */
  readonly installedFiles?: readonly InventoryFile[];
}

/**
 * `to` needs `from` in `dependency-of`; `from` holds `to` in `contains`; `from` needs a file that no
 * package installed in `needs-file`. Ends are package keys or a file's path.
 */
export type Relationship =
  | { readonly kind: 'dependency-of'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'contains-file';
      readonly from: string;
      readonly path: string;
      readonly layer?: Digest;
    }
  | { readonly kind: 'evident-by'; readonly from: string; readonly location: Location }
  | {
      readonly kind: 'needs-file';
      readonly from: string;
      readonly path: string;
      readonly layer?: Digest;
    }
  | {
      readonly kind: 'owns-package';
      readonly from: string;
      readonly to: string;
      readonly paths: readonly string[];
      /** Absent if the digests in the record match, and in documents that do not name it. */
      readonly proof?: WeakProof;
    };

/**
 * The proof that a record has for a file without a matching digest. `name`: it has no digest, but
 * the same name and version; `changed`: the digest differs; `path`: it only lists the path.
 */
export const WEAK_PROOFS = ['name', 'changed', 'path'] as const;

export type WeakProof = (typeof WEAK_PROOFS)[number];

/** Whether the record of the first package proves that it installed the second one. */
export function isProvenOwner({ proof }: { readonly proof?: WeakProof }): boolean {
  return proof === undefined || proof === 'name';
}

/** A package that is left out because another one covers its files. */
export interface SuppressedPackage {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly purl: string;
  /** ID of the cataloger. */
  readonly foundBy: string;
  readonly paths: readonly string[];
  /** Key of the package that covers it. */
  readonly by: string;
  /** A sentence without the full stop. */
  readonly reason: string;
}

/** A cataloger that ran, with its name in Syft. */
export interface CatalogerRun {
  readonly id: string;
  readonly alias: string;
  readonly version: number;
}

/**
 * Packages and files of a target, and problems in reading it. Lists are sorted; see
 * `docs/format-json.md` for the order.
 */
export interface Inventory {
  readonly target: TargetDescription;
  readonly distro: Distro | undefined;
  readonly packages: readonly InventoryPackage[];
  readonly files: readonly InventoryFile[];
  /** Facts about the files of the target, if a document states them instead of `files`. */
  readonly fileSummary?: FileSummary;
  readonly relationships: readonly Relationship[];
  /** By name and version; absent if there are none, and in documents that cannot list them. */
  readonly suppressed?: readonly SuppressedPackage[];
  readonly problems: readonly Problem[];
  /** Number of problems beyond `problemsMax`. */
  readonly problemsNotListed: number;
  /** Patterns of paths that the user excluded, so that they were not read; absent if none. */
  readonly excluded?: readonly string[];
  /** The catalogers that ran, sorted by id. */
  readonly catalogers: readonly CatalogerRun[];
  /** Total entry sizes of each layer, the lowest first; empty for a directory or a file. */
  readonly layerBytes: readonly number[];
  readonly scope: Scope;
  /** Reachability of files; absent if it was not requested. */
  readonly reach?: Reach;
  /** Attack surface; absent if it was not requested. */
  readonly surface?: Surface;
  /** Results of the searches of policies; absent if none was requested. */
  readonly content?: ContentResults;
  /** The base image; absent if it was not requested. */
  readonly base?: InventoryBase;
  /**
   * Values of the image's environment variables by name; only present if the image itself was read,
   * because no document holds them.
   */
  readonly environment?: ReadonlyMap<string, string>;
}

export function isComplete(inventory: Pick<Inventory, 'problems' | 'problemsNotListed'>): boolean {
  return inventory.problems.length === 0 && inventory.problemsNotListed === 0;
}
