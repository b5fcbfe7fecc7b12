import type { FixState } from '../../foundation/core/advisory.ts';
import type { CoverageVerdict } from '../../foundation/core/coverage.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { ReachClass } from '../../foundation/core/reach.ts';
import type { SurfaceId, SurfaceScores } from '../../foundation/core/surface.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';

/** Parts of a difference whose changes can carry a decision. */
export const SECTIONS = ['configuration', 'packages', 'files', 'executables', 'findings'] as const;

export type Section = (typeof SECTIONS)[number];

/** A user's decision that one change is intended, with the reason. */
export interface DifferenceDecision {
  readonly reason: string;
  readonly author: string;
  /** File and number of the rule. */
  readonly source: string;
  readonly ticket?: string;
  readonly expiresAt?: string;
  /** Whether it has expired: then it is shown but has no effect. */
  readonly isExpired: boolean;
}

/** A change, with the decision that accepts it. */
export interface Change {
  readonly decision?: DifferenceDecision;
}

/** The ID of a change. */
export interface Identified {
  /** 16 hexadecimal digits that identify the change in both directions. */
  readonly id: string;
}

/**
 * Consequence of a change of the configuration. `security-gain` and `security-loss` affect
 * attackers, `behavior` whoever runs the image, `cosmetic` only readers.
 */
export const CONSEQUENCES = ['security-loss', 'security-gain', 'behavior', 'cosmetic'] as const;

export type Consequence = (typeof CONSEQUENCES)[number];

export interface ConfigurationChange extends Change {
  /** Name as in the image configuration, e.g. `User`, `Env PATH`. */
  readonly name: string;
  /** As text; absent if it is not set. Values that may be secret are left out. */
  readonly before?: string;
  readonly after?: string;
  readonly consequence: Consequence;
}

/** The members of a package that a comparison needs. */
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
 * `changed`: another version, and it is unknown which is newer; `rebuilt`: same version, other
 * content; `relabelled`: only its package URL differs; `renamed`: another package of the same
 * source; `replaced`: another package that provides the same.
 */
export type PackageChangeKind = (typeof PACKAGE_CHANGES)[number];

export interface PackageChange extends Change {
  readonly kind: PackageChangeKind;
  readonly before?: PackageRef;
  readonly after?: PackageRef;
  /** Provisions of both if they led to the pair: libraries, commands, files. Sorted. */
  readonly provides?: readonly string[];
}

/** The members of a file that a comparison needs. */
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
  /** At least one; several if mode, owner and content changed at once. */
  readonly kinds: readonly FileChangeKind[];
  readonly before?: FileRef;
  readonly after?: FileRef;
  /** Names of the packages that own it; empty if none does. */
  readonly ownerBefore: string;
  readonly ownerAfter: string;
  /** Reason for which the change is insignificant: a cache or a log that every build rewrites. */
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

/** The members of a finding that a comparison needs. */
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
 * Cause of the change. The first six are about the package, see {@link PackageChangeKind};
 * `catalog`: the same bytes, but another package was found in them; `data`: the databases differ;
 * `matcher`: the versions of the program differ; `decision`: a decision suppressed it, or no longer
 * does.
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
  /** Absent for findings of both sides. */
  readonly cause?: FindingCause;
  readonly before?: FindingRef;
  readonly after?: FindingRef;
  /** The package on the side without such a finding, if it exists there. */
  readonly counterpart?: PackageRef;
  /** Differences of a `changed` finding: severity, fix, reach. */
  readonly aspects: readonly ('severity' | 'fix' | 'reach')[];
}

/** One layer, or two that have the same content. */
export interface LayerRow {
  readonly diffId: string;
  /** Position from the bottom, from 0; absent on the side without the layer. */
  readonly before?: number;
  readonly after?: number;
  readonly bytes: number;
  /** Instruction of the history entry, if the configuration has one. */
  readonly instruction?: string;
}

export interface LayerComparison {
  /** From the bottom up; shared layers are one row. Empty if neither side has layers. */
  readonly rows: readonly LayerRow[];
  readonly sharedBytes: number;
}

/** Counts of the findings of one side. */
export interface FindingCounts {
  readonly total: number;
  readonly bySeverity: Readonly<Record<SeverityWord, number>>;
  /** By class and severity; `not-asked` if reachability was not requested. */
  readonly byReach: Readonly<Record<ReachBand, Readonly<Record<SeverityWord, number>>>>;
  readonly exploited: number;
  /** Findings with a fixed version. */
  readonly fixable: number;
  /** Open findings without any statement; a suggestion does not count as one. */
  readonly unjustified: number;
  /** The number of them with a suggested justification. */
  readonly suggested: number;
  readonly setAside: number;
  readonly unevaluatedPackages: number;
}

