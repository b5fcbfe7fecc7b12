import { openDatabase } from '../advisory/open-database.ts';
import {
  type DatabaseQuery,
  type SearchedPackage,
  searchDatabase,
} from '../advisory/search-database.ts';
import { distroNamed } from '../assess/adjust-inventory.ts';
import type {
  Advisory,
  AdvisoryDatabase,
  AdvisoryRange,
  OperatingSystem,
  VulnerabilityRecord,
} from '../core/advisory.ts';
import { defined } from '../core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../core/error.ts';
import { omitEmpty } from '../core/filled.ts';
import { formatJson } from '../core/json-document.ts';
import { formatCpe, parseCpe } from '../identity/cpe-name/cpe.ts';
import { parsePurl } from '../identity/purl/parse-purl.ts';
import { toPurlPackage } from '../identity/purl/purl-package.ts';
import { severityOf } from '../match/severity.ts';
import { type TextColumn, writeTextTable } from '../present/text-table.ts';
import type { Context } from './command.ts';
import { tableOptionsOf } from './terminal.ts';

/** Ids begin with the name of who gives them; a package of that look has to be named by its URL. */
const ID = /^(?:(?:GHSA|ghsa)-\w|(?:[A-Z][A-Z0-9]+|cve)-[\w.:-]{0,256}[0-9])/;

/**
 * Prints what the database says of the vulnerabilities and packages that the words name. Where it
 * says nothing, that is told on standard error; the exit status stays that of an answer.
 */
export function searchDatabaseFor(
  words: readonly string[],
  folder: string,
  context: Context,
  isJson: boolean,
): ExitStatus {
  if (words.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll db search" needs an id, a package or a CPE', {
      hint: 'use, for example: plimsoll db search CVE-2021-44228, or: plimsoll db search pkg:npm/lodash',
    });
  }
  using database = openDatabase(folder);
  const query = queryOf(words, systemsOf(database, context));
  const found = [...searchDatabase(database.description.path, query)];
  if (found.length === 0) {
    context.tell('The advisory database has no matching advisories.');
  }
  if (isJson) {
    context.print(`${formatJson(documentOf(found, database), 1)}\n`);
  } else if (found.length > 0) {
    printTable(found, context);
  }
  return EXIT_STATUS.fine;
}

