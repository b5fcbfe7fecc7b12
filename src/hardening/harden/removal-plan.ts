import type { Digest } from '../../foundation/core/digest.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type {
  OpacityScope,
  ReachStep,
  ReachStrength,
  Witness,
} from '../../foundation/core/reach.ts';
import type { SurfaceId } from '../../foundation/core/surface.ts';
import type { BaseRecommendation } from './base-recommendation.ts';

/** Name and version of the model in documents. */
export const PLAN_SCHEMA = { name: 'plimsoll-plan', version: 1 } as const;

/**
 * The reached files that stay. `required`: those that are required, likely or data; `careful`: also
 * possible ones that are a library, a module or data, or come from the source package of the file
 * that may use them; `reached`: all.
 */
export const KEEP_LEVELS = ['required', 'careful', 'reached'] as const;

export type KeepLevel = (typeof KEEP_LEVELS)[number];

/**
 * Why a file stays. A strength: the entry point reaches it; `via`: a link that opening another kept
 * file passes through; `request`: the user keeps it; `inventory`: it identifies the system, or holds
 * the copyright of a kept package; `state`: it is in a volume, or below `/var` without a package.
 */
export type KeepReason = ReachStrength | 'via' | 'request' | 'inventory' | 'state';

/** A file, link or device of the image; directories are not listed. */
export interface PlannedFile {
  /** Real path in the squashed image. */
  readonly path: string;
  readonly type: FileType;
  /** Size of the content; a hard link has that of its other name. */
  readonly sizeBytes: number;
  /**
   * SHA-256 of the analyzed content in hexadecimal digits; present for regular files and hard links
   * to them.
   */
  readonly sha256?: string;
  /** Target of a symbolic link as written; for a hard link the path of the other name. */
  readonly linkTarget?: string;
}

export interface KeptFile extends PlannedFile {
  readonly because: KeepReason;
}

/** A package with the paths of its files; those of several packages are listed in each. */
export interface PlannedPackage {
  /** Key in the inventory. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly purl?: string;
  /** Whether it stays in the inventory: it keeps a file that is not only a record about it. */
  readonly isKept: boolean;
  /** Real paths, sorted; all of them are in {@link RemovalPlan.kept}. */
  readonly kept: readonly string[];
  /** Real paths, sorted; all of them are in {@link RemovalPlan.dropped}. */
  readonly dropped: readonly string[];
}

/** A finding that an edit removes. */
export interface PlannedFinding {
  readonly id: string;
  readonly packageKey: string;
  readonly severity: SeverityWord;
}

/** A dimension of the attack surface with its value before and after an edit. */
export interface SurfaceStep {
  readonly id: SurfaceId;
  readonly from: number;
  readonly to: number;
}

/** The predicted effect of an edit. */
export interface Prediction {
  /** Absent if vulnerabilities were not evaluated. */
  readonly findings?: readonly PlannedFinding[];
  readonly files: number;
  readonly bytes: number;
  /** Keys of the packages that leave the inventory. */
  readonly packages: readonly string[];
  /** Only dimensions that change, in the order of the surface. */
  readonly surface: readonly SurfaceStep[];
}

/** `bet`: something that a bet describes breaks if it is lost; `certain`: the user requested it. */
export const BREAKAGES = ['none', 'bet', 'certain'] as const;

export type Breakage = (typeof BREAKAGES)[number];

export const EDIT_KINDS = [
  'emit-slim-image',
  'drop-package',
  'drop-directory',
  'drop-files',
  'drop-setuid',
  'drop-capabilities',
  'drop-shells',
  'drop-documentation',
  'drop-caches',
  'drop-hidden-bytes',
] as const;

export type EditKind = (typeof EDIT_KINDS)[number];

/** One change of the image. */
export interface PlannedEdit {
  /** The same in every run for the same subjects: its kind and main subject. */
  readonly id: string;
  readonly kind: EditKind;
  /** Its effect, as an imperative sentence without a full stop. */
  readonly title: string;
  /** Package keys or paths, the main one first. */
  readonly subjects: readonly string[];
  /** Steps that lead to a subject although it is dropped; empty if nothing reaches it. */
  readonly because: readonly ReachStep[];
  readonly breaks: Breakage;
  /** Why it breaks nothing, or what it breaks; a phrase without a full stop. */
  readonly why: string;
  /** Ids of the bets that it makes. */
  readonly bets: readonly string[];
  readonly predicted: Prediction;
  /** Commands that apply it, such as those of a package manager. */
  readonly commands: readonly string[];
  /** Ids of edits that must be applied with it. */
  readonly needs: readonly string[];
  /** Id of the edit that includes it. */
  readonly partOf?: string;
}

