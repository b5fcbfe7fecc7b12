import type { FixState } from './advisory.ts';
import type { Limits } from './limits.ts';

/**
 * A pattern: literal text, a glob (`*`, `?`, and `**` in paths), or a regular expression of formats
 * that only have those.
 */
export type RulePattern =
  | { readonly kind: 'text' | 'glob'; readonly value: string }
  | { readonly kind: 'expression'; readonly value: string };

/** Conditions of a rule on the package; every present member must match. */
export interface PackagePattern {
  readonly name?: RulePattern;
  readonly version?: RulePattern;
  readonly type?: RulePattern;
  readonly language?: RulePattern;
  /** A package URL with or without version and qualifiers; omitted parts match anything. */
  readonly purl?: string;
  /** Path of any evidence of the package. */
  readonly path?: RulePattern;
  /** Name of the source package. */
  readonly upstream?: RulePattern;
}

/** A rule that suppresses findings; every present member must match. */
export interface IgnoreRule {
  /** File and line, such as `.plimsoll.yaml:12`. */
  readonly source: string;
  /** IDs; empty: any vulnerability. */
  readonly vulnerabilities: readonly string[];
  /** Whether an alias of the finding is sufficient, as in our own rules and most formats. */
  readonly isAliasEnough: boolean;
  readonly package: PackagePattern;
  readonly fixStates: readonly FixState[];
  readonly matchKinds: readonly ('direct' | 'indirect' | 'cpe')[];
  /** A namespace of Grype's database, such as `debian:distro:debian:12`. */
  readonly namespace?: string;
  /** Reason; required in our own rules. */
  readonly reason?: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** RFC 3339 or a date after which the rule no longer applies. */
  readonly expiresAt?: string;
  /** Whether the rule ends when a fix exists. */
  readonly isUntilFixed: boolean;
}

export interface ReadIgnoreFileOptions {
  readonly limits: Limits;
  readonly origin: string;
}

export interface IgnoreFile {
  readonly origin: string;
  readonly rules: readonly IgnoreRule[];
  /** Malformed parts, as sentences; never skipped silently. */
  readonly problems: readonly string[];
}

/** A format of ignore files, one folder in `src/vulnerability/decide/ignore-file`. */
export interface IgnoreFileReader {
  /** Equals the name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  /** Returns whether a file of this name has this format. */
  recognize(fileName: string): boolean;
  /** Throws `UserError` `E_CONFIG` if nothing of it can be read. */
  read(content: Uint8Array, options: ReadIgnoreFileOptions): IgnoreFile;
}
