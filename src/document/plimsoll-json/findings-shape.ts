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
  type SsvcDecision,
  type VulnerabilityRecord,
  type VulnerabilityStatus,
  type Weakness,
} from '../../foundation/core/advisory.ts';
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
} from '../../foundation/core/finding.ts';
import { REACH_CLASSES } from '../../foundation/core/reach.ts';
import {
  type Guard,
  guardChoice,
  guardEither,
  guardList,
  guardOptional,
  guardRecord,
  isBoolean,
  isNumber,
  isText,
} from '../../foundation/syntax/json/guard.ts';
import { isComparison, isDecision } from './decision-shape.ts';

// Shapes of findings as documented in `docs/format-json.md`.

const isTexts = guardList(isText);
const isSeverityWord = guardChoice(SEVERITIES);
const isFixState: Guard<FixState> = guardChoice(FIX_STATES);
const isStatus: Guard<VulnerabilityStatus> = guardChoice([
  'active',
  'analyzing',
  'rejected',
  'disputed',
  '',
]);

const isReference: Guard<FixReference> = guardRecord<FixReference>({
  url: isText,
  id: guardOptional(isText),
  tags: isTexts,
});

const isFix: Guard<Fix> = guardRecord<Fix>({
  state: isFixState,
  version: guardOptional(isText),
  available: guardOptional(
    guardRecord<NonNullable<Fix['available']>>({ date: isText, kind: isText }),
  ),
  references: guardList(isReference),
});

const isRange: Guard<AdvisoryRange> = guardRecord<AdvisoryRange>({
  scheme: isText,
  constraint: isText,
  fix: guardOptional(isFix),
});

type Import = NonNullable<AdvisoryQualifiers['imports']>[number];

const isQualifiers: Guard<AdvisoryQualifiers> = guardRecord<AdvisoryQualifiers>({
  modularity: guardOptional(isText),
  platformCpes: guardOptional(isTexts),
  architecture: guardOptional(isText),
  imports: guardOptional(guardList(guardRecord<Import>({ path: isText, symbols: isTexts }))),
  platforms: guardOptional(
    guardRecord<AdvisoryPlatforms>({ systems: isTexts, architectures: isTexts }),
  ),
  rootIo: guardOptional(isBoolean),
});

