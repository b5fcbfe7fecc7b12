import type { FixState } from '../core/advisory.ts';
import type { CoverageVerdict } from '../core/coverage.ts';
import type { FileType } from '../core/file-table.ts';
import type { SeverityWord } from '../core/finding.ts';
import type { ReachClass } from '../core/reach.ts';
import type { SurfaceId, SurfaceScores } from '../core/surface.ts';
import type { TargetDescription } from '../core/target.ts';

/** Parts of a difference whose changes can carry a decision. */
export const SECTIONS = ['configuration', 'packages', 'files', 'executables', 'findings'] as const;

export type Section = (typeof SECTIONS)[number];

/** Somebody's word on one change: it is meant to be so, and why. */
export interface DifferenceDecision {
  readonly reason: string;
  readonly author: string;
  /** File and number of the rule. */
  readonly source: string;
  readonly ticket?: string;
  readonly expiresAt?: string;
  /** Whether it has expired: then it is shown and counts for nothing. */
  readonly isExpired: boolean;
}

interface Change {
  readonly decision?: DifferenceDecision;
}

/** What a change is called by. */
export interface Identified {
  /** 16 hexadecimal digits of what changed, whichever of the two comes first. */
  readonly id: string;
}

/**
 * What a change of the configuration means. `security-gain` and `security-loss`: for whoever
 * attacks; `behaviour`: for whoever runs it; `cosmetic`: for nobody but readers.
 */
export const CONSEQUENCES = ['security-loss', 'security-gain', 'behaviour', 'cosmetic'] as const;

export type Consequence = (typeof CONSEQUENCES)[number];

export interface ConfigurationChange extends Change {
  /** Name as in the image configuration, e.g. `User`, `Env PATH`. */
  readonly name: string;
  /** As text; absent where it is not set. Values that may be secret are not told. */
  readonly before?: string;
  readonly after?: string;
  readonly consequence: Consequence;
}

/** What of a package a comparison needs. */
export interface PackageRef {
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** Paths of its primary evidence, sorted. */
  readonly paths: readonly string[];
}

export const PACKAGE_CHANGES = [
  'added',
  'removed',
  'upgraded',
  'downgraded',
  'changed',
  'rebuilt',
  'relocated',
  'relabelled',
  'renamed',
  'replaced',
] as const;

/**
 * `changed`: another version, and nothing tells which is newer; `rebuilt`: same version, other
 * content; `relabelled`: only its package URL differs; `renamed`: another package of the same
 * source; `createReplacedError`: another package that provides the same.
 */
export type PackageChangeKind = (typeof PACKAGE_CHANGES)[number];

export interface PackageChange extends Change {
  readonly kind: PackageChangeKind;
  readonly before?: PackageRef;
  readonly after?: PackageRef;
  /** What both provide, where that led to the pair: libraries, commands, files. Sorted. */
  readonly provides?: readonly string[];
}

/** What of a file a comparison needs. */
export interface FileRef {
  readonly path: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly sha256?: string;
  readonly linkTarget?: string;
}

export const FILE_CHANGES = [
  'added',
  'removed',
  'moved',
  'type',
  'content',
  'mode',
  'owner',
  'link',
] as const;

export type FileChangeKind = (typeof FILE_CHANGES)[number];

export interface FileChange extends Change {
  /** At least one; several where mode, owner and content changed at once. */
  readonly kinds: readonly FileChangeKind[];
  readonly before?: FileRef;
  readonly after?: FileRef;
  /** Names of the packages that own it; empty where none does. */
  readonly ownerBefore: string;
  readonly ownerAfter: string;
  /** Why it says little: a cache or a log that every build writes anew. */
  readonly noise?: string;
}

export const EXECUTABLE_CHANGES = [
  'added',
  'removed',
  'libraries',
  'hardening',
  'newly-reachable',
  'newly-unreachable',
] as const;

export type ExecutableChangeKind = (typeof EXECUTABLE_CHANGES)[number];