/** A place in a program that names something dropped, or whose target no rule can determine. */
export interface BetReason {
  /** Real path of the program, or `(config)`. */
  readonly program: string;
  /** The file or package at stake; for a ledger entry its scope. */
  readonly target: string | OpacityScope;
  readonly rule: string;
  readonly witness: Witness;
  /** The construct in the ledger; absent for a literal. */
  readonly what?: string;
}

/**
 * A program with references to dropped files, or several that may use the same ones: the plan bets
 * that they work without them.
 */
export interface Bet {
  /** `A`, `B`, …, the highest stake first. */
  readonly id: string;
  /** Real paths, or `(config)`, sorted. */
  readonly programs: readonly string[];
  readonly reasons: readonly BetReason[];
  /** Paths that are dropped by this bet alone or together with others, sorted. */
  readonly dropped: readonly string[];
  /** Their bytes and findings. */
  readonly bytes: number;
  readonly findings?: readonly PlannedFinding[];
}

/** A file that the process starts with. */
export interface PlanRoot {
  readonly path: string;
  readonly rule: string;
  /** Its text in the configuration of the image, or in the request. */
  readonly token: string;
}

export const PLAN_RULE_KINDS = ['keep', 'drop', 'also'] as const;

/** A request that a configuration file declares, with who made it and why. */
export interface PlanRule {
  readonly kind: (typeof PLAN_RULE_KINDS)[number];
  /** A pattern of paths, the name of a package, or a command. */
  readonly value: string;
  readonly reason: string;
  readonly owner?: string;
  /** Date or RFC 3339 time from which it no longer counts. */
  readonly expiresAt?: string;
  /** Place of the entry: `.plimsoll.yaml: harden: keep 1`. */
  readonly origin: string;
}

/** The user's request, on which the plan depends. */
export interface PlanRequest {
  readonly keepLevel: KeepLevel;
  /** Patterns of paths. */
  readonly keep: readonly string[];
  /** Patterns of paths, or names of packages. */
  readonly drop: readonly string[];
  /** Commands that the image must still be able to run. */
  readonly also: readonly string[];
  readonly user?: string;
  /** Manifest that states how the image is used. */
  readonly manifest?: string;
  /** The declared ones among these, without expired ones. */
  readonly rules?: readonly PlanRule[];
}

export interface PlanTotals {
  readonly files: number;
  readonly bytes: number;
  readonly packages: number;
  /** Absent if vulnerabilities were not evaluated. */
  readonly findings?: number;
}

/** A file whose content is unknown, although that does not matter for the plan. */
export interface UnreadFile {
  readonly path: string;
  /** Why it was not read. */
  readonly message: string;
}

/** A plan to remove what the entry point of an image does not need. */
export interface RemovalPlan {
  readonly image: {
    readonly userInput: string;
    readonly name: string;
    readonly manifestDigest: Digest;
    readonly imageId: Digest;
    /** `os/architecture` or `os/architecture/variant`. */
    readonly platform: string;
    readonly diffIds: readonly Digest[];
  };
  /** Version of each reach rule by ID, and the digest of their list in canonical JSON. */
  readonly rules: {
    readonly versions: Readonly<Record<string, number>>;
    readonly digest: Digest;
  };
  /** Identity of the advisory database; absent if vulnerabilities were not evaluated. */
  readonly database?: { readonly digest: string; readonly builtAt: string };
  readonly request: PlanRequest;
  readonly roots: readonly PlanRoot[];
  /**
   * Why it cannot be decided what the image needs, as a sentence. `kept` then contains everything,
   * and edits are based on presence alone. Absent if it can.
   */
  readonly undecided?: string;
  /** License files that were not read, which decides nothing; absent if all were read. */
  readonly unread?: readonly UnreadFile[];
  /** Sorted by path. */
  readonly kept: readonly KeptFile[];
  /** Sorted by path. */
  readonly dropped: readonly PlannedFile[];
  /** Sorted by name, version and key. */
  readonly packages: readonly PlannedPackage[];
  readonly before: PlanTotals;
  readonly after: PlanTotals;
  /** Best first; the parts of an edit follow it. */
  readonly edits: readonly PlannedEdit[];
  readonly bets: readonly Bet[];
  /** Other base images on which the application runs; absent if there are none. */
  readonly bases?: readonly BaseRecommendation[];
}
