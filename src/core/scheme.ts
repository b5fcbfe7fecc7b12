/** How one ecosystem orders its versions. One file in `src/version/scheme`. */
export interface Scheme<Version> {
  /** Same as the name of its file, e.g. `apk`. */
  readonly id: string;
  /**
   * Other names under which package types and advisory sources speak of this scheme, in lower case.
   */
  readonly aliases?: readonly string[];
  readonly title: string;
  /** The document that defines the order. */
  readonly spec: string;
  /** The command that answers the same question natively. */
  readonly oracle: string;
  /**
   * `undefined` where the text is not a version of this scheme: a reported unknown, never
   * "greater".
   */
  parse(text: string): Version | undefined;
  /**
   * What the bound of a range is meant to be that is no version of the scheme: feeds are written by
   * hand. `undefined` where that is not plain from the text.
   */
  parseMisspelt?(text: string): Version | undefined;
  /**
   * Versions are equal or not, and none is before another: a range that asks for more than equality
   * cannot be judged. Absent: they have an order.
   */
  readonly isUnordered?: boolean;
  /** Total on parsed values. */
  compare(left: Version, right: Version): -1 | 0 | 1;
  /**
   * How an installed version stands to the bound of a range, where the ecosystem's ranges judge
   * otherwise than its order does.
   */
  compareToBound?(version: Version, bound: Version): -1 | 0 | 1;
  /**
   * The version, with the other's epoch where it states none itself. Absent: the scheme has no
   * epochs.
   */
  withEpochOf?(version: Version, other: Version): Version;
}
