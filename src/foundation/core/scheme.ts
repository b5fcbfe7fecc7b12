/** The version order of one ecosystem. One file in `src/foundation/version/scheme`. */
export interface Scheme<Version> {
  /** Equals the name of its file, such as `apk`. */
  readonly id: string;
  /** Other names of this scheme in package types and advisory sources, in lower case. */
  readonly aliases?: readonly string[];
  readonly title: string;
  /** The document that defines the order. */
  readonly spec: string;
  /** The native command that produces the same results. */
  readonly oracle: string;
  /**
   * Returns `undefined` if the text is not a version of this scheme: a reported unknown, never
   * "greater".
   */
  parse(text: string): Version | undefined;
  /**
   * Interprets a range bound that is not a version of the scheme, because feeds are written by
   * hand. `undefined` if its meaning is unclear.
   */
  parseMisspelt?(text: string): Version | undefined;
  /**
   * If true, versions are only equal or unequal, so a range that needs an order cannot be judged.
   * If absent, versions are ordered.
   */
  readonly isUnordered?: boolean;
  /** Total on parsed values. */
  compare(left: Version, right: Version): -1 | 0 | 1;
  /**
   * Compares an installed version with a range bound, if the ecosystem's ranges differ from its
   * order.
   */
  compareToBound?(version: Version, bound: Version): -1 | 0 | 1;
  /**
   * Returns the version with the other's epoch if it has none itself. Absent if the scheme has no
   * epochs.
   */
  withOtherEpoch?(version: Version, other: Version): Version;
}
