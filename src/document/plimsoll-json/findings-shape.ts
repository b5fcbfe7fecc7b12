import {
  type Advisory,
  type AdvisoryPlatforms,
  type AdvisoryQualifiers,
  type AdvisoryRange,
  type CpeProduct,
  type DatabaseDescription,
  type DatabaseProvider,
  type EpssScore,
  type ExploitedRecord,
  FIX_STATES,
  type Fix,
  type FixReference,
  type FixState,
  type OperatingSystem,
  type RecordRef,
  type Severity,
  type VulnerabilityRecord,
  type VulnerabilityStatus,
  type Weakness,
} from '../../core/advisory.ts';
import {
  ALERT_KINDS,
  type Alert,
  type CvssScore,
  type DispositionedFinding,
  type Finding,
  type IgnoredFinding,
  type Match,
  type MatchReason,
  SEVERITIES,
  type SymbolEvidence,
  type Unevaluated,
} from '../../core/finding.ts';
import { REACH_CLASSES } from '../../core/reach.ts';
import {
  eitherOf,
  type Guard,
  isBoolean,
  isNumber,
  isText,
  listOf,
  oneOf,
  optional,
  recordOf,
} from '../../syntax/json/guard.ts';
import { isComparison, isDecision } from './decision-shape.ts';

// Shapes of findings as documented in `docs/format-json.md`.

const isTexts = listOf(isText);
const isSeverityWord = oneOf(SEVERITIES);
const isFixState: Guard<FixState> = oneOf(FIX_STATES);
const isStatus: Guard<VulnerabilityStatus> = oneOf([
  'active',
  'analyzing',
  'rejected',
  'disputed',
  '',
]);

const isReference: Guard<FixReference> = recordOf<FixReference>({
  url: isText,
  id: optional(isText),
  tags: isTexts,
});

const isFix: Guard<Fix> = recordOf<Fix>({
  state: isFixState,
  version: optional(isText),
  available: optional(recordOf<NonNullable<Fix['available']>>({ date: isText, kind: isText })),
  references: listOf(isReference),
});

const isRange: Guard<AdvisoryRange> = recordOf<AdvisoryRange>({
  scheme: isText,
  constraint: isText,
  fix: optional(isFix),
});

type Import = NonNullable<AdvisoryQualifiers['imports']>[number];

const isQualifiers: Guard<AdvisoryQualifiers> = recordOf<AdvisoryQualifiers>({
  modularity: optional(isText),
  platformCpes: optional(isTexts),
  architecture: optional(isText),
  imports: optional(listOf(recordOf<Import>({ path: isText, symbols: isTexts }))),
  platforms: optional(recordOf<AdvisoryPlatforms>({ systems: isTexts, architectures: isTexts })),
  rootIo: optional(isBoolean),
});

const isProduct: Guard<CpeProduct> = recordOf<CpeProduct>({
  part: isText,
  vendor: isText,
  product: isText,
  edition: isText,
  language: isText,
  softwareEdition: isText,
  targetSoftware: isText,
  targetHardware: isText,
  other: isText,
});

const isSystem: Guard<OperatingSystem> = recordOf<OperatingSystem>({
  id: isNumber,
  name: isText,
  releaseId: isText,
  majorVersion: isText,
  minorVersion: isText,
  label: isText,
  codename: isText,
  channel: isText,
  endOfLife: optional(isText),
  endOfActiveSupport: optional(isText),
});

const isRecordRef: Guard<RecordRef> = recordOf<RecordRef>({ shard: isText, number: isNumber });

const isAdvisory: Guard<Advisory> = recordOf<Advisory>({
  vulnerability: isText,
  provider: isText,
  status: isStatus,
  aliases: isTexts,
  cves: isTexts,
  effect: oneOf(['affected', 'unaffected']),
  operatingSystem: optional(isSystem),
  ecosystem: optional(isText),
  packageName: optional(isText),
  product: optional(isProduct),
  ranges: listOf(isRange),
  qualifiers: optional(isQualifiers),
  record: isRecordRef,
});

type Vector = Exclude<Severity['value'], string>;

const isSeverity: Guard<Severity> = recordOf<Severity>({
  scheme: isText,
  value: eitherOf(isText, recordOf<Vector>({ vector: isText, version: isText })),
  source: optional(isText),
  rank: isNumber,
});

type Modification = NonNullable<VulnerabilityRecord['modifications']>[number];

