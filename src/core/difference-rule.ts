/**
 * A decision on changes between two targets, written beforehand: they are meant to be so. Every
 * member that is there must fit.
 */
export interface DifferenceRule {
  /** File and number, e.g. `accepted.yaml: differences 2`. */
  readonly source: string;
  /** `configuration`, `packages`, `files`, `executables` or `findings`; none: any of them. */
  readonly section?: string;
  /** What became of it, e.g. `added`; none: anything. */
  readonly kind?: string;
  /** The id of one change; none: any. */
  readonly id?: string;
  /**
   * Whether the name of what changed is meant: of a package its name, of a file its path, of a
   * finding its id. Absent: any.
   */
  fitsName?(name: string): boolean;
  readonly reason: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** RFC 3339 or a date: from then on the rule decides nothing. */
  readonly expiresAt?: string;
}
