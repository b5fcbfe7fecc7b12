/** How one ecosystem orders its versions. One file in `src/version`. */
export interface Scheme<Version> {
  /** Same as the name of its file, e.g. `apk`. */
  readonly id: string;
  readonly title: string;
  /** The document that defines the order. */
  readonly spec: string;
  /** The command that answers the same question natively. */
  readonly oracle: string;
  /** `undefined` where the text is not a version of this scheme: a reported unknown, never "greater". */
  parse(text: string): Version | undefined;
  /** Total on parsed values. */
  compare(left: Version, right: Version): -1 | 0 | 1;
}
