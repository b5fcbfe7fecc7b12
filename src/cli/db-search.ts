import { parseDistro } from '../assess/adjust-inventory.ts';
import type {
  Advisory,
  AdvisoryDatabase,
  AdvisoryRange,
  OperatingSystem,
  SsvcDecision,
  VulnerabilityRecord,
} from '../foundation/core/advisory.ts';
import { defined } from '../foundation/core/defined.ts';
import { type ExitStatus, UserError } from '../foundation/core/error.ts';
import { omitEmpty } from '../foundation/core/filled.ts';
import type { SeverityWord } from '../foundation/core/finding.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import { parseCpe } from '../foundation/identity/cpe-name/cpe.ts';
import { parsePurl } from '../foundation/identity/purl/parse-purl.ts';
import { toPurlPackage } from '../foundation/identity/purl/purl-package.ts';
import { fitLines } from '../foundation/present/fitted-lines.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { openDatabase } from '../vulnerability/advisory/open-database.ts';
import {
  type DatabaseQuery,
  listUnsearchedShards,
  type SearchedPackage,
  searchPackages,
} from '../vulnerability/advisory/search-database.ts';
import { readSeverity } from '../vulnerability/match/severity.ts';
import {
  compareSources,
  type Disagreement,
  formatSource,
  formatStatementState,
  listAdvisoryDates,
  readState,
  type StatedVulnerability,
} from '../vulnerability/match/source-statement.ts';
import type { Context } from './command.ts';
import {
  formatDisagreements,
  formatPackage,
  formatSystem,
  formatVersion,
  printConflictTable,
  toConflictModel,
} from './db-conflicts.ts';
import { printJson, reportAbsentShards } from './db-output.ts';
import { createSearchFilter, hasSearchFilter } from './search-filter.ts';
import { createTableOptions } from './terminal.ts';

/**
 * IDs start with a prefix of their issuer. A package whose name looks like one must be given by its
 * URL.
 */
const ID = /^(?:(?:GHSA|ghsa)-\w|(?:[A-Z][A-Z0-9]+|cve)-[\w.:-]{0,256}[0-9])/;

/**
 * Prints the statements of the database about the given vulnerabilities and packages, or, with
 * `--conflicts`, those whose sources disagree. If none exist, it reports this on standard error, and
 * the exit status is still 0. The result is incomplete if a shard that may have some is absent.
 */
export function printDatabaseSearch(
  words: readonly string[],
  folder: string,
  context: Context,
  isJson: boolean,
): ExitStatus {
  const { values } = context.resolved;
  if (words.length === 0 && !values.conflicts && !hasSearchFilter(values)) {
    throw new UserError('E_USAGE', '"plimsoll db search" needs an id, a package or a CPE', {
      hint: 'use, for example: plimsoll db search CVE-2021-44228, or: plimsoll db search pkg:npm/lodash',
    });
  }
  using database = openDatabase(folder);
  const query = parseQuery(words, listSystems(database, context));
  const isWanted = createSearchFilter(values, database);
  const absent = listUnsearchedShards(folder, query);
  if (values.conflicts) {
    printConflicts(listConflicts(folder, query, { database, isWanted }), context, isJson);
    return reportAbsentShards(absent, context);
  }
  const found = searchPackages(folder, query)
    .flatMap((advisories) => advisories.filter(isWanted))
    .toArray();
  const compared = compareSources(found, database);
  if (found.length === 0) {
    context.notify('The advisory database has no matching advisories.');
  }
  if (isJson) {
    printJson(context, toDocument(found, compared, database));
  } else if (found.length > 0) {
    printTable(found, database, context);
    printDisagreements(compared, query, context);
  }
  return reportAbsentShards(absent, context);
}

interface Selection {
  readonly database: AdvisoryDatabase;
  isWanted(advisory: Advisory): boolean;
}

/** A vulnerability counts if any of its statements is wanted: the others are needed to compare. */
function listConflicts(
  folder: string,
  query: DatabaseQuery,
  { database, isWanted }: Selection,
): readonly StatedVulnerability[] {
  return searchPackages(folder, query)
    .flatMap((advisories) => compareSources(advisories, database))
    .filter(({ advisories, disagreements }) => {
      return disagreements.length > 0 && advisories.some(isWanted);
    })
    .toArray();
}

function printConflicts(
  conflicts: readonly StatedVulnerability[],
  context: Context,
  isJson: boolean,
): void {
  if (conflicts.length === 0) {
    context.notify('The sources of the advisory database do not disagree on anything.');
  }
  if (isJson) {
    printJson(context, conflicts.map(toConflictModel));
  } else if (conflicts.length > 0) {
    printConflictTable(conflicts, context);
  }
}

