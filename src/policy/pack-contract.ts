/** A built-in policy: one file in `src/policy/pack`. */
export interface PolicyPack {
  /** Same as the name of its file. */
  readonly id: string;
  /** A whole number, raised with every change of meaning. */
  readonly version: string;
  /** A noun phrase without a full stop. */
  readonly title: string;
  /** The policy in YAML. */
  readonly text: string;
}
