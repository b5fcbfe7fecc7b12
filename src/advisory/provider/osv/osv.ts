import type { Severity, VulnerabilityRecord, Weakness } from '../../../core/advisory.ts';
import { Budget } from '../../../core/budget.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { Limits } from '../../../core/limits.ts';
import { toText } from '../../../core/to-text.ts';
import { parseYaml } from '../../../syntax/text/yaml.ts';
import type {
  DocumentHead,
  FeedOmission,
  FeedOutcome,
  FeedProvider,
  FeedStatement,
} from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasMembers, hasPatterns } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
} from '../feed-value.ts';
import { createPackageStatement } from '../package-statement.ts';
import { readParts } from '../read-whole.ts';
import { ECOSYSTEM_NAMES, OSV_ECOSYSTEMS, OSV_SOURCES } from './osv-ecosystem.data.ts';
import { findOsvEcosystem } from './osv-ecosystem.ts';
import {
  isAboutLivePatch,
  isAboutVulnerability,
  readErratum,
  readSystemElement,
  type SystemElement,
} from './osv-erratum.ts';
import { isNotice, readOsvQualifiers } from './osv-qualifiers.ts';
import { hasVersions, readOsvRanges } from './osv-ranges.ts';
import { OSV_EXPORTS, SYSTEM_RULES } from './osv-system.data.ts';
import { parseOsvRelease } from './osv-system.ts';

const OTHER_SOURCE = 'osv';
const GITHUB_PREFIX = 'GHSA-';
const GITHUB_ADVISORIES = 'https://github.com/advisories/';
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{2,127}$/;
const CVE = /^CVE-/i;
/** Reports that Go's database takes from others as they are. https://go.dev/doc/security/vuln/database */
const UNREVIEWED = 'UNREVIEWED';
/** The list of IDs and times next to the documents of an ecosystem. */
const INDEX_FILE = /(?:^|[/\\])modified_id\.csv$/;
/** The first member of a document in YAML. */
const YAML_START = /^(?:---\s*\n)?(?:#[^\n]*\n)*[a-z_]+:/;

/** GitHub's severity words; other sources only have CVSS vectors. */
const SEVERITY_WORDS: ReadonlyMap<string, string> = new Map([
  ['LOW', 'low'],
  ['MODERATE', 'medium'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
]);

/**
 * OSV advisories about packages of languages and of Linux distributions: one document or a list of
 * them. Commit ranges and unsupported ecosystems are reported as problems; a mere notice about a
 * package is kept as a record without a statement.
 */
export const osv: FeedProvider = {
  kind: 'feed',
  id: 'osv',
  title: 'OSV advisories',
  spec: 'https://ossf.github.io/osv-schema/',
  sources: [...OSV_ECOSYSTEMS.keys(), ...OSV_EXPORTS].map((ecosystem) => ({
    url: `https://osv-vulnerabilities.storage.googleapis.com/${encodeURIComponent(ecosystem)}/all.zip`,
    form: 'zip',
    documents: /\.json$/,
  })),
  // The databases that OSV.dev collects have their own licenses.
  license: {
    expression: 'CC-BY-4.0 AND CC0-1.0',
    attribution: 'OSV.dev, GitHub Advisory Database, PyPA, RustSec, Go vulnerability database',
  },
  version: 4,
  rules: {
    systemOverrides: SYSTEM_RULES,
    ecosystemOverrides: ECOSYSTEM_NAMES.map(([ecosystem, replacement]) => ({
      ecosystem,
      replacement,
    })),
  },
  recognize: isOsvDocument,
  read: readParts(readOsv, '['),
};

function isOsvDocument(head: DocumentHead): boolean {
  // AlmaLinux numbers the form of its errata too.
  const isErrata = hasMembers(head, 'issued_date');
  return (
    (hasMembers(head, 'schema_version', 'id') && !isErrata) ||
    hasMembers(head, 'affected', 'package', 'ecosystem') ||
    ['published', 'summary', 'details'].some((name) => hasMembers(head, 'id', 'modified', name)) ||
    hasPatterns(head, YAML_START, /^id:/m, /^(?:affected|modified):/m)
  );
}

function* readOsv(document: Bytes, limits: Limits, name: string): Generator<FeedOutcome> {
  if (INDEX_FILE.test(name)) {
    yield { leftOut: 'document', cause: 'index of the documents' };
    return;
  }
  const parsed = parseOsvDocument(document, limits);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const advisories = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, element] of advisories.entries()) {
    const advisory = toObject(element);
    const id = toText(advisory?.['id']);
    if (advisory === undefined || !ID.test(id)) {
      yield leaveOut('record', 'no id', `advisory ${index + 1} in the document has no id`);
    } else {
      yield* readAdvisory(id, advisory);
    }
  }
}

