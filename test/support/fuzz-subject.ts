/** A parser under test and what its inputs are made of. */
export interface FuzzSubject {
  readonly name: string;
  /** Inputs that are well formed; at least one. */
  readonly seeds: readonly Uint8Array[];
  /** May throw a `UserError` and nothing else. */
  run(content: Uint8Array): unknown;
}
