/** One step in the decision whether a version is in a range. */
export interface Comparison {
  /** ID of the version scheme used. */
  readonly comparator: string;
  /** The package's version, the operator and the version of the advisory. */
  readonly left: string;
  readonly operator: '<' | '<=' | '=' | '>=' | '>' | '!=';
  readonly right: string;
  readonly holds: boolean;
}
