/** What a configuration file of another tool set that was found in the working directory. */
export interface PeerProject {
  /** Our flags that have their values from it, without dashes. */
  readonly flags: readonly string[];
  /** Files with ignore rules, as `--ignore-file` names them. */
  readonly ruleFiles: readonly string[];
}

/** What a command line of another tool comes to: one of ours, or a text to print. */
export type Translation =
  | {
      readonly args: readonly string[];
      readonly notes?: readonly string[];
      /** Notes that are printed even if the run is quiet. */
      readonly announcements?: readonly string[];
      readonly project?: PeerProject;
      /** Exit statuses of ours that mean the same there; others but 0 become 1. */
      readonly statuses?: readonly number[];
    }
  | { readonly text: string };