/** PyPA and the R consortium write their documents in YAML. */
function parseOsvDocument(document: Bytes, limits: Limits): ReturnType<typeof parseJsonDocument> {
  const text = readText(document);
  if (!YAML_START.test(text)) {
    return parseJsonDocument(document);
  }
  const value = parseYaml(text, new Budget(limits));
  return value === undefined
    ? leaveOutDocument('malformed YAML', 'the document is not valid YAML')
    : { value };
}

function* readAdvisory(id: string, advisory: FeedObject): Generator<FeedOutcome> {
  const record = createOsvRecord(id, advisory);
  const statements: FeedStatement[] = [];
  const ofSystems: SystemElement[] = [];
  const others: (FeedObject | undefined)[] = [];
  const all = toList(advisory['affected']).map(toObject);
  const isUnreviewed =
    toText(toObject(advisory['database_specific'])?.['review_status']) === UNREVIEWED;
  for (const affected of all) {
    if (isNotice(affected)) {
      yield { leftOut: 'statement', cause: 'notice without a vulnerability' };
      continue;
    }
    if (isUnreviewed && affected !== undefined && !hasVersions(affected)) {
      const message = `${id} is an unreviewed report without versions`;
      yield leaveOut('statement', 'unreviewed report without versions', message);
      continue;
    }
    const ofSystem = affected === undefined ? undefined : readSystemElement(affected);
    const statement =
      affected === undefined || ofSystem !== undefined
        ? undefined
        : createStatement(affected, record);
    if (ofSystem !== undefined) {
      ofSystems.push(ofSystem);
    } else if (statement === undefined) {
      others.push(affected);
    } else {
      statements.push(statement);
    }
  }
  const isLivePatch = isAboutLivePatch(id);
  const isErratum = !isLivePatch && isAboutVulnerability(id, advisory);
  const cause = isLivePatch ? 'live patch of a kernel' : 'erratum without a vulnerability';
  for (const _ of isErratum ? [] : ofSystems) {
    yield { leftOut: 'statement', cause };
  }
  const { items, malformed } = readErratum(advisory, record, isErratum ? ofSystems : []);
  for (const affected of [...others, ...malformed]) {
    yield describeUnusable(id, affected);
  }
  yield* items;
  if (items.length === 0 || statements.length > 0) {
    yield { record, statements, weaknesses: listWeaknesses(record, advisory) };
  }
}

function describeUnusable(id: string, affected: FeedObject | undefined): FeedOmission {
  const about = toObject(affected?.['package']);
  const ecosystem = toText(about?.['ecosystem']);
  const name = toText(about?.['name']);
  const types = toList(affected?.['ranges']).map((range) => toText(toObject(range)?.['type']));
  if (ecosystem === '' && types.length > 0 && types.every((type) => type === 'GIT')) {
    const cause = 'commits without a package';
    return leaveOut('statement', cause, `${id} has a statement about ${cause}`);
  }
  const isKnown =
    findOsvEcosystem(ecosystem) !== undefined || parseOsvRelease(ecosystem, '') !== undefined;
  const subject = `${ecosystem} ${name}`.trim();
  if (ecosystem === '' || isKnown) {
    const message = `${id} has a malformed statement: ${subject}`;
    return leaveOut('statement', findMalformation(ecosystem, name), message);
  }
  const message = `${id} has a statement about an unsupported ecosystem: ${subject}`;
  return leaveOut('statement', `unsupported ecosystem ${toSystemName(ecosystem)}`, message);
}

function findMalformation(ecosystem: string, packageName: string): string {
  if (ecosystem === '') {
    return 'no ecosystem';
  }
  return packageName === '' ? 'no package name' : 'no versions';
}

