/** What a command line of another tool comes to: one of ours, or a text to print. */
export type Translation =
  | {
      readonly args: readonly string[];
      readonly notes?: readonly string[];
      /** Exit statuses of ours that mean the same there; others but 0 become 1. */
      readonly statuses?: readonly number[];
    }
  | { readonly text: string };
