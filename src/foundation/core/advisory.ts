import type { Distro } from './distro.ts';

/** Fix state of a vulnerability by its vendor. `unknown`: the source does not state it. */
export const FIX_STATES = ['fixed', 'not-fixed', 'wont-fix', 'not-affected', 'unknown'] as const;

export type FixState = (typeof FIX_STATES)[number];

export interface FixReference {
  readonly url: string;
  readonly id?: string;
  readonly tags: readonly string[];
}

export interface Fix {
  readonly state: FixState;
  readonly version?: string;
  /**
   * First availability of the fix: `date` is YYYY-MM-DD, `kind` such as `advisory`, `release`,
   * `first-observed`.
   */
  readonly available?: { readonly date: string; readonly kind: string };
  readonly references: readonly FixReference[];
}

/** A version range of an advisory. */
export interface AdvisoryRange {
  /** Name of the version scheme in the source; empty if it names none. */
  readonly scheme: string;
  /** A constraint such as `>= 1.0, < 1.2 || = 2.0`; empty: every version. */
  readonly constraint: string;
  readonly fix?: Fix;
}

export interface AdvisoryQualifiers {
  /**
   * `null` in the source: any; empty: only packages outside of modules; otherwise a prefix of the
   * module label.
   */
  readonly modularity?: string;
  readonly platformCpes?: readonly string[];
  readonly architecture?: string;
  readonly imports?: readonly { readonly path: string; readonly symbols: readonly string[] }[];
  /** Only applies to these platforms. */
  readonly platforms?: AdvisoryPlatforms;
  /** Whether it only applies to packages that Root.io rebuilt. */
  readonly rootIo?: boolean;
}

/** Names as in the source, such as `windows`, `macos`, `x86_64`; none: any. */
export interface AdvisoryPlatforms {
  readonly systems: readonly string[];
  readonly architectures: readonly string[];
}

/** The attributes of a CPE that name a product; an empty string means ANY. NISTIR 7695, 5.2. */
export interface CpeProduct {
  readonly part: string;
  readonly vendor: string;
  readonly product: string;
  readonly edition: string;
  readonly language: string;
  readonly softwareEdition: string;
  readonly targetSoftware: string;
  readonly targetHardware: string;
  readonly other: string;
}

/** One release of an operating system in the database. */
export interface OperatingSystem {
  readonly id: number;
  /** Canonical name in the database, such as `alpine`, `debian`, `rhel`. */
  readonly name: string;
  /** The `ID` of its os-release file, if it differs from the name. */
  readonly releaseId: string;
  /** Text without leading zeros; empty for rolling releases. */
  readonly majorVersion: string;
  readonly minorVersion: string;
  /** `rolling`, `edge`, `unstable` … */
  readonly label: string;
  readonly codename: string;
  readonly channel: string;
  /** RFC 3339 date after which the vendor publishes no fixes. */
  readonly endOfLife?: string;
  readonly endOfActiveSupport?: string;
}

/** One release line of a product. */
export interface ReleaseCycle {
  /** Start of the versions, such as `3.11`. */
  readonly name: string;
  /** RFC 3339 date after which it gets no fixes; `true`: in the past; `false`: not yet decided. */
  readonly endOfLife: string | boolean;
}

/** A product, such as a runtime or a database, with the end of life of its release lines. */
export interface ProductLifecycle {
  readonly product: string;
  /** `vendor:product` of CPEs. */
  readonly cpes: readonly string[];
  /** Package URLs without version and qualifiers. */
  readonly purls: readonly string[];
  readonly cycles: readonly ReleaseCycle[];
}

/** Numbers of statements about packages of one release. */
export interface SystemCoverage {
  readonly statements: number;
  /** Statements about affected packages without a fix. */
  readonly unfixed: number;
}

export type VulnerabilityStatus = 'active' | 'analyzing' | 'rejected' | 'disputed' | '';

/** One source's statement about one package or product. */
export interface Advisory {
  readonly vulnerability: string;
  readonly provider: string;
  readonly status: VulnerabilityStatus;
  /** Other IDs of the same vulnerability, without this one. */
  readonly aliases: readonly string[];
  /** Further CVE IDs in the statement. */
  readonly cves: readonly string[];
  readonly effect: 'affected' | 'unaffected';
  readonly operatingSystem?: OperatingSystem;
  /** Package type and name; absent for statements about a CPE. */
  readonly ecosystem?: string;
  readonly packageName?: string;
  readonly product?: CpeProduct;
  /** Empty: every version. */
  readonly ranges: readonly AdvisoryRange[];
  readonly qualifiers?: AdvisoryQualifiers;
  /** Place of the details in the database. */
  readonly record: RecordRef;
}

export interface RecordRef {
  readonly shard: string;
  /** Provider and ID, such as `nvd/cve-2021-44228`. */
  readonly key: string;
}

export interface Severity {
  /** `CVSS`, `CHMLN`, `CHML`, `HML`. */
  readonly scheme: string;
  /** A severity word, or a CVSS vector with its version. */
  readonly value: string | { readonly vector: string; readonly version: string };
  readonly source?: string;
  /** 1: the source's first choice. */
  readonly rank: number;
}

/** A source's record of a vulnerability, independent of any package. */
export interface VulnerabilityRecord {
  readonly id: string;
  readonly provider: string;
  readonly status: VulnerabilityStatus;
  readonly aliases: readonly string[];
  readonly assigners: readonly string[];
  readonly description: string;
  readonly references: readonly {
    readonly url: string;
    readonly id?: string;
    readonly tags: readonly string[];
  }[];
  readonly severities: readonly Severity[];
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  readonly withdrawnAt?: string;
  /** Corrections by the provider, each with the document that it is based on. */
  readonly modifications?: readonly { readonly url: string; readonly changes: readonly string[] }[];
}