/** Without an ID, there may be many: their number is enough. */
function printDisagreements(
  compared: readonly StatedVulnerability[],
  { ids }: DatabaseQuery,
  context: Context,
): void {
  const conflicts = compared.filter(({ disagreements }) => disagreements.length > 0);
  if (ids.length > 0) {
    for (const conflict of conflicts) {
      const lines = formatDisagreements(conflict).join('\n');
      context.print(fitLines(`\n${lines}\n`, context.terminal.resultColumns));
    }
  } else if (conflicts.length > 0) {
    const count = formatCount(conflicts.length, 'vulnerability', 'vulnerabilities');
    context.notify(`hint: sources disagree about ${count}: add --conflicts to list them`);
  }
}

/** Returns the releases that --distro names; `undefined` without it. */
export function listSystems(
  database: AdvisoryDatabase,
  { resolved }: Context,
): readonly OperatingSystem[] | undefined {
  const { distro } = resolved.values;
  if (distro === undefined) {
    return undefined;
  }
  const systems = database.listReleases(parseDistro(distro));
  if (systems.length === 0) {
    throw new UserError(
      'E_USAGE',
      `the advisory database has no matching advisories for "${distro}"`,
      {
        hint: 'leave out --distro to see the operating systems with matching advisories',
      },
    );
  }
  return systems;
}

function parseQuery(
  words: readonly string[],
  systems: readonly OperatingSystem[] | undefined,
): DatabaseQuery {
  const isId = (word: string): boolean => ID.test(word);
  return {
    ids: words.filter(isId).map(normalizeId),
    packages: words.filter((word) => !isId(word)).flatMap(parsePackages),
    ...defined({ systems }),
  };
}

/** Normalizes the two kinds of IDs that people type in lower case. */
function normalizeId(id: string): string {
  return /^cve-/i.test(id)
    ? id.toUpperCase()
    : id.replace(/^ghsa-.*$/i, (text) => `GHSA${text.slice('GHSA'.length).toLowerCase()}`);
}

/** Parses a name, a package URL or a CPE; versions are ignored. */
export function parsePackages(word: string): SearchedPackage[] {
  if (word.startsWith('cpe:')) {
    const cpe = parseCpe(word);
    if (cpe === undefined || cpe.product === '') {
      throw new UserError('E_USAGE', `invalid CPE "${word}": it does not name a product`);
    }
    return [{ name: cpe.product, vendor: cpe.vendor }];
  }
  if (!word.startsWith('pkg:')) {
    return [{ name: word }];
  }
  const purl = parsePurl(word);
  if (purl === undefined) {
    throw new UserError('E_USAGE', `invalid package URL "${word}"`);
  }
  const { name, type: ecosystem } = toPurlPackage(purl);
  const group = purl.namespace ?? '';
  // Sources join group and artifact by a colon, package URLs by a slash.
  const names = group === '' ? [name] : [name, `${group}/${purl.name}`, `${group}:${purl.name}`];
  return [...new Set(names)].map((each) => ({ name: each, ecosystem }));
}

interface FoundRow {
  readonly advisory: Advisory;
  readonly severity: SeverityWord;
  readonly date: string;
}

const COLUMNS: readonly TextColumn<FoundRow>[] = [
  { title: 'VULNERABILITY', cell: ({ advisory }) => advisory.vulnerability },
  { title: 'PACKAGE', canShrink: true, cell: ({ advisory }) => formatPackage(advisory) },
  { title: 'TYPE', dropRank: 1, cell: ({ advisory }) => advisory.ecosystem ?? '' },
  { title: 'SYSTEM', cell: ({ advisory }) => formatSystem(advisory.operatingSystem) },
  { title: 'SOURCE', dropRank: 5, cell: ({ advisory }) => formatSource(advisory).source },
  {
    title: 'AFFECTED',
    canShrink: true,
    wraps: true,
    cell: ({ advisory }) => formatAffected(advisory),
  },
  { title: 'FIXED IN', canShrink: true, wraps: true, cell: ({ advisory }) => formatFix(advisory) },
  {
    title: 'STATE',
    dropRank: 4,
    cell: ({ advisory }) => formatStatementState(readState(advisory)),
  },
  { title: 'SEVERITY', dropRank: 3, cell: ({ severity }) => severity },
  { title: 'DATE', dropRank: 2, cell: ({ date }) => date },
];

function printTable(
  found: readonly Advisory[],
  database: AdvisoryDatabase,
  context: Context,
): void {
  const rows = found.map((advisory): FoundRow => {
    const [date = ''] = listAdvisoryDates(advisory, database);
    return { advisory, severity: readSeverity(database.readRecord(advisory.record)), date };
  });
  writeTextTable(
    { write: (text) => context.print(text) },
    { columns: COLUMNS, rows },
    createTableOptions(context.terminal),
  );
}