export const REACH_BANDS = ['reachable', 'possible', 'present', 'unknown'] as const;

/**
 * `reachable`: required or likely; `possible`: possible, data or tainted; `present`: unreachable;
 * `unknown`: not requested, or not determinable.
 */
export type ReachBand = (typeof REACH_BANDS)[number];

export interface SideCoverage {
  readonly verdict: CoverageVerdict;
  readonly reasons: readonly string[];
  /** Fraction of the bytes of executables that packages explain; if absent, it has none. */
  readonly explainedShare?: number;
  /** Reason why no verdict can be based on this side; absent if one can. */
  readonly unreadable?: string;
}

/** Counts of one of the two targets. */
export interface Side {
  readonly name: string;
  /** The end of the path that distinguishes the two, if their base names do not. */
  readonly distinctName?: string;
  readonly kind: TargetDescription['kind'];
  /** Manifest digest of an image. */
  readonly digest?: string;
  readonly platform?: string;
  readonly system?: string;
  /** RFC 3339, from the configuration. */
  readonly createdAt?: string;
  readonly packages: number;
  readonly packagesByType: Readonly<Record<string, number>>;
  /** ELF, PE and Mach-O files; absent if the inventory has no such information. */
  readonly executables?: number;
  /** Regular files that both inventories would list; absent if this one lists none. */
  readonly files?: number;
  /** Sum of the sizes of these files. */
  readonly fileBytes?: number;
  /** Sum of the entries of all layers; absent if there are none. */
  readonly layerBytes?: number;
  readonly cLibrary?: 'glibc' | 'musl';
  readonly user?: string;
  readonly databaseBuiltAt?: string;
  /** Absent if nothing was evaluated, which is not zero. */
  readonly findings?: FindingCounts;
  readonly coverage: SideCoverage;
  /** Bytes of files by owning package, the largest first; `''` for files without an owner. */
  readonly bytesByPackage: readonly PackageBytes[];
}

export interface PackageBytes {
  readonly name: string;
  readonly bytes: number;
}

export interface SurfaceRow {
  readonly id: SurfaceId;
  /** Absent if it is unknown. */
  readonly before?: number;
  readonly after?: number;
  /** Items of only one side, sorted; empty if one of them is unknown. */
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
 * Which of the two is smaller. `refused`: they are not comparable; `dominance`: smaller or equal in
 * every dimension known for both; `weighted`: neither dominates, so that it depends on weights.
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
      /** Fraction of the seeded weightings under which that one is smaller. */
      readonly share: number;
      readonly weightings: number;
      readonly largest: readonly SurfaceId[];
      /** Dimensions in which the other one is smaller. */
      readonly against: readonly SurfaceId[];
    };

/** A capability that the side lacks and the other one has. */
export interface Inability {
  readonly side: 'before' | 'after';
  /** A sentence without the full stop. */
  readonly what: string;
}

/** Findings of both targets by an earlier and by the current database. */
export interface DatabaseGrid {
  readonly earlierBuiltAt: string;
  readonly currentBuiltAt: string;
  /** Absent if that was not evaluated. */
  readonly beforeEarlier?: number;
  readonly beforeCurrent: number;
  readonly afterEarlier?: number;
  readonly afterCurrent: number;
  /** Findings of the first target that only the data changed, as `id package`. */
  readonly knownNow: readonly string[];
  readonly goneNow: readonly string[];
  /** The same for the second target, if it was evaluated as well. */
  readonly knownNowAfter?: readonly string[];
  readonly goneNowAfter?: readonly string[];
}

/** The differences between two targets, before the changes have IDs: most outputs show none. */
export interface BareDifference {
  readonly before: Side;
  readonly after: Side;
  readonly configuration: readonly ConfigurationChange[];
  readonly packages: readonly PackageChange[];
  readonly files: readonly FileChange[];
  /** Reason for which not all files were compared; if absent, all were. */
  readonly filesNote?: string;
  readonly executables: readonly ExecutableChange[];
  /** Includes unchanged findings. */
  readonly findings: readonly FindingDifference[];
  readonly layers: LayerComparison;
  readonly surface: SurfaceComparison;
  readonly inabilities: readonly Inability[];
  /** Reasons that make the two hard to compare, as sentences without the full stop. */
  readonly cautions: readonly string[];
  readonly grid?: DatabaseGrid;
}

/** All differences between two targets. */
export interface Difference extends BareDifference {
  readonly configuration: readonly (ConfigurationChange & Identified)[];
  readonly packages: readonly (PackageChange & Identified)[];
  readonly files: readonly (FileChange & Identified)[];
  readonly executables: readonly (ExecutableChange & Identified)[];
  readonly findings: readonly (FindingDifference & Identified)[];
}
