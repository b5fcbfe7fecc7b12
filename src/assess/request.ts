import type { JustificationFile } from '../compliance/justify/file/read-entries.ts';
import type { DeclaredFact } from '../compliance/policy/declared-fact.ts';
import type { Dockerfile } from '../compliance/policy/dockerfile.ts';
import type { Ledger } from '../compliance/policy/ledger.ts';
import type { Lifecycle } from '../compliance/policy/lifecycle.ts';
import type { PackageFeed } from '../compliance/policy/package-feed.ts';
import type { Policy } from '../compliance/policy/policy.ts';
import type { Statement } from '../compliance/policy/statement.ts';
import type { ToolRun } from '../compliance/policy/tool-results.ts';
import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import type { VexDocument } from '../foundation/core/decision.ts';
import type { DifferenceRule } from '../foundation/core/difference-rule.ts';
import type { SeverityWord } from '../foundation/core/finding.ts';
import type { Problem } from '../foundation/core/problem.ts';
import type { VexPlace } from '../foundation/core/vex-reader.ts';
import type { BundleVerifier } from '../foundation/syntax/envelope/bundle-verifier.ts';
import type { SignatureTrust } from '../foundation/syntax/envelope/unwrap.ts';
import type { FilterOptions } from '../vulnerability/decide/filter-decider.ts';
import type { Lookup } from '../vulnerability/match/lookup.ts';
import type { MatchStrategy } from '../vulnerability/match/matcher.ts';
import type { ScanOptions } from './scan-options.ts';

/** How a target is read: {@link ScanOptions} without the parts that come from the ports. */
export type ReadingRequest = Omit<
  ScanOptions,
  | 'network'
  | 'progress'
  | 'temporaryFolder'
  | 'vexFrom'
  | 'onVex'
  | 'onAttached'
  | 'areAllAttachedRequested'
  | 'onDocument'
>;

/** Facts that the user declares about a target. */
export interface DeclaredFacts {
  readonly version?: string;
  readonly supplier?: string;
  /** The distribution to match against, as in package URLs: `debian:12`. */
  readonly distro?: string;
  /** Whether packages without a CPE get generated candidates. */
  readonly addsCpes?: boolean;
}

/** An open database that several assessments share, with the rows that were read from it. */
export interface OpenedDatabase {
  readonly database: AdvisoryDatabase;
  readonly lookup: Lookup;
}

/** The advisory database to match against. */
export interface DatabaseRequest {
  readonly folder: string;
  /** The database in the directory, which stays open; absent to open it. */
  readonly opened?: OpenedDatabase;
  /** Whether a missing database is an error instead of an alert. */
  readonly isRequired?: boolean;
  /** Days after which its advisories are too old to rely on; 0 for no limit. */
  readonly maxAgeDays?: number;
  /** `sha256:…` of the archive that the database must have been created from. */
  readonly archiveDigest?: string;
  /** Set if a newer database may be downloaded first. */
  readonly refresh?: RefreshRequest;
}

export interface RefreshRequest {
  /** Mirrors, in the order in which they are tried; empty for the public ones. */
  readonly urls: readonly string[];
  /** A file of additional trusted certificates in PEM. */
  readonly certificateFile?: string;
  /** Whether mirrors may be reached without TLS. */
  readonly isPlainAllowed?: boolean;
  /** Hosts that a mirror may redirect to although their addresses are of a private network. */
  readonly allowedHosts?: readonly string[];
  /** `sha256:…` of the only archive that is accepted. */
  readonly archiveDigest?: string;
  /** File of the key that must have signed the database; if absent, it need not be signed. */
  readonly keyFile?: string;
  /** Whether the first key that a mirror presents is trusted from then on. */
  readonly isFirstKeyTrusted?: boolean;
  /** Whether a database may lose more than half of the statements of the one in use. */
  readonly isLossAccepted?: boolean;
}

/** The base image to attribute packages to. */
export interface BaseRequest {
  /** Directory of the known base images. */
  readonly folder: string;
  /** Name or ID of the base image; if absent, it is identified. */
  readonly name?: string;
}

/** The known base images in which files without a record are looked up. */
export interface RecognitionRequest {
  /** Directory of the known base images. */
  readonly folder: string;
}

