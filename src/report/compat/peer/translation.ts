/** Settings from another tool's configuration file that was found in the working directory. */
export interface PeerProject {
  /** Our flags that take their values from it, without dashes. */
  readonly flags: readonly string[];
  /** Files with ignore rules, in the form of `--ignore-file`. */
  readonly ruleFiles: readonly string[];
}

/** The translation of another tool's command line: one of ours, or a text to print. */
export type Translation =
  | {
      readonly args: readonly string[];
      readonly notes?: readonly string[];
      /** Notes that are printed even if the run is quiet. */
      readonly announcements?: readonly string[];
      readonly project?: PeerProject;
      /** Our exit statuses that mean the same there; others except 0 become 1. */
      readonly statuses?: readonly number[];
    }
  | { readonly text: string };
