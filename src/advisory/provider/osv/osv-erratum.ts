import { addToList } from '../../../core/add-to-list.ts';
import type {
  AdvisoryQualifiers,
  AdvisoryRange,
  Fix,
  Severity,
  VulnerabilityRecord,
} from '../../../core/advisory.ts';
import { compareText } from '../../../core/compare-text.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import { unescapeUriComponent } from '../../../core/uri-component.ts';
import type { FeedItem, FeedStatement } from '../contract.ts';
import { toErratumSeverity } from '../erratum.ts';
import { type FeedObject, listObjects, selectTexts, toList, toObject } from '../feed-value.ts';
import { isCveId } from '../package-statement.ts';
import { DEBIAN_URGENCIES } from '../release.data.ts';
import { findBuildModule } from '../rpm-module.ts';
import { readOsvRanges } from './osv-ranges.ts';
import { ERRATA_ONLY } from './osv-system.data.ts';
import { type OsvRelease, parseOsvRelease } from './osv-system.ts';

/** Prefix of a source's own ID of a CVE, such as `DEBIAN-CVE-2024-1` and `UBUNTU-CVE-2024-1`. */
const OWN_CVE = /^[A-Z]+-(CVE-\d{4}-\d{4,19})$/;

const END_OF_LIFE = 'end-of-life';

/** Ubuntu's priorities that are severities: not `untriaged`. */
const UBUNTU_RATINGS: ReadonlyMap<string, string> = new Map(
  ['negligible', 'low', 'medium', 'high', 'critical'].map((word) => [word, word]),
);
/** Publisher of the errata about rebuilds. */
const REBUILDER = 'rootio';
const PRO_CHANNEL = 'esm';
const NO_SUPPORT: Fix = { state: 'wont-fix', references: [] };
const EVERY_VERSION = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];

/** Severity at the beginning of a title, such as `Important: kernel security update`. */
const TITLE_SEVERITY = /^(Critical|Important|Moderate|Low): /;

/**
 * Ubuntu's notices about live patches: a patched kernel keeps its version, and other notices state
 * the builds with the fix.
 */
const LIVE_PATCH = /^LSN-/;
/** IDs of errata that fix bugs or add features: `RHBA-…`, `ALEA-…`, `SUSE-RU-…`. */
const OTHER_ERRATUM = /^(?:[A-Z]{2}(?:BA|EA)|(?:open)?SUSE-[ROF]U)-/;