export interface ExecutableChange extends Change {
  readonly kinds: readonly ExecutableChangeKind[];
  readonly path: string;
  /** Libraries that only one of the two needs, sorted. */
  readonly librariesBefore: readonly string[];
  readonly librariesAfter: readonly string[];
  /** Checks that only one of the two passes, sorted. */
  readonly hardeningBefore: readonly string[];
  readonly hardeningAfter: readonly string[];
}

/** What of a finding a comparison needs. */
export interface FindingRef {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: SeverityWord;
  readonly fixState: FixState;
  readonly fixVersions: readonly string[];
  readonly reach?: ReachClass | 'unknown';
  readonly isExploited: boolean;
  readonly package: PackageRef;
}

export const FINDING_CHANGES = ['introduced', 'resolved', 'changed', 'unchanged'] as const;

export type FindingChangeKind = (typeof FINDING_CHANGES)[number];

/**
 * What made it so. The first six are about the package, see {@link PackageChangeKind}; `catalog`:
 * the same bytes, but another package was found in them; `data`: the databases speak differently;
 * `matcher`: versions of the program do; `decision`: somebody set it aside, or no longer does.
 */
export const FINDING_CAUSES = [
  'addition',
  'removal',
  'upgrade',
  'downgrade',
  'version',
  'replacement',
  'catalog',
  'data',
  'matcher',
  'decision',
] as const;

export type FindingCause = (typeof FINDING_CAUSES)[number];

export interface FindingDifference extends Change {
  readonly kind: FindingChangeKind;
  /** Absent for what is there on both sides. */
  readonly cause?: FindingCause;
  readonly before?: FindingRef;
  readonly after?: FindingRef;
  /** The package as it is on the side that has no such finding, where it is there. */
  readonly counterpart?: PackageRef;
  /** What differs between the two, of `changed`: severity, fix, reach. */
  readonly aspects: readonly ('severity' | 'fix' | 'reach')[];
}

/** One layer, or two that have the same content. */
export interface LayerRow {
  readonly diffId: string;
  /** Position from the bottom, from 0; absent on the side that has it not. */
  readonly before?: number;
  readonly after?: number;
  readonly bytes: number;
  /** Of the history entry, where the configuration tells. */
  readonly instruction?: string;
}

export interface LayerComparison {
  /** From the bottom up; shared layers stand in one row. Empty where no side has layers. */
  readonly rows: readonly LayerRow[];
  readonly sharedBytes: number;
}

/** Findings of one side, counted. */
export interface FindingCounts {
  readonly total: number;
  readonly bySeverity: Readonly<Record<SeverityWord, number>>;
  /** By class and severity; `not-asked` where reach was not asked for. */
  readonly byReach: Readonly<Record<ReachBand, Readonly<Record<SeverityWord, number>>>>;
  readonly exploited: number;
  /** With a version that fixes. */
  readonly fixable: number;
  /** Open, and nobody has said anything of it; a suggestion is not yet a word. */
  readonly unjustified: number;
  /** Of these, those for which a justification is suggested. */
  readonly suggested: number;
  readonly setAside: number;
  readonly unevaluatedPackages: number;
}

export const REACH_BANDS = ['reachable', 'possible', 'present', 'unknown'] as const;

/**
 * `reachable`: required or likely; `possible`: possible, data or tainted; `present`: unreachable;
 * `unknown`: not asked for, or nothing can be said.
 */
export type ReachBand = (typeof REACH_BANDS)[number];

export interface SideCoverage {
  readonly verdict: CoverageVerdict;
  readonly reasons: readonly string[];
  /** Part of the bytes of executables that a package explains; absent: it has none. */
  readonly explainedShare?: number;
  /** Why no verdict can rest on this side; absent: one can. */
  readonly unreadable?: string;
}