export function formatAffected({ effect, ranges }: Advisory): string {
  const constraints = ranges.map(({ constraint }) => constraint || 'every version');
  const text = constraints.length === 0 ? 'every version' : constraints.join(' || ');
  return effect === 'affected' ? text : `not affected: ${text}`;
}

export function formatFix({ ranges }: Advisory): string {
  const fixes = ranges.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const texts = fixes.map(({ version, state }) =>
    version === undefined || state !== 'fixed' ? formatUnfixed(state) : version,
  );
  return [...new Set(texts)].filter((text) => text !== '').join(', ');
}

function formatUnfixed(state: string): string {
  return state === 'wont-fix' ? "(won't fix)" : '';
}

/**
 * Uses the members of Grype's JSON: one object per record of a vulnerability, with its statements
 * about packages.
 */
function toDocument(
  found: readonly Advisory[],
  compared: readonly StatedVulnerability[],
  database: AdvisoryDatabase,
): object[] {
  const conflicts = new Map(
    compared.flatMap(({ advisories, disagreements }) =>
      advisories.map((advisory) => [advisory, disagreements] as const),
    ),
  );
  const getKey = ({ record }: Advisory): string => `${record.shard} ${record.key}`;
  return [...Map.groupBy(found, getKey).values()].map((advisories) => ({
    vulnerability: toVulnerabilityModel(advisories, database),
    packages: advisories.map((one) => toPackageModel(one, conflicts.get(one) ?? [])),
  }));
}

function toVulnerabilityModel(advisories: readonly Advisory[], database: AdvisoryDatabase): object {
  const [{ record: ref, cves } = { record: { shard: '', key: '' }, cves: [] }] = advisories;
  const record = database.readRecord(ref);
  const ids = [...new Set([record.id, ...record.aliases, ...cves])];
  return {
    ...recordModel(record),
    severity: readSeverity(record),
    provider: record.provider,
    status: record.status,
    published_date: record.publishedAt,
    modified_date: record.modifiedAt,
    withdrawn_date: record.withdrawnAt,
    known_exploited: omitEmpty(
      ids.flatMap((id) =>
        database.readExploited(id).map((entry) => ({
          cve: entry.cve,
          vendor_project: entry.vendorProject,
          product: entry.product,
          date_added: entry.dateAdded?.slice(0, 10),
          required_action: entry.requiredAction,
          due_date: entry.dueDate?.slice(0, 10),
          known_ransomware_campaign_use: entry.knownRansomwareCampaignUse,
          notes: entry.notes === '' ? undefined : entry.notes,
          urls: omitEmpty(entry.urls),
          cwes: omitEmpty(entry.cwes),
        })),
      ),
    ),
    ssvc: omitEmpty(ids.flatMap((id) => database.readSsvc(id).map(toSsvcModel))),
    epss: omitEmpty(ids.flatMap((id) => database.readEpss(id) ?? [])),
    cwes: omitEmpty(
      ids.flatMap((id) =>
        database
          .readWeaknesses(id)
          .map(({ cve, cwe, source, kind }) => ({ cve, cwe, source, type: kind })),
      ),
    ),
  };
}

function toSsvcModel({ technicalImpact, ...decision }: SsvcDecision): object {
  return { ...decision, technical_impact: technicalImpact };
}

function recordModel(record: VulnerabilityRecord): object {
  return {
    id: record.id,
    assigner: omitEmpty(record.assigners),
    description: record.description === '' ? undefined : record.description,
    refs: omitEmpty(record.references.map(toReferenceModel)),
    aliases: omitEmpty(record.aliases),
    severities: omitEmpty(record.severities),
  };
}

function toReferenceModel(reference: VulnerabilityRecord['references'][number]): object {
  const { url, id, tags } = reference;
  return { url, id, tags: omitEmpty(tags) };
}

function toPackageModel(advisory: Advisory, disagreements: readonly Disagreement[]): object {
  const { operatingSystem: system, product, ecosystem = '', packageName = '' } = advisory;
  return {
    os: system === undefined ? undefined : { name: system.name, version: formatVersion(system) },
    package: packageName === '' ? undefined : { name: packageName, ecosystem },
    cpe: product === undefined ? undefined : formatPackage(advisory),
    effect: advisory.effect,
    state: readState(advisory),
    disagreements: omitEmpty(disagreements),
    detail: {
      cves: omitEmpty(advisory.cves),
      qualifiers: advisory.qualifiers,
      ranges: omitEmpty(advisory.ranges.map(toRangeModel)),
    },
  };
}

function toRangeModel({ scheme, constraint, fix }: AdvisoryRange): object {
  const detail = fix && {
    available: fix.available,
    references: omitEmpty(fix.references.map(toReferenceModel)),
  };
  return {
    version: { type: scheme, constraint },
    fix: fix && { version: fix.version ?? '', state: fix.state, detail },
  };
}