function systemsOf(
  database: AdvisoryDatabase,
  { resolved }: Context,
): readonly OperatingSystem[] | undefined {
  const { distro } = resolved.values;
  if (distro === undefined) {
    return undefined;
  }
  const systems = database.listReleases(distroNamed(distro));
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

function queryOf(
  words: readonly string[],
  systems: readonly OperatingSystem[] | undefined,
): DatabaseQuery {
  const isId = (word: string): boolean => ID.test(word);
  return {
    ids: words.filter(isId).map(spelledId),
    packages: words.filter((word) => !isId(word)).flatMap(packagesNamed),
    ...defined({ systems }),
  };
}

/** The two kinds of ids that people type in lower case. */
function spelledId(id: string): string {
  return /^cve-/i.test(id)
    ? id.toUpperCase()
    : id.replace(/^ghsa-.*$/i, (text) => `GHSA${text.slice('GHSA'.length).toLowerCase()}`);
}

/** A name, a package URL or a CPE, of which versions do not count. */
function packagesNamed(word: string): SearchedPackage[] {
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
  // Sources join group and artifact by a colon where package URLs have a slash.
  const names = group === '' ? [name] : [name, `${group}/${purl.name}`, `${group}:${purl.name}`];
  return [...new Set(names)].map((each) => ({ name: each, ecosystem }));
}

const COLUMNS: readonly TextColumn<Advisory>[] = [
  { title: 'VULNERABILITY', cell: ({ vulnerability }) => vulnerability },
  { title: 'PACKAGE', canShrink: true, cell: packageTitle },
  { title: 'TYPE', dropRank: 2, cell: ({ ecosystem }) => ecosystem ?? '' },
  { title: 'SYSTEM', cell: systemTitle },
  { title: 'SOURCE', dropRank: 1, cell: ({ provider }) => provider },
  { title: 'AFFECTED', canShrink: true, wraps: true, cell: affectedText },
  { title: 'FIXED IN', canShrink: true, wraps: true, cell: fixText },
];

function printTable(found: readonly Advisory[], context: Context): void {
  writeTextTable(
    { write: (text) => context.print(text) },
    { columns: COLUMNS, rows: found },
    tableOptionsOf(context.terminal),
  );
}

function packageTitle({ packageName, product }: Advisory): string {
  return product === undefined ? (packageName ?? '') : cpeOf(product);
}

function systemTitle({ operatingSystem: system }: Advisory): string {
  return system === undefined ? '' : `${system.name} ${versionOf(system)}`;
}

function cpeOf(product: NonNullable<Advisory['product']>): string {
  return formatCpe({ ...product, version: '', update: '' });
}

function affectedText({ effect, ranges }: Advisory): string {
  const constraints = ranges.map(({ constraint }) => constraint || 'every version');
  const text = constraints.length === 0 ? 'every version' : constraints.join(' || ');
  return effect === 'affected' ? text : `not affected: ${text}`;
}

function fixText({ ranges }: Advisory): string {
  const fixes = ranges.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const texts = fixes.map(({ version, state }) =>
    version === undefined || state !== 'fixed' ? stateText(state) : version,
  );
  return [...new Set(texts)].filter((text) => text !== '').join(', ');
}

function stateText(state: string): string {
  return state === 'wont-fix' ? "(won't fix)" : '';
}

/**
 * In the members of Grype: one object a record of a vulnerability, with what it says of packages.
 */
function documentOf(found: readonly Advisory[], database: AdvisoryDatabase): object[] {
  const keyOf = ({ record }: Advisory): string => `${record.shard} ${record.number}`;
  return [...Map.groupBy(found, keyOf).values()].map((advisories) => ({
    vulnerability: vulnerabilityModel(advisories, database),
    packages: advisories.map(packageModel),
  }));
}

function vulnerabilityModel(advisories: readonly Advisory[], database: AdvisoryDatabase): object {
  const [{ record: ref, cves } = { record: { shard: '', number: 0 }, cves: [] }] = advisories;
  const record = database.readRecord(ref);
  const ids = [...new Set([record.id, ...record.aliases, ...cves])];
  return {
    ...recordModel(record),
    severity: severityOf(record),
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

function recordModel(record: VulnerabilityRecord): object {
  return {
    id: record.id,
    assigner: omitEmpty(record.assigners),
    description: record.description === '' ? undefined : record.description,
    refs: omitEmpty(record.references.map(referenceModel)),
    aliases: omitEmpty(record.aliases),
    severities: omitEmpty(record.severities),
  };
}

function referenceModel(reference: VulnerabilityRecord['references'][number]): object {
  const { url, id, tags } = reference;
  return { url, id, tags: omitEmpty(tags) };
}

function packageModel(advisory: Advisory): object {
  const { operatingSystem: system, product, ecosystem = '', packageName = '' } = advisory;
  return {
    os: system === undefined ? undefined : { name: system.name, version: versionOf(system) },
    package: packageName === '' ? undefined : { name: packageName, ecosystem },
    cpe: product === undefined ? undefined : cpeOf(product),
    effect: advisory.effect,
    detail: {
      cves: omitEmpty(advisory.cves),
      qualifiers: advisory.qualifiers,
      ranges: omitEmpty(advisory.ranges.map(rangeModel)),
    },
  };
}

function rangeModel({ scheme, constraint, fix }: AdvisoryRange): object {
  const detail = fix && {
    available: fix.available,
    references: omitEmpty(fix.references.map(referenceModel)),
  };
  return {
    version: { type: scheme, constraint },
    fix: fix && { version: fix.version ?? '', state: fix.state, detail },
  };
}

function versionOf({ majorVersion, minorVersion, label, channel }: OperatingSystem): string {
  const version = [majorVersion, minorVersion].filter((part) => part !== '').join('.');
  return `${version === '' ? label : version}${channel === '' ? '' : `+${channel}`}`;
}