/** One of the two targets, counted. */
export interface Side {
  readonly name: string;
  /** As much of a path as tells the two apart, where its last name does not. */
  readonly distinctName?: string;
  readonly kind: TargetDescription['kind'];
  /** Manifest digest of an image. */
  readonly digest?: string;
  readonly platform?: string;
  readonly system?: string;
  /** RFC 3339, as the configuration says. */
  readonly createdAt?: string;
  readonly packages: number;
  readonly packagesByType: Readonly<Record<string, number>>;
  /** ELF, PE and Mach-O files; absent where the inventory does not tell. */
  readonly executables?: number;
  /** Regular files that both inventories would list; absent where this one lists none. */
  readonly files?: number;
  /** Sum of the sizes of these. */
  readonly fileBytes?: number;
  /** Sum of the entries of all layers; absent where there are none. */
  readonly layerBytes?: number;
  readonly cLibrary?: 'glibc' | 'musl';
  readonly user?: string;
  readonly databaseBuiltAt?: string;
  /** Absent where nothing was evaluated, which is not zero. */
  readonly findings?: FindingCounts;
  readonly coverage: SideCoverage;
  /** Bytes of files by owning package, the largest first; `''` for what no package owns. */
  readonly bytesByPackage: readonly PackageBytes[];
}

export interface PackageBytes {
  readonly name: string;
  readonly bytes: number;
}

export interface SurfaceRow {
  readonly id: SurfaceId;
  /** Absent where it cannot be told. */
  readonly before?: number;
  readonly after?: number;
  /** What only one side has, sorted; nothing where one of them does not tell. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  readonly note?: string;
}

export interface SurfaceComparison {
  readonly rows: readonly SurfaceRow[];
  readonly scores?: { readonly before?: SurfaceScores; readonly after?: SurfaceScores };
  readonly ranking: Ranking;
}

/**
 * Which of two is smaller. `refused`: it would not be fair to say; `dominance`: smaller or equal in
 * every dimension that both know; `weighted`: neither dominates, so that it depends on weights.
 */
export type Ranking =
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }
  | { readonly kind: 'equal'; readonly dimensions: number }
  | {
      readonly kind: 'dominance';
      readonly smaller: 'before' | 'after';
      readonly dimensions: number;
      readonly largest: readonly SurfaceId[];
    }
  | {
      readonly kind: 'weighted';
      readonly smaller: 'before' | 'after';
      readonly dimensions: number;
      readonly indexBefore: number;
      readonly indexAfter: number;
      /** Part of the seeded weightings under which that one is smaller. */
      readonly share: number;
      readonly weightings: number;
      readonly largest: readonly SurfaceId[];
      /** Dimensions in which the other one is smaller. */
      readonly against: readonly SurfaceId[];
    };

/** What one side cannot do that the other one can. */
export interface Inability {
  readonly side: 'before' | 'after';
  /** A sentence without the full stop. */
  readonly what: string;
}

/** Findings of both targets by an earlier and by the current database. */
export interface DatabaseGrid {
  readonly earlierBuiltAt: string;
  readonly currentBuiltAt: string;
  /** Absent where that was not evaluated. */
  readonly beforeEarlier?: number;
  readonly beforeCurrent: number;
  readonly afterEarlier?: number;
  readonly afterCurrent: number;
  /** Of the first target: what only the data changed, as `id package`. */
  readonly knownNow: readonly string[];
  readonly goneNow: readonly string[];
  /** Of the second, where that was evaluated as well. */
  readonly knownNowAfter?: readonly string[];
  readonly goneNowAfter?: readonly string[];
}

/** What differs between two targets, before the changes have ids: most outputs show none. */
export interface BareDifference {
  readonly before: Side;
  readonly after: Side;
  readonly configuration: readonly ConfigurationChange[];
  readonly packages: readonly PackageChange[];
  readonly files: readonly FileChange[];
  /** Why not all files were compared; absent: they were. */
  readonly filesNote?: string;
  readonly executables: readonly ExecutableChange[];
  /** Also those that did not change. */
  readonly findings: readonly FindingDifference[];
  readonly layers: LayerComparison;
  readonly surface: SurfaceComparison;
  readonly inabilities: readonly Inability[];
  /** What makes the two hard to compare, as sentences without the full stop. */
  readonly cautions: readonly string[];
  readonly grid?: DatabaseGrid;
}

/** All that differs between two targets. */
export interface Difference extends BareDifference {
  readonly configuration: readonly (ConfigurationChange & Identified)[];
  readonly packages: readonly (PackageChange & Identified)[];
  readonly files: readonly (FileChange & Identified)[];
  readonly executables: readonly (ExecutableChange & Identified)[];
  readonly findings: readonly (FindingDifference & Identified)[];
}
