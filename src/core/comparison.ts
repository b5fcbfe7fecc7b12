/** One step of deciding whether a version lies in a range. */
export interface Comparison {
  /** Id of the version scheme that compared. */
  readonly comparator: string;
  /** The package's version, the operator and the version of the advisory. */
  readonly left: string;
  readonly operator: '<' | '<=' | '=' | '>=' | '>' | '!=';
  readonly right: string;
  readonly holds: boolean;
}