/** Releases of Red Hat and its rebuilds whose packages can be in modules. */
const MODULE_SYSTEMS: ReadonlySet<string> = new Set(['redhat', 'rockylinux', 'almalinux']);
const MODULE_QUALIFIER = /[?&]rpmmod=([^&#]+)/;

/** The parts of an OSV document that all of its statements share. */
interface Erratum {
  readonly advisory: FeedObject;
  readonly record: VulnerabilityRecord;
  /** The CVEs that it names, or only its own ID. */
  readonly ids: readonly string[];
}

/** The statements of one source and severity. */
interface Group {
  readonly provider: string;
  readonly severity: string;
  readonly statements: Map<string, FeedStatement>;
}

/** An element of `affected` about a package of a distribution. */
export interface SystemElement {
  readonly affected: FeedObject;
  readonly release: OsvRelease;
  /** Whether the vendor will not fix the package in this release. */
  readonly isUnsupported?: boolean;
}

/** Returns whether a document is about patches that do not change the version of a package. */
export function isAboutLivePatch(id: string): boolean {
  return LIVE_PATCH.test(id);
}

/** Returns whether a document names a vulnerability, and is not a mere bug fix or enhancement. */
export function isAboutVulnerability(id: string, advisory: FeedObject): boolean {
  return !OTHER_ERRATUM.test(id) || !listVulnerabilities(id, advisory).includes(id);
}

/** Returns the element with its release; `undefined` if it is not about a known distribution. */
export function readSystemElement(affected: FeedObject): SystemElement | undefined {
  const about = toObject(affected['package']);
  const release = parseOsvRelease(toText(about?.['ecosystem']), toText(about?.['purl']));
  return release === undefined ? undefined : { affected, release };
}

/**
 * Returns the statements of a document about packages of distributions: under each CVE that the
 * document names, because users justify CVEs and because several errata of one distribution can fix
 * the same one. The erratum is a reference of the fix. Without a CVE, its own ID is the
 * vulnerability. AlmaLinux keeps its IDs: its errata complete Red Hat's statements about the CVEs.
 * So does Root.io, whose errata complete those about the original packages.
 *
 * @returns the items, and the elements whose package or range is unusable
 */
export function readErratum(
  advisory: FeedObject,
  record: VulnerabilityRecord,
  elements: readonly SystemElement[],
): { readonly items: readonly FeedItem[]; readonly malformed: readonly FeedObject[] } {
  const erratum = { advisory, record, ids: listVulnerabilities(record.id, advisory) };
  const groups = new Map<string, Group>();
  const malformed: FeedObject[] = [];
  for (const element of [...elements, ...listBaseElements(elements)]) {
    const statements = createStatements(element, erratum);
    const { distribution, isRebuild } = element.release;
    const provider = isRebuild === true ? REBUILDER : distribution.provider;
    const severity = readSeverity(element.affected, advisory);
    const key = `${provider} ${severity}`;
    const group = groups.get(key) ?? { provider, severity, statements: new Map() };
    groups.set(key, group);
    for (const statement of statements) {
      group.statements.set(JSON.stringify(statement), statement);
    }
    if (statements.length === 0) {
      malformed.push(element.affected);
    }
  }
  return { items: [...groups.values()].flatMap((group) => createItems(group, erratum)), malformed };
}

/**
 * Returns an element about the base release for each one that is only about Ubuntu Pro: the base
 * release contains the same package without the fix. Fixes of other services, such as FIPS, are
 * about separate builds.
 */
function listBaseElements(elements: readonly SystemElement[]): readonly SystemElement[] {
  const toKey = ({ affected, release: { system } }: SystemElement): string =>
    [
      system.name,
      system.majorVersion,
      system.minorVersion,
      toText(toObject(affected['package'])?.['name']),
    ].join(' ');
  const known = new Set(
    elements.filter(({ release }) => release.system.channel === '').map((one) => toKey(one)),
  );
  return elements
    .filter((one) => one.release.system.channel === PRO_CHANNEL && !known.has(toKey(one)))
    .map(({ affected, release }) => ({
      affected: { package: affected['package'], ranges: EVERY_VERSION },
      release: { ...release, system: { ...release.system, channel: '' } },
      isUnsupported: true,
    }));
}

/** Documents about one CVE name it in their ID. `related` only counts without other CVEs. */
function listVulnerabilities(id: string, advisory: FeedObject): readonly string[] {
  const own = OWN_CVE.exec(id)?.[1] ?? id;
  if (isCveId(own)) {
    return [own];
  }
  const named = ['upstream', 'aliases'].flatMap((member) => selectTexts(advisory[member]));
  const cves = named.filter(isCveId);
  const found = cves.length > 0 ? cves : selectTexts(advisory['related']).filter(isCveId);
  return found.length === 0 ? [id] : [...new Set(found)].toSorted(compareText);
}

function createItems(group: Group, erratum: Erratum): readonly FeedItem[] {
  const bySource = new Map<boolean, FeedStatement[]>();
  for (const statement of group.statements.values()) {
    addToList(bySource, statement.statement.effect === 'unaffected', statement);
  }
  return [...bySource].flatMap(([isErratum, statements]) => {
    const ids = isErratum ? [erratum.record.id] : erratum.ids;
    return ids.map((id) => createItem(id, statements, group, erratum));
  });
}

function createItem(
  id: string,
  statements: readonly FeedStatement[],
  { provider, severity }: Group,
  { record, ids }: Erratum,
): FeedItem {
  const aliases = id === record.id ? ids.filter((one) => one !== id) : [];
  const word: readonly Severity[] =
    severity === '' ? [] : [{ scheme: 'CHMLN', value: severity, rank: 1 }];
  const scored = record.severities.map((one) => ({ ...one, rank: one.rank + word.length }));
  const severities = [...word, ...scored];
  const references =
    ids.length === 1
      ? record.references
      : record.references.filter(({ url, tags }) => tags.includes('advisory') || url.includes(id));
  return {
    record: { ...record, id, provider, aliases, severities, references },
    statements: statements.map(({ system, statement }) => ({
      ...defined({ system }),
      statement: { ...statement, vulnerability: id, provider, aliases, cves: aliases },
    })),
  };
}

function readSeverity(affected: FeedObject, advisory: FeedObject): string {
  const urgency = toText(toObject(affected['ecosystem_specific'])?.['urgency']);
  const rating = toList(advisory['severity'])
    .map(toObject)
    .find((one) => toText(one?.['type']) === 'Ubuntu');
  const [, word = ''] = TITLE_SEVERITY.exec(toText(advisory['summary'])) ?? [];
  return (
    DEBIAN_URGENCIES.get(urgency) ??
    UBUNTU_RATINGS.get(toText(rating?.['score'])) ??
    toErratumSeverity(word)
  );
}

/** Returns no statement if the element has no package or no range. */
function createStatements(
  { affected, release, isUnsupported = false }: SystemElement,
  erratum: Erratum,
): readonly FeedStatement[] {
  const { system, distribution, isRebuild = false } = release;
  const scheme = distribution.packageType === 'deb' ? 'dpkg' : distribution.packageType;
  return listPackages(affected, scheme).map(({ packageName, ranges }) => {
    const isErratum = ERRATA_ONLY.has(distribution.name) || isRebuild;
    const stated = ranges.map((range) =>
      isUnsupported ? { ...range, fix: NO_SUPPORT } : completeRange(range, affected, erratum),
    );
    const module = isErratum ? undefined : readModule(affected, release, stated, erratum.advisory);
    const qualifiers = isRebuild ? { rootIo: true } : module;
    return {
      system,
      statement: {
        vulnerability: '',
        provider: '',
        status: erratum.record.status,
        aliases: [],
        cves: [],
        effect: isErratum ? 'unaffected' : 'affected',
        ecosystem: distribution.packageType,
        packageName,
        ranges: isErratum ? stated.map(invertRange) : stated,
        ...defined({ qualifiers }),
      },
    };
  });
}

interface StatedPackage {
  readonly packageName: string;
  readonly ranges: readonly AdvisoryRange[];
}

/**
 * Returns the binary packages that SUSE lists with the version of each, or else the package of the
 * element. A source package can have more binary packages than the product contains. Ubuntu lists
 * binary packages in another form, for its source packages.
 */
function listPackages(affected: FeedObject, scheme: string): readonly StatedPackage[] {
  const packageName = toText(toObject(affected['package'])?.['name']);
  const ranges = readOsvRanges(affected, scheme);
  if (packageName === '' || ranges === undefined) {
    return [];
  }
  const binaries = listObjects(toObject(affected['ecosystem_specific'])?.['binaries'])
    .filter((one) => one['binary_name'] === undefined)
    .flatMap((one) => Object.entries(one))
    .flatMap(([name, version]) => {
      const text = toText(version);
      const fix = { state: 'fixed', version: text, references: [] } as const;
      return text === ''
        ? []
        : [{ packageName: name, ranges: [{ scheme, constraint: `< ${text}`, fix }] }];
    });
  return binaries.length > 0 ? binaries : [{ packageName, ranges }];
}

/** Adds the erratum and its date to a fix, and the state of releases without support. */
function completeRange(
  range: AdvisoryRange,
  affected: FeedObject,
  { record }: Erratum,
): AdvisoryRange {
  const { fix } = range;
  const urgency = toText(toObject(affected['ecosystem_specific'])?.['urgency']);
  if (fix?.version === undefined) {
    return urgency === END_OF_LIFE ? { ...range, fix: NO_SUPPORT } : range;
  }
  const date = record.publishedAt?.slice(0, 'YYYY-MM-DD'.length);
  const url = findOwnPage(record);
  const isAboutOneCve = isCveId(OWN_CVE.exec(record.id)?.[1] ?? record.id);
  return {
    ...range,
    fix: {
      ...fix,
      references:
        url === undefined || isAboutOneCve ? [] : [{ url, id: record.id, tags: ['advisory'] }],
      ...(date === undefined || isAboutOneCve ? {} : { available: { date, kind: 'advisory' } }),
    },
  };
}

/** Returns the page of the erratum, or else the first advisory that it refers to. */
function findOwnPage({ id, references }: VulnerabilityRecord): string | undefined {
  const pages = references.filter(({ tags }) => tags.includes('advisory')).map(({ url }) => url);
  return pages.find((url) => url.includes(id) || url.includes(id.replace(':', '-'))) ?? pages[0];
}

function invertRange({ scheme, constraint, fix }: AdvisoryRange): AdvisoryRange {
  const fixed = fix?.version;
  return fixed === undefined
    ? { scheme, constraint, ...defined({ fix }) }
    : { scheme, constraint: `>= ${fixed}`, ...defined({ fix }) };
}

/** Returns the module of a build, by its package URL or the title. */
function readModule(
  affected: FeedObject,
  { system }: OsvRelease,
  ranges: readonly AdvisoryRange[],
  advisory: FeedObject,
): AdvisoryQualifiers | undefined {
  if (!MODULE_SYSTEMS.has(system.name)) {
    return undefined;
  }
  const [, encoded] = MODULE_QUALIFIER.exec(toText(toObject(affected['package'])?.['purl'])) ?? [];
  const stated = encoded === undefined ? undefined : unescapeUriComponent(encoded);
  const modularity = findBuildModule({
    majorVersion: system.majorVersion,
    versions: ranges.flatMap(({ fix }) => fix?.version ?? []),
    title: toText(advisory['summary']),
    ...defined({ stated }),
  });
  return modularity === undefined ? undefined : { modularity };
}
