/**
 * How sure it is that a running program uses a file, the surest first. `required`: certain at load
 * or start; `likely`: a typed rule with a concrete witness; `possible`: a heuristic; `data`: kept,
 * but no code.
 */
export const REACH_STRENGTHS = ['required', 'likely', 'possible', 'data'] as const;

export type ReachStrength = (typeof REACH_STRENGTHS)[number];

/**
 * `tainted`: not reached by any rule, but something that is reached may use it in a way that no
 * rule can follow. `unreachable` is said only of what lies outside every such scope.
 */
export const REACH_CLASSES = [...REACH_STRENGTHS, 'tainted', 'unreachable'] as const;

export type ReachClass = (typeof REACH_CLASSES)[number];

/** What in a file shows that it uses another, so that anybody can look at it again. */
export interface Witness {
  /** The file that shows it; the configuration of the image is `(config)`. */
  readonly path: string;
  /** Byte offset of the token in the file, from 0. */
  readonly offset?: number;
  /** Line in a text file, from 1. */
  readonly line?: number;
  /** Exactly what stands there. */
  readonly token: string;
}

/** One step from a file to one that it uses. */
export interface ReachStep {
  /** Real path, or `(config)`. */
  readonly from: string;
  /** Real path; a link that is passed is a step of its own. */
  readonly to: string;
  /** Id of the rule. */
  readonly rule: string;
  readonly strength: ReachStrength;
  readonly witness: Witness;
}

/** A construct that can be reached and that defeats every rule. */
export interface Opacity {
  readonly path: string;
  readonly rule: string;
  /** A sentence without the full stop. */
  readonly what: string;
  readonly witness?: Witness;
  readonly scope: OpacityScope;
}

/** Which files such a construct may use. */
export type OpacityScope =
  | { readonly kind: 'all' }
  /** Executables in the folders of `PATH`; in an answer their real paths are named. */
  | { readonly kind: 'commands'; readonly folders?: readonly string[] }
  /** Files at any depth of a folder. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Files of the package that owns the construct; in an answer it is named, where there is one. */
  | { readonly kind: 'package'; readonly packageKey?: string }
  /** Members of the archives that an application is made of, and no file of its own. */
  | { readonly kind: 'classes' };

/** One file that is reached, with the surest way to it. */
export interface ReachedFile {
  readonly path: string;
  readonly strength: ReachStrength;
  /** The last step of the surest, then shortest way; absent for what nothing led to. */
  readonly step?: ReachStep;
  readonly hops: number;
  /**
   * The nearest file that every way to it passes: without that, nothing would lead here. Absent
   * where ways have nothing in common but the configuration.
   */
  readonly dominator?: string;
}

export interface PackageReach {
  readonly packageKey: string;
  /**
   * The surest class among its files that are no metadata; of a package inside of an archive, among
   * its members, where these were followed. A crate that has no name in its program is at most
   * `possible`.
   */
  readonly reach: ReachClass;
  /** The surest of these members, one of {@link Reach.members}. */
  readonly member?: string;
  /**
   * Key of the package without which nothing of it would be reached; absent where there is none.
   */
  readonly dominator?: string;
}

/** What the entry point of a target can load. */
export interface Reach {
  /** Sorted by path. */
  readonly files: readonly ReachedFile[];
  readonly opacities: readonly Opacity[];
  /**
   * For each file outside of every scope that a file within one uses, the step to it, sorted by its
   * path: a program that may be run loads its libraries.
   */
  readonly tainted: readonly ReachStep[];
  /**
   * Members of archives on the best ways to the packages in them, sorted by path, such as
   * `/app.jar:lib/x.jar:x/Y.class`; absent where no archive was looked into.
   */
  readonly members?: readonly ReachedFile[];
  /** Class of each package with files, sorted by key. */
  readonly packages: readonly PackageReach[];
  /** The version of each rule that took part, by id: an answer holds for these. */
  readonly rules: Readonly<Record<string, number>>;
  /** Why nothing can be said, as a sentence; absent where the answer stands. */
  readonly unknown?: string;
}
