/** A decision on expected changes between two targets. Every present member must match. */
export interface DifferenceRule {
  /** File and number, such as `accepted.yaml: differences 2`. */
  readonly source: string;
  /** `configuration`, `packages`, `files`, `executables` or `findings`; if absent, any. */
  readonly section?: string;
  /** Kind of change, such as `added`; if absent, any. */
  readonly kind?: string;
  /** ID of one change; if absent, any. */
  readonly id?: string;
  /**
   * Returns whether the rule applies to the name of the change: the name of a package, the path of
   * a file, the ID of a finding. If absent, any name matches.
   */
  isNameMatch?(name: string): boolean;
  readonly reason: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** RFC 3339 or a date after which the rule no longer applies. */
  readonly expiresAt?: string;
}