const isProduct: Guard<CpeProduct> = guardRecord<CpeProduct>({
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

const isSystem: Guard<OperatingSystem> = guardRecord<OperatingSystem>({
  id: isNumber,
  name: isText,
  releaseId: isText,
  majorVersion: isText,
  minorVersion: isText,
  label: isText,
  codename: isText,
  channel: isText,
  endOfLife: guardOptional(isText),
  endOfActiveSupport: guardOptional(isText),
});

const isRecordRef: Guard<RecordRef> = guardRecord<RecordRef>({ shard: isText, key: isText });

const isAdvisory: Guard<Advisory> = guardRecord<Advisory>({
  vulnerability: isText,
  provider: isText,
  status: isStatus,
  aliases: isTexts,
  cves: isTexts,
  effect: guardChoice(['affected', 'unaffected']),
  operatingSystem: guardOptional(isSystem),
  ecosystem: guardOptional(isText),
  packageName: guardOptional(isText),
  product: guardOptional(isProduct),
  ranges: guardList(isRange),
  qualifiers: guardOptional(isQualifiers),
  record: isRecordRef,
});

type Vector = Exclude<Severity['value'], string>;

const isSeverity: Guard<Severity> = guardRecord<Severity>({
  scheme: isText,
  value: guardEither(isText, guardRecord<Vector>({ vector: isText, version: isText })),
  source: guardOptional(isText),
  rank: isNumber,
});

type Modification = NonNullable<VulnerabilityRecord['modifications']>[number];

const isVulnerability: Guard<VulnerabilityRecord> = guardRecord<VulnerabilityRecord>({
  id: isText,
  provider: isText,
  status: isStatus,
  aliases: isTexts,
  assigners: isTexts,
  description: isText,
  references: guardList(isReference),
  severities: guardList(isSeverity),
  publishedAt: guardOptional(isText),
  modifiedAt: guardOptional(isText),
  withdrawnAt: guardOptional(isText),
  modifications: guardOptional(
    guardList(guardRecord<Modification>({ url: isText, changes: isTexts })),
  ),
});

const isExploited: Guard<ExploitedRecord> = guardRecord<ExploitedRecord>({
  cve: isText,
  vendorProject: isText,
  product: isText,
  dateAdded: guardOptional(isText),
  requiredAction: isText,
  dueDate: guardOptional(isText),
  knownRansomwareCampaignUse: isText,
  forensicTriage: guardOptional(isBoolean),
  notes: isText,
  urls: isTexts,
  cwes: isTexts,
});

const isEpss: Guard<EpssScore> = guardRecord<EpssScore>({
  cve: isText,
  epss: isNumber,
  percentile: isNumber,
  date: isText,
});

const isWeakness: Guard<Weakness> = guardRecord<Weakness>({
  cve: isText,
  cwe: isText,
  source: isText,
  kind: isText,
});

const isSsvc: Guard<SsvcDecision> = guardRecord<SsvcDecision>({
  cve: isText,
  source: isText,
  exploitation: isText,
  automatable: isText,
  technicalImpact: isText,
  date: isText,
});

const isReason: Guard<MatchReason> = guardRecord<MatchReason>({
  kind: guardChoice(['direct', 'indirect', 'cpe']),
  matcher: isText,
  searchedKey: isText,
  searchedName: isText,
  searchedVersion: isText,
  searchedCpes: isTexts,
  advisory: isAdvisory,
  range: isText,
  comparisons: guardList(isComparison),
  foundCpes: isTexts,
  symbols: guardOptional(guardRecord<SymbolEvidence>({ searched: isTexts, found: isTexts })),
  confidence: isNumber,
});

const isScore: Guard<CvssScore> = guardRecord<CvssScore>({
  vector: isText,
  baseScore: isNumber,
  exploitabilityScore: guardOptional(isNumber),
  impactScore: guardOptional(isNumber),
});

const isMatch: Guard<Match> = guardRecord<Match>({
  record: isVulnerability,
  advisory: isAdvisory,
  reasons: guardList(isReason),
  fixes: guardList(isFix),
  fixState: isFixState,
  severity: isSeverityWord,
  related: guardList(isVulnerability),
  exploited: guardList(isExploited),
  epss: guardList(isEpss),
  weaknesses: guardList(isWeakness),
  ssvc: guardOptional(guardList(isSsvc)),
  scores: guardOptional(guardList(isScore)),
  relatedSeverities: guardOptional(guardList(isSeverityWord)),
  risk: guardOptional(isNumber),
});

export const isFinding: Guard<Finding> = guardRecord<Finding>({
  packageKey: isText,
  id: isText,
  aliases: isTexts,
  severity: isSeverityWord,
  fixState: isFixState,
  fixVersions: isTexts,
  risk: isNumber,
  matches: guardList(isMatch),
  notes: guardOptional(isTexts),
  reach: guardOptional(guardChoice([...REACH_CLASSES, 'unknown'])),
  decisions: guardOptional(guardList(isDecision)),
});

export const isDispositionedFinding: Guard<DispositionedFinding> =
  guardRecord<DispositionedFinding>({
    finding: isFinding,
    decisions: guardList(isDecision),
  });

export const isIgnoredFinding: Guard<IgnoredFinding> = guardRecord<IgnoredFinding>({
  finding: isFinding,
  rule: isText,
});

export const isUnevaluated: Guard<Unevaluated> = guardRecord<Unevaluated>({
  packageKey: isText,
  why: guardChoice([
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
  vulnerability: guardOptional(isText),
});

export const isAlert: Guard<Alert> = guardRecord<Alert>({
  kind: guardChoice(ALERT_KINDS),
  message: isText,
  packageKeys: isTexts,
  system: guardOptional(isText),
  date: guardOptional(isText),
});

const isProvider: Guard<DatabaseProvider> = guardRecord<DatabaseProvider>({
  id: isText,
  version: isText,
  processor: isText,
  capturedAt: isText,
  inputDigest: isText,
});

export const isDatabase: Guard<DatabaseDescription> = guardRecord<DatabaseDescription>({
  schema: isNumber,
  sourceSchema: isText,
  builtAt: isText,
  origin: isText,
  path: isText,
  providers: guardList(isProvider),
});
