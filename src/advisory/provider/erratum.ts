import type {
  AdvisoryQualifiers,
  AdvisoryRange,
  Fix,
  FixState,
  Severity,
  VulnerabilityRecord,
  VulnerabilityStatus,
} from '../../core/advisory.ts';
import { compareText } from '../../core/compare-text.ts';
import { defined } from '../../core/defined.ts';
import type { FeedItem, FeedStatement, FeedSystem } from './contract.ts';
import { isCveId, parseDate } from './package-statement.ts';

/** A build that a distribution released to fix the vulnerabilities of an erratum. */
export interface FixedBuild {
  readonly system: FeedSystem;
  readonly packageName: string;
  /** Empty if there is a state instead. */
  readonly version: string;
  /** State of every version, if there is no fixed one. */
  readonly state?: FixState;
  /** First version of the stream of the build; absent: every earlier version is affected. */
  readonly since?: string;
  /** Module; empty: outside of every module; absent: unknown, or the system has no modules. */
  readonly module?: string;
  /** Absent if the erratum does not distinguish architectures. */
  readonly architecture?: string;
}

/** A vulnerability with its scores in the erratum. */
export interface FixedVulnerability {
  readonly id: string;
  readonly severities?: readonly Severity[];
}

/** A notice of a distribution about fixed vulnerabilities. */
export interface Erratum {
  readonly id: string;
  /** Name of the provider in vulnerability databases. */
  readonly provider: string;
  /** Package type and version scheme of the builds. */
  readonly ecosystem: string;
  readonly scheme: string;
  /** Address of the page about the erratum; absent if there is none. */
  readonly page?: string;
  readonly title: string;
  /** A severity word, or an empty string. */
  readonly severity: string;
  /** By default `active`. */
  readonly status?: VulnerabilityStatus;
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  readonly vulnerabilities: readonly FixedVulnerability[];
  readonly builds: readonly FixedBuild[];
}

/** Architectures that do not restrict the installed one. */
const OPEN_ARCHITECTURES: ReadonlySet<string> = new Set(['src', 'noarch', 'all', 'any']);

/**
 * Returns the statements that versions before the builds of an erratum are affected, under each
 * CVE: users justify CVEs, and several errata can fix the same one. An erratum without a CVE is a
 * vulnerability of its own.
 */
export function createErratumItems(erratum: Erratum): readonly FeedItem[] {
  const named = erratum.vulnerabilities.filter(({ id }) => isCveId(id));
  const found = named.length > 0 ? named : [{ id: erratum.id }];
  const builds = listDistinctBuilds(erratum.builds);
  return found
    .toSorted((left, right) => compareText(left.id, right.id))
    .map((vulnerability) => {
      const record = createErratumRecord(vulnerability, erratum, []);
      const statements = builds.map((build) => createBuildStatement(build, record, erratum));
      return { record, statements };
    });
}

/**
 * Returns the statements that versions from the builds of an erratum on are unaffected, under its
 * own ID. For distributions whose errata complete the statements of the distribution that they
 * rebuild.
 */
export function createUnaffectedItem(erratum: Erratum): FeedItem {
  const aliases = erratum.vulnerabilities.map(({ id }) => id).toSorted(compareText);
  const record = createErratumRecord({ id: erratum.id }, erratum, aliases);
  return {
    record,
    statements: listDistinctBuilds(erratum.builds).map((build) =>
      invertStatement(createBuildStatement({ ...build, since: '' }, record, erratum)),
    ),
  };
}

function createErratumRecord(
  { id, severities = [] }: FixedVulnerability,
  erratum: Erratum,
  aliases: readonly string[],
): VulnerabilityRecord {
  const { provider, title, severity, page, status, publishedAt, modifiedAt } = erratum;
  const words: readonly Severity[] =
    severity === '' ? [] : [{ scheme: 'CHMLN', value: severity, rank: 1 }];
  return {
    id,
    provider,
    status: status ?? 'active',
    aliases,
    assigners: [],
    description: title,
    references: page === undefined ? [] : [{ url: page, tags: ['advisory'] }],
    severities: [...words, ...severities.map((one) => ({ ...one, rank: one.rank + words.length }))],
    ...defined({ publishedAt, modifiedAt }),
  };
}

