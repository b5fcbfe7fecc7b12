/** Stands for the configuration of the image as the start of every path. */
export const CONFIG_PATH = '(config)';

/** Stands for the request of the user as the witness of a step from the configuration. */
export const REQUEST_PATH = '(request)';

/**
 * Strength of the evidence that a running program uses a file, the strongest first. `required`:
 * certain at load or start; `likely`: a typed rule with a concrete witness; `possible`: a
 * heuristic; `data`: used, but not code.
 */
export const REACH_STRENGTHS = ['required', 'likely', 'possible', 'data'] as const;

export type ReachStrength = (typeof REACH_STRENGTHS)[number];

/**
 * `tainted`: no rule reaches it, but something reached may use it in a way that no rule can follow.
 * Only files outside of every such scope are `unreachable`.
 */
export const REACH_CLASSES = [...REACH_STRENGTHS, 'tainted', 'unreachable'] as const;

export type ReachClass = (typeof REACH_CLASSES)[number];

/** Evidence in a file that it uses another, which anyone can check again. */
export interface Witness {
  /** The file that contains it; the configuration of the image is {@link CONFIG_PATH}. */
  readonly path: string;
  /** Byte offset of the token in the file. */
  readonly offset?: number;
  /** Line in a text file, starting at 1. */
  readonly line?: number;
  /** The exact text at that place. */
  readonly token: string;
}

/** A symbolic link to a directory on the path to a file. */
export interface PassedLink {
  /** Real path of the link itself. */
  readonly path: string;
  /** Target as written in the link. */
  readonly target: string;
}

/** One step from a file to one that it uses. */
export interface ReachStep {
  /** Real path, or `(config)`. */
  readonly from: string;
  /** Real path; a link that stands for the file is a separate step. */
  readonly to: string;
  /** ID of the rule. */
  readonly rule: string;
  readonly strength: ReachStrength;
  readonly witness: Witness;
  /**
   * Links to directories that opening the file passes through, in this order; absent if there are
   * none. They are as necessary as the file, and many steps share them.
   */
  readonly via?: readonly PassedLink[];
}

/** A reachable construct that no rule can follow. */
export interface Opacity {
  readonly path: string;
  readonly rule: string;
  /** A sentence without a full stop. */
  readonly what: string;
  readonly witness?: Witness;
  readonly scope: OpacityScope;
}

/** The files that such a construct may use. */
export type OpacityScope =
  | { readonly kind: 'all' }
  /** Executables in the directories of `PATH`; results contain their real paths. */
  | { readonly kind: 'commands'; readonly folders?: readonly string[] }
  /** Files at any depth of a directory. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Files of the package that owns the construct; results name it, if there is one. */
  | { readonly kind: 'package'; readonly packageKey?: string }
  /** Members of the application's archives, and no separate files. */
  | { readonly kind: 'classes' };

/** One reached file with its best path. */
export interface ReachedFile {
  readonly path: string;
  readonly strength: ReachStrength;
  /** The last step of the best, then shortest path; absent for a root. */
  readonly step?: ReachStep;
  readonly hops: number;
  /**
   * The nearest file that every path to it passes through: without it, this file would be
   * unreachable. Absent if the paths only share the configuration.
   */
  readonly dominator?: string;
}

export interface PackageReach {
  readonly packageKey: string;
  /**
   * The best class among its files without metadata; for a package inside of an archive, among its
   * members, if these were followed. A crate without a name in its program is at most `possible`.
   */
  readonly reach: ReachClass;
  /** The member with the best class, one of {@link UpdateClients.members}. */
  readonly member?: string;
  /**
   * Key of the package without which none of its files would be reachable; absent if there is none.
   */
  readonly dominator?: string;
}

/** Files and packages that the entry point of a target can load. */
export interface Reach {
  /** Sorted by path. */
  readonly files: readonly ReachedFile[];
  readonly opacities: readonly Opacity[];
  /**
   * For each file outside of every scope that a file within one uses, the step to it, sorted by
   * path: a program that may run loads its libraries.
   */
  readonly tainted: readonly ReachStep[];
  /**
   * Members of archives on the best paths to the packages in them, sorted by path, such as
   * `/app.jar:lib/x.jar:x/Y.class`; absent if no archive was analyzed.
   */
  readonly members?: readonly ReachedFile[];
  /**
   * All steps between reached files, including those that are not part of a best path; only present
   * if requested.
   */
  readonly steps?: readonly ReachStep[];
  /** Class of each package with files, sorted by key. */
  readonly packages: readonly PackageReach[];
  /** Version of each rule that took part, by ID: others may give another result. */
  readonly rules: Readonly<Record<string, number>>;
  /** Why reachability is unknown, as a sentence; absent if it is known. */
  readonly unknown?: string;
}
