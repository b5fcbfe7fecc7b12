import type { FixState } from './advisory.ts';
import type { Limits } from './limits.ts';

/**
 * A text to compare with: as it is, as a glob (`*`, `?`, and `**` in paths), or as a regular
 * expression of the files that know only those.
 */
export type RulePattern =
  | { readonly kind: 'text' | 'glob'; readonly value: string }
  | { readonly kind: 'expression'; readonly value: string };

/** What a rule says of the package; every member that is there must fit. */
export interface PackagePattern {
  readonly name?: RulePattern;
  readonly version?: RulePattern;
  readonly type?: RulePattern;
  readonly language?: RulePattern;
  /** A package URL, with or without version and qualifiers: what it leaves out may be anything. */
  readonly purl?: string;
  /** The path of any evidence of the package. */
  readonly path?: RulePattern;
  /** The name of the package that it was built from. */
  readonly upstream?: RulePattern;
}

/** A finding that the user wants set aside; every member that is there must fit. */
export interface IgnoreRule {
  /** File and line, e.g. `.plimsoll.yaml:12`. */
  readonly source: string;
  /** Ids; none: whatever vulnerability. */
  readonly vulnerabilities: readonly string[];
  /** Whether an alias of the finding is enough; our own rules and most files mean that. */
  readonly isAliasEnough: boolean;
  readonly package: PackagePattern;
  readonly fixStates: readonly FixState[];
  readonly matchKinds: readonly ('direct' | 'indirect' | 'cpe')[];
  /** A namespace of Grype's database, e.g. `debian:distro:debian:12`. */
  readonly namespace?: string;
  /** Why; our own rules must say it. */
  readonly reason?: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** RFC 3339 or a date: from then on the rule sets nothing aside. */
  readonly expiresAt?: string;
  /** The rule ends when a fix exists. */
  readonly isUntilFixed: boolean;
}

export interface ReadIgnoreFileOptions {
  readonly limits: Limits;
  readonly origin: string;
}

export interface IgnoreFile {
  readonly origin: string;
  readonly rules: readonly IgnoreRule[];
  /** What was not understood, as sentences; never passed over in silence. */
  readonly problems: readonly string[];
}

/** One format of files with ignore rules a folder in `src/decide/ignore-file`. */
export interface IgnoreFileReader {
  /** Same as the name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  /** Whether a file of this name is of this format. */
  recognises(fileName: string): boolean;
  /** Throws `UserError` `E_CONFIG` where nothing of it can be understood. */
  read(content: Uint8Array, options: ReadIgnoreFileOptions): IgnoreFile;
}
