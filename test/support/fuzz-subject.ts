/** A parser under test and the seeds of its inputs. */
export interface FuzzSubject {
  readonly name: string;
  /** Well-formed inputs; at least one. */
  readonly seeds: readonly Uint8Array[];
  /** May throw a `UserError` and nothing else. */
  run(content: Uint8Array): unknown;
}