export interface ExploitedRecord {
  readonly cve: string;
  readonly vendorProject: string;
  readonly product: string;
  readonly dateAdded?: string;
  readonly requiredAction: string;
  readonly dueDate?: string;
  readonly knownRansomwareCampaignUse: string;
  /** Whether CISA requires a forensic triage (BOD 26-04); absent in entries before June 2026. */
  readonly forensicTriage?: boolean;
  readonly notes: string;
  readonly urls: readonly string[];
  readonly cwes: readonly string[];
}

export interface EpssScore {
  readonly cve: string;
  /** Probability and percentile, both from 0 to 1. */
  readonly epss: number;
  readonly percentile: number;
  /** YYYY-MM-DD */
  readonly date: string;
}

export interface Weakness {
  readonly cve: string;
  readonly cwe: string;
  readonly source: string;
  readonly kind: string;
}

/**
 * A coordinator's answers to the questions of Stakeholder-Specific Vulnerability Categorization, in
 * the words of the source.
 */
export interface SsvcDecision {
  readonly cve: string;
  readonly source: string;
  /** `none`, `poc` or `active`. */
  readonly exploitation: string;
  /** `yes` or `no`. */
  readonly automatable: string;
  /** `partial` or `total`. */
  readonly technicalImpact: string;
  /** YYYY-MM-DD; empty if it is not stated. */
  readonly date: string;
}

export interface DatabaseProvider {
  readonly id: string;
  readonly version: string;
  readonly processor: string;
  /** RFC 3339 */
  readonly capturedAt: string;
  readonly inputDigest: string;
}

/** A source whose statements a run may have used. */
export interface UsedProvider extends DatabaseProvider {
  /** Whether it was built from its documents on this machine; otherwise it was imported. */
  readonly isBuilt: boolean;
}

export interface DatabaseDescription {
  /** Schema of our own shards. */
  readonly schema: number;
  /** Schema of the imported database, such as `v6.1.9`; empty if all of it was built from feeds. */
  readonly sourceSchema: string;
  /** Time of the data, RFC 3339. */
  readonly builtAt: string;
  /** Origin of the import: a file name or `manual import`. */
  readonly origin: string;
  readonly path: string;
  readonly providers: readonly DatabaseProvider[];
}

/**
 * Read access to an advisory database. A look-up reads one key per package name, and none for a
 * missing package.
 */
export interface AdvisoryDatabase extends Disposable {
  readonly description: DatabaseDescription;
  /**
   * Returns the releases whose advisories apply to a distro, the most specific first. Empty if the
   * database has none, which means unknown, never "no vulnerabilities". Releases with dates only
   * are left out.
   */
  listReleases(distro: Distro, channel?: string): readonly OperatingSystem[];
  /**
   * Returns the same as {@link listReleases}, but only of the distro's own vendor: a derived distro
   * is not replaced by its parent.
   */
  listOwnReleases(distro: Distro, channel?: string): readonly OperatingSystem[];
  /**
   * Returns how many statements the database has about a release; `undefined` if they were not
   * counted.
   */
  getCoverage(system: OperatingSystem): SystemCoverage | undefined;
  /**
   * Returns the highest number of statements about any release of the same system; 0 if there are
   * none.
   */
  countMostStatements(system: OperatingSystem): number;
  /** Returns the row with the end-of-life dates of exactly this release, without replacement. */
  findLifecycle(distro: Distro): OperatingSystem | undefined;
  /** Lists products with the end of life of their release lines; empty if no feed has any. */
  listLifecycles(): readonly ProductLifecycle[];
  /** Other spellings of architectures: `x86_64` → `amd64`. Other names are used unchanged. */
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** Returns whether any statement is about packages of this ecosystem in a release. */
  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean;
  /** Returns whether any statement is about packages of a language ecosystem. */
  hasPackages(ecosystem: string): boolean;
  /** Returns whether any statement is about a product by CPE. */
  hasProducts(): boolean;
  /**
   * Returns statements about a package of an operating system. Names are compared without regard to
   * ASCII case.
   */
  findSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[];
  /** Returns statements about a package of a language ecosystem. */
  findPackage(ecosystem: string, name: string): readonly Advisory[];
  /**
   * Returns statements about a product by CPE, of any vendor; the caller compares the other
   * attributes.
   */
  findProduct(product: string): readonly Advisory[];
  readRecord(ref: RecordRef): VulnerabilityRecord;
  /**
   * Returns one provider's record of a vulnerability, such as `nvd` for a CVE; `undefined` if it
   * has none.
   */
  findRecord(provider: string, id: string): VulnerabilityRecord | undefined;
  /**
   * Returns the places of the records that {@link recordOf} would return, by ID, without IDs
   * unknown to the provider. Reading many records in the order of their places is faster.
   */
  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef>;
  /**
   * Reads the data for later calls of {@link readExploited}, {@link readEpss},
   * {@link readWeaknesses} and {@link readSsvc} at once.
   */
  readFacts(cves: readonly string[]): void;
  readExploited(cve: string): readonly ExploitedRecord[];
  /** Returns the newest score of any layer. */
  readEpss(cve: string): EpssScore | undefined;
  readWeaknesses(cve: string): readonly Weakness[];
  readSsvc(cve: string): readonly SsvcDecision[];
  /** Returns the sources of everything that was looked up so far, found or not. */
  listUsedProviders(): readonly UsedProvider[];
  /** Returns the shards that were needed but are not installed. */
  listMissingShards(): readonly string[];
}

/** Default age in days at which advisories are too old to rely on. */
export const USUAL_DATABASE_AGE_DAYS = 5;