/** How findings are decided. Files are read before the target, so that mistakes cost no time. */
export interface DecisionRequest {
  readonly filters?: FilterOptions;
  /** Configuration files, for their ignore rules. */
  readonly configurationFiles?: readonly RuleDocument[];
  /** Files with ignore rules: `FILE` or `READER:FILE`. */
  readonly ignoreFiles?: readonly string[];
  /**
   * The documents among them that are named in a file of the working directory; its author may be
   * untrusted.
   */
  readonly projectIgnoreFiles?: readonly string[];
  /** Files of justifications that people signed. */
  readonly justificationFiles?: readonly JustificationFile[];
  /** VEX documents, in order of precedence. */
  readonly vexFiles?: readonly string[];
  /** Documents that were read before; they precede the files. */
  readonly vexDocuments?: readonly VexDocument[];
  /** Places in or beside the target that may hold VEX documents. */
  readonly vexFrom?: readonly VexPlace[];
  /** Public keys in PEM; only found VEX documents that one of them signed count. */
  readonly vexKeyFiles?: readonly string[];
  /** Verifies keyless signatures of found VEX documents; absent if these do not count. */
  readonly vexBundleVerifier?: BundleVerifier;
  /** Whether findings are justified from the bytes of the image and from advisories. */
  readonly isDerived?: boolean;
  /** Whether unreachable packages may be justified as such. */
  readonly isUnreachableAsserted?: boolean;
}

/** A configuration file with its content. */
export interface RuleDocument {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether it was found in the working directory without being named by the user. */
  readonly isProject: boolean;
}

/** The conditions that a target must meet. */
export interface GateRequest {
  /** Fail on open findings of at least this severity. */
  readonly severity?: SeverityWord;
  /** Fail on open findings of at least this severity that are new since the baseline. */
  readonly newSeverity?: SeverityWord;
  /** Whether findings of the base image do not count for these severities. */
  readonly isApplicationOnly?: boolean;
  /** IDs of the differences that fail a comparison. */
  readonly differences?: readonly string[];
}

/** Everything that a user can request of the pipeline, as data. */
export interface AssessmentRequest {
  readonly reading?: ReadingRequest;
  /** Problems that are known before reading starts: they make every result incomplete. */
  readonly problems?: readonly Problem[];
  readonly declared?: DeclaredFacts;
  readonly database?: DatabaseRequest;
  /** If absent, no package is recognized by its files. */
  readonly recognition?: RecognitionRequest;
  /** If absent, packages have no origin. */
  readonly base?: BaseRequest;
  /** If true, findings are filed under their CVEs. */
  readonly isByCve?: boolean;
  readonly decisions?: DecisionRequest;
  /** The JSON result of an earlier scan to compare with. */
  readonly baselineFile?: string;
  readonly gates?: GateRequest;
}

/** A document with statements that the user named. */
export interface NamedAttestation {
  readonly origin: string;
  readonly content: Uint8Array;
}

/** Policies to evaluate, and the facts that do not come from the target. */
export interface PolicyRequest {
  readonly policies: readonly Policy[];
  /** Whether to collect facts that no rule reads, too. */
  readonly areAllFactsWanted?: boolean;
  /** Rules that accept differences from the baseline. */
  readonly acceptedChanges?: readonly DifferenceRule[];
  /** Whether to count the items left to justify, including differences from the baseline. */
  readonly isLeftCounted?: boolean;
  /** Facts that people declared about the use of the image. */
  readonly declaredFacts?: readonly DeclaredFact[];
  /** When findings were first seen; extended by those of this target. */
  readonly ledger?: Ledger;
  /** The Dockerfile that the target was built from. */
  readonly dockerfile?: Dockerfile;
  /** Key of the fingerprints of secrets. */
  readonly fingerprintKey?: Uint8Array;
  /** Lists of the packages of registries. */
  readonly packageFeeds?: readonly PackageFeed[];
  /** The end of life of products. */
  readonly lifecycles?: readonly Lifecycle[];
  /** Answers of people to controls of packs. */
  readonly statements?: readonly Statement[];
  /** Results of other tools. */
  readonly toolRuns?: readonly ToolRun[];
  /** Steps that all rules may take; if absent, `policyStepsMax`. */
  readonly stepsMax?: number;
  /** Documents with statements about the target. */
  readonly attestations?: readonly NamedAttestation[];
  /** Keys and identities whose statements count; absent if signatures are not checked. */
  readonly attestationTrust?: SignatureTrust;
}

/** A request with the parts that the program adds. */
export interface PipelineRequest extends AssessmentRequest {
  /** If absent, no policy is evaluated, and no code for policies is loaded. */
  readonly policy?: PolicyRequest;
  /** Settings for decisions on which scanners differ; if absent, the defaults. */
  readonly strategy?: MatchStrategy;
  /** Whether uncertain matches, whose package may be another one, fail gates like any other. */
  readonly countsGuesses?: boolean;
}
