/** A command that the image must be able to run besides its own. */
export interface AddedCommand {
  readonly words: readonly string[];
  /** ID of its roots, such as `also`. */
  readonly rule: string;
}

/** Facts about the use of an image that its configuration does not state. */
export interface ReachAdditions {
  /** Whether the result lists every step, not only those of the best paths. */
  readonly isEveryStepListed?: boolean;
  readonly commands?: readonly AddedCommand[];
  /** Replaces the entry point; the command of the image is then ignored. */
  readonly entrypoint?: readonly string[];
  /** Replaces the command of the image. */
  readonly arguments?: readonly string[];
  /** Paths that other files are mounted over. */
  readonly mounts?: readonly string[];
  readonly user?: string;
  readonly workingFolder?: string;
}
