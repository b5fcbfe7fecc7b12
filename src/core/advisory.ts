import type { Distro } from './distro.ts';

/** Whether and how a vendor fixes. `unknown`: the source does not say. */
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
   * When the fix could first be had: `date` is YYYY-MM-DD, `kind` e.g. `advisory`, `release`,
   * `first-observed`.
   */
  readonly available?: { readonly date: string; readonly kind: string };
  readonly references: readonly FixReference[];
}

/** Versions that an advisory speaks of. */
export interface AdvisoryRange {
  /** Name of the version scheme as the source gives it, empty where it gives none. */
  readonly scheme: string;
  /** Text such as `>= 1.0, < 1.2 || = 2.0`; empty: every version. */
  readonly constraint: string;
  readonly fix?: Fix;
}

export interface AdvisoryQualifiers {
  /**
   * `null` in the source: any; empty: only packages outside modules; else a prefix of the module
   * label.
   */
  readonly modularity?: string;
  readonly platformCpes?: readonly string[];
  readonly architecture?: string;
  readonly imports?: readonly { readonly path: string; readonly symbols: readonly string[] }[];
  /** Holds nowhere else. */
  readonly platforms?: AdvisoryPlatforms;
  /** Holds only for packages that Root.io rebuilt. */
  readonly rootIo?: boolean;
}

/** As the source names them, e.g. `windows`, `macos`, `x86_64`; none: any. */
export interface AdvisoryPlatforms {
  readonly systems: readonly string[];
  readonly architectures: readonly string[];
}

/** The attributes of a CPE that name a product; an empty text stands for ANY. NISTIR 7695, 5.2. */
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

/** One release of an operating system, as the database knows it. */
export interface OperatingSystem {
  readonly id: number;
  /** Canonical name in the database, e.g. `alpine`, `debian`, `rhel`. */
  readonly name: string;
  /** The `ID` of its os-release file, where it differs from the name. */
  readonly releaseId: string;
  /** Without leading zeros, as text; empty for rolling releases. */
  readonly majorVersion: string;
  readonly minorVersion: string;
  /** `rolling`, `edge`, `unstable` … */
  readonly label: string;
  readonly codename: string;
  readonly channel: string;
  /** RFC 3339 date after which the vendor gives no fixes at all. */
  readonly endOfLife?: string;
  readonly endOfActiveSupport?: string;
}

/** Numbers of statements about packages of one release. */
export interface SystemCoverage {
  readonly statements: number;
  /** Those that name something affected for which there is no fix. */
  readonly unfixed: number;
}

export type VulnerabilityStatus = 'active' | 'analyzing' | 'rejected' | 'disputed' | '';

/** One source's statement about one package or product. */
export interface Advisory {
  readonly vulnerability: string;
  readonly provider: string;
  readonly status: VulnerabilityStatus;
  /** Other ids of the same vulnerability, without this one. */
  readonly aliases: readonly string[];
  /** CVE ids that the statement names besides. */
  readonly cves: readonly string[];
  readonly effect: 'affected' | 'unaffected';
  readonly operatingSystem?: OperatingSystem;
  /** Package type and name, absent for statements about a CPE. */
  readonly ecosystem?: string;
  readonly packageName?: string;
  readonly product?: CpeProduct;
  /** No range: every version. */
  readonly ranges: readonly AdvisoryRange[];
  readonly qualifiers?: AdvisoryQualifiers;
  /** Where the database keeps the details: shard and number. */
  readonly record: RecordRef;
}

export interface RecordRef {
  readonly shard: string;
  readonly number: number;
}

export interface Severity {
  /** `CVSS`, `CHMLN`, `CHML`, `HML`. */
  readonly scheme: string;
  /** A word, or a CVSS vector with its version. */
  readonly value: string | { readonly vector: string; readonly version: string };
  readonly source?: string;
  /** 1: the source's own first choice. */
  readonly rank: number;
}

/** What a source says of a vulnerability, whichever package. */
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
  /** What the source's own build changed in the record, and after which document. */
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

export interface DatabaseProvider {
  readonly id: string;
  readonly version: string;
  readonly processor: string;
  /** RFC 3339 */
  readonly capturedAt: string;
  readonly inputDigest: string;
}

export interface DatabaseDescription {
  /** Schema of our own shards. */
  readonly schema: number;
  /**
   * Schema of the database that it was imported from, e.g. `v6.1.9`; empty where our own providers
   * filled it.
   */
  readonly sourceSchema: string;
  /** When the data were put together, RFC 3339. */
  readonly builtAt: string;
  /** What it was imported from: a file name or `manual import`. */
  readonly origin: string;
  readonly path: string;
  readonly providers: readonly DatabaseProvider[];
}

/**
 * Reading access to an advisory database. One key read a package name, none for what is not there.
 */
export interface AdvisoryDatabase extends Disposable {
  readonly description: DatabaseDescription;
  /**
   * The releases whose advisories hold for a distro, most specific first found; empty where the
   * database has none, which is an unknown and never "no vulnerabilities". Releases of which it
   * knows dates only are left out.
   */
  releasesOf(distro: Distro, channel?: string): readonly OperatingSystem[];
  /**
   * As {@link releasesOf}, but only what the distro's own vendor says: a rebuild of another distro
   * is not replaced by that one.
   */
  ownReleasesOf(distro: Distro, channel?: string): readonly OperatingSystem[];
  /** How much the database says of a release; `undefined`: it has not been counted. */
  coverageOf(system: OperatingSystem): SystemCoverage | undefined;
  /** The most statements that the database has about any release of the same system; 0 for none. */
  mostStatementsOf(system: OperatingSystem): number;
  /**
   * The row that holds the end-of-life dates of exactly this release, neither replaced nor widened.
   */
  lifecycleOf(distro: Distro): OperatingSystem | undefined;
  /**
   * Spellings of one architecture: `x86_64` → `amd64`. A name that is not in it stands for itself.
   */
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** Whether any statement is about packages of this ecosystem in a release. */
  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean;
  /** Whether any statement is about packages of a language ecosystem. */
  hasPackages(ecosystem: string): boolean;
  /** Whether any statement is about a product, by CPE. */
  hasProducts(): boolean;
  /**
   * Statements about a package of an operating system. Names are compared without regard to ASCII
   * case.
   */
  ofSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[];
  /** Statements about a package of a language ecosystem. */
  ofPackage(ecosystem: string, name: string): readonly Advisory[];
  /** Statements about a product by CPE, of any vendor; the caller compares the other attributes. */
  ofProduct(product: string): readonly Advisory[];
  record(ref: RecordRef): VulnerabilityRecord;
  /**
   * What one provider says of a vulnerability, e.g. `nvd` of a CVE; `undefined` where it says
   * nothing.
   */
  recordOf(provider: string, id: string): VulnerabilityRecord | undefined;
  /**
   * Finds out at once where the records lie that {@link recordOf} would be asked for: by id,
   * without those of which the provider says nothing. Who reads many of them does so in the order
   * in which they lie.
   */
  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef>;
  /**
   * Reads at once what {@link exploited}, {@link epss} and {@link weaknesses} are about to be asked
   * for.
   */
  readFacts(cves: readonly string[]): void;
  exploited(cve: string): readonly ExploitedRecord[];
  epss(cve: string): EpssScore | undefined;
  weaknesses(cve: string): readonly Weakness[];
}

/** Days after which advisories are too old to rely on, if nothing else is requested. */
export const USUAL_DATABASE_AGE_DAYS = 5;