function createBuildStatement(
  build: FixedBuild,
  record: VulnerabilityRecord,
  erratum: Erratum,
): FeedStatement {
  const { system, packageName, state } = build;
  const { scheme, ecosystem } = erratum;
  const qualifiers = readQualifiers(build);
  const range =
    state === undefined
      ? { scheme, ...readFixedRange(build, erratum) }
      : { scheme, constraint: '', fix: { state, references: [] } };
  return {
    system,
    statement: {
      vulnerability: record.id,
      provider: record.provider,
      status: record.status,
      aliases: record.aliases,
      cves: record.aliases.filter(isCveId),
      effect: state === 'not-affected' ? 'unaffected' : 'affected',
      ecosystem,
      packageName,
      ranges: [range],
      ...defined({ qualifiers }),
    },
  };
}

function readFixedRange(
  { version, since = '' }: FixedBuild,
  { page, id, publishedAt }: Erratum,
): Omit<AdvisoryRange, 'scheme'> {
  const date = parseDate(publishedAt ?? '');
  const fix: Fix = {
    state: 'fixed',
    version,
    references: page === undefined ? [] : [{ url: page, id, tags: ['advisory'] }],
    ...(date === undefined ? {} : { available: { date, kind: 'advisory' } }),
  };
  return { constraint: since === '' ? `< ${version}` : `>= ${since}, < ${version}`, fix };
}

function invertStatement({ system, statement }: FeedStatement): FeedStatement {
  const ranges = statement.ranges.map((range) => ({
    ...range,
    constraint: `>= ${range.fix?.version ?? ''}`,
  }));
  return { ...defined({ system }), statement: { ...statement, effect: 'unaffected', ranges } };
}

function readQualifiers({ module, architecture }: FixedBuild): AdvisoryQualifiers | undefined {
  return module === undefined && architecture === undefined
    ? undefined
    : { ...defined({ modularity: module, architecture }) };
}

/**
 * Returns the builds without repetitions. A build only keeps its architecture if others of the same
 * package have another version.
 */
function listDistinctBuilds(builds: readonly FixedBuild[]): readonly FixedBuild[] {
  const groups = Map.groupBy(builds, ({ system, packageName, module }) =>
    JSON.stringify([system, packageName, module]),
  );
  return [...groups.values()].flatMap((group) => {
    const architectures = listArchitectures(group);
    const byVersion = Map.groupBy(group, ({ version, since, state }) =>
      JSON.stringify([version, since, state]),
    );
    return [...byVersion.values()].flatMap(([first, ...others]) => {
      if (first === undefined) {
        return [];
      }
      const { architecture: _, ...build } = first;
      const own = listArchitectures([first, ...others]);
      const isEverywhere = own.size === 0 || own.size === architectures.size;
      return isEverywhere
        ? [build]
        : Array.from(own, (architecture) => ({ ...build, architecture }));
    });
  });
}

function listArchitectures(builds: readonly FixedBuild[]): ReadonlySet<string> {
  return new Set(
    builds
      .map(({ architecture = '' }) => architecture)
      .filter((architecture) => architecture !== '' && !OPEN_ARCHITECTURES.has(architecture)),
  );
}

/** Words of vendors for the severity of an erratum, in lower case. */
const SEVERITY_WORDS: ReadonlyMap<string, string> = new Map([
  ['critical', 'critical'],
  ['important', 'high'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
]);

/** Returns an empty string for a word that is not a severity, such as `none`. */
export function toErratumSeverity(word: string): string {
  return SEVERITY_WORDS.get(word.toLowerCase()) ?? '';
}