const isVulnerability: Guard<VulnerabilityRecord> = recordOf<VulnerabilityRecord>({
  id: isText,
  provider: isText,
  status: isStatus,
  aliases: isTexts,
  assigners: isTexts,
  description: isText,
  references: listOf(isReference),
  severities: listOf(isSeverity),
  publishedAt: optional(isText),
  modifiedAt: optional(isText),
  withdrawnAt: optional(isText),
  modifications: optional(listOf(recordOf<Modification>({ url: isText, changes: isTexts }))),
});

const isExploited: Guard<ExploitedRecord> = recordOf<ExploitedRecord>({
  cve: isText,
  vendorProject: isText,
  product: isText,
  dateAdded: optional(isText),
  requiredAction: isText,
  dueDate: optional(isText),
  knownRansomwareCampaignUse: isText,
  notes: isText,
  urls: isTexts,
  cwes: isTexts,
});

const isEpss: Guard<EpssScore> = recordOf<EpssScore>({
  cve: isText,
  epss: isNumber,
  percentile: isNumber,
  date: isText,
});

const isWeakness: Guard<Weakness> = recordOf<Weakness>({
  cve: isText,
  cwe: isText,
  source: isText,
  kind: isText,
});

const isReason: Guard<MatchReason> = recordOf<MatchReason>({
  kind: oneOf(['direct', 'indirect', 'cpe']),
  matcher: isText,
  searchedKey: isText,
  searchedName: isText,
  searchedVersion: isText,
  searchedCpes: isTexts,
  advisory: isAdvisory,
  range: isText,
  comparisons: listOf(isComparison),
  foundCpes: isTexts,
  symbols: optional(recordOf<SymbolEvidence>({ searched: isTexts, found: isTexts })),
  confidence: isNumber,
});

const isScore: Guard<CvssScore> = recordOf<CvssScore>({
  vector: isText,
  baseScore: isNumber,
  exploitabilityScore: optional(isNumber),
  impactScore: optional(isNumber),
});

const isMatch: Guard<Match> = recordOf<Match>({
  record: isVulnerability,
  advisory: isAdvisory,
  reasons: listOf(isReason),
  fixes: listOf(isFix),
  fixState: isFixState,
  severity: isSeverityWord,
  related: listOf(isVulnerability),
  exploited: listOf(isExploited),
  epss: listOf(isEpss),
  weaknesses: listOf(isWeakness),
  scores: optional(listOf(isScore)),
  relatedSeverities: optional(listOf(isSeverityWord)),
  risk: optional(isNumber),
});

export const isFinding: Guard<Finding> = recordOf<Finding>({
  packageKey: isText,
  id: isText,
  aliases: isTexts,
  severity: isSeverityWord,
  fixState: isFixState,
  fixVersions: isTexts,
  risk: isNumber,
  matches: listOf(isMatch),
  notes: optional(isTexts),
  reach: optional(oneOf([...REACH_CLASSES, 'unknown'])),
  decisions: optional(listOf(isDecision)),
});

export const isDispositionedFinding: Guard<DispositionedFinding> = recordOf<DispositionedFinding>({
  finding: isFinding,
  decisions: listOf(isDecision),
});

export const isIgnoredFinding: Guard<IgnoredFinding> = recordOf<IgnoredFinding>({
  finding: isFinding,
  rule: isText,
});

export const isUnevaluated: Guard<Unevaluated> = recordOf<Unevaluated>({
  packageKey: isText,
  why: oneOf([
    'version-not-understood',
    'range-not-understood',
    'no-version',
    'no-data-for-distro',
    'no-data-for-ecosystem',
    'no-identity',
    'no-distro',
    'no-matcher',
  ]),
  detail: isText,
  vulnerability: optional(isText),
});

export const isAlert: Guard<Alert> = recordOf<Alert>({
  kind: oneOf(ALERT_KINDS),
  message: isText,
  packageKeys: isTexts,
  system: optional(isText),
  date: optional(isText),
});

const isProvider: Guard<DatabaseProvider> = recordOf<DatabaseProvider>({
  id: isText,
  version: isText,
  processor: isText,
  capturedAt: isText,
  inputDigest: isText,
});

export const isDatabase: Guard<DatabaseDescription> = recordOf<DatabaseDescription>({
  schema: isNumber,
  sourceSchema: isText,
  builtAt: isText,
  origin: isText,
  path: isText,
  providers: listOf(isProvider),
});