/** `Android` and `Android:14` are one cause. The name comes from the document. */
function toSystemName(ecosystem: string): string {
  return /^[\w .-]{1,40}/.exec(ecosystem)?.[0] ?? 'with a malformed name';
}

/** Returns `undefined` if the package or its ranges are unsupported. */
function createStatement(
  affected: FeedObject,
  record: VulnerabilityRecord,
): FeedStatement | undefined {
  const about = toObject(affected['package']);
  const place = findOsvEcosystem(toText(about?.['ecosystem']));
  const packageName = toText(about?.['name']);
  const ranges = place === undefined ? undefined : readOsvRanges(affected, place.scheme);
  if (place === undefined || packageName === '' || ranges === undefined) {
    return undefined;
  }
  const qualifiers = readOsvQualifiers(affected);
  const { ecosystem } = place;
  return createPackageStatement(record, {
    ecosystem,
    packageName,
    ranges,
    ...defined({ qualifiers }),
  });
}

function createOsvRecord(id: string, advisory: FeedObject): VulnerabilityRecord {
  const publishedAt = toText(advisory['published']);
  const modifiedAt = toText(advisory['modified']);
  const withdrawnAt = toText(advisory['withdrawn']);
  const summary = toText(advisory['summary']);
  return {
    id,
    provider: OSV_SOURCES.find(([prefix]) => id.startsWith(prefix))?.[1] ?? OTHER_SOURCE,
    status: withdrawnAt === '' ? 'active' : 'rejected',
    aliases: listAliases(id, advisory),
    assigners: [],
    description: summary === '' ? toText(advisory['details']) : summary,
    references: readReferences(id, advisory),
    severities: readSeverities(advisory),
    ...(publishedAt === '' ? {} : { publishedAt }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
    ...(withdrawnAt === '' ? {} : { withdrawnAt }),
  };
}

/** `upstream`: the vulnerabilities that the record is about, under the IDs of their sources. */
function listAliases(id: string, advisory: FeedObject): readonly string[] {
  const ids = ['aliases', 'upstream'].flatMap((member) => selectTexts(advisory[member]));
  return [...new Set(ids)].filter((alias) => alias !== id);
}

function readReferences(id: string, advisory: FeedObject): VulnerabilityRecord['references'] {
  const own = id.startsWith(GITHUB_PREFIX) ? [{ url: `${GITHUB_ADVISORIES}${id}`, tags: [] }] : [];
  const named = toList(advisory['references'])
    .map(toObject)
    .map((reference) => ({ url: toText(reference?.['url']), type: toText(reference?.['type']) }))
    .filter(({ url }) => url !== '' && url !== own[0]?.url)
    .map(({ url, type }) => ({ url, tags: type === 'ADVISORY' ? ['advisory'] : [] }));
  return [...own, ...named];
}

function readSeverities(advisory: FeedObject): readonly Severity[] {
  const word = SEVERITY_WORDS.get(
    toText(toObject(advisory['database_specific'])?.['severity']).toUpperCase(),
  );
  const words: Severity[] = word === undefined ? [] : [{ scheme: 'CHML', value: word, rank: 1 }];
  const ofElements = toList(advisory['affected']).flatMap((one) =>
    toList(toObject(one)?.['severity']),
  );
  const own = toList(advisory['severity']);
  const vectors = (own.length > 0 ? own : ofElements)
    .map((severity) => toText(toObject(severity)?.['score']))
    .filter((vector) => vector.includes('/'))
    .flatMap((vector) => {
      const rank = words.length + 1;
      const found = readCvssVector(vector, rank);
      const value = { vector, version: '2.0' };
      return found.length > 0 ? found : [{ scheme: 'CVSS', value, rank }];
    });
  return [...words, ...vectors];
}

function listWeaknesses(record: VulnerabilityRecord, advisory: FeedObject): readonly Weakness[] {
  const cwes = selectTexts(toObject(advisory['database_specific'])?.['cwe_ids']);
  const cves = record.aliases.filter((alias) => CVE.test(alias));
  return cves.flatMap((cve) =>
    cwes.map((cwe) => ({ cve, cwe, source: record.provider, kind: 'Primary' })),
  );
}
