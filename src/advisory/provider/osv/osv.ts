import type { Severity, VulnerabilityRecord, Weakness } from '../../../core/advisory.ts';
import type { Bytes } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { FeedOmission, FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import {
  type FeedObject,
  leaveOut,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
  toText,
} from '../feed-value.ts';
import { readWhole } from '../read-whole.ts';
import { ECOSYSTEM_NAMES, OSV_ECOSYSTEMS, OSV_SOURCES } from './osv-ecosystem.data.ts';
import { isNotice, readOsvQualifiers } from './osv-qualifiers.ts';
import { readOsvRanges } from './osv-ranges.ts';

const OTHER_SOURCE = 'osv';
const GITHUB_PREFIX = 'GHSA-';
const GITHUB_ADVISORIES = 'https://github.com/advisories/';
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{2,127}$/;
const CVE = /^CVE-/i;
const CVSS_VERSION = /^CVSS:(\d\.\d)\//;

/** GitHub's severity words; other sources only have CVSS vectors. */
const SEVERITY_WORDS: ReadonlyMap<string, string> = new Map([
  ['LOW', 'low'],
  ['MODERATE', 'medium'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
]);

/**
 * OSV advisories about language packages: one document or a list of them. Operating-system packages
 * and commit ranges are reported as problems; a mere notice about a package is kept as a record
 * without a statement.
 */
export const osv: FeedProvider = {
  kind: 'feed',
  id: 'osv',
  title: 'OSV advisories',
  spec: 'https://ossf.github.io/osv-schema/',
  sources: Array.from(OSV_ECOSYSTEMS.keys(), (ecosystem) => ({
    url: `https://osv-vulnerabilities.storage.googleapis.com/${ecosystem}/all.zip`,
    form: 'zip',
    documents: /\.json$/,
  })),
  // The databases that OSV.dev collects have their own licenses.
  license: {
    expression: 'CC-BY-4.0 AND CC0-1.0',
    attribution: 'OSV.dev, GitHub Advisory Database, PyPA, RustSec, Go vulnerability database',
  },
  version: 2,
  rules: {
    ecosystemOverrides: ECOSYSTEM_NAMES.map(([ecosystem, replacement]) => ({
      ecosystem,
      replacement,
    })),
  },
  read: readWhole(readOsv),
};

function* readOsv(document: Bytes): Generator<FeedOutcome> {
  const parsed = parseJsonDocument(document);
  if ('omission' in parsed) {
    yield parsed.omission;
    return;
  }
  const advisories = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, element] of advisories.entries()) {
    const advisory = toObject(element);
    const id = toText(advisory?.['id']);
    if (advisory === undefined || !ID.test(id)) {
      const message = `advisory ${index + 1} in the document has no id`;
      yield leaveOut('record', 'no id', message);
    } else {
      yield* readAdvisory(id, advisory);
    }
  }
}

function* readAdvisory(id: string, advisory: FeedObject): Generator<FeedOutcome> {
  const record = createRecord(id, advisory);
  const statements: FeedStatement[] = [];
  for (const affected of toList(advisory['affected']).map(toObject)) {
    const created = createStatement(affected, record);
    if ('leftOut' in created) {
      yield created;
    } else {
      statements.push(created);
    }
  }
  yield { record, statements, weaknesses: listWeaknesses(record, advisory) };
}

/** Returns an omission if the element is not about a vulnerability, or is unsupported. */
function createStatement(
  affected: FeedObject | undefined,
  record: VulnerabilityRecord,
): FeedStatement | FeedOmission {
  if (isNotice(affected)) {
    return { leftOut: 'statement', cause: 'notice without a vulnerability' };
  }
  const about = toObject(affected?.['package']);
  const named = toText(about?.['ecosystem']);
  const packageName = toText(about?.['name']);
  const omit = (cause: string): FeedOmission =>
    leaveOut('statement', cause, `${record.id}: ${cause}: ${packageName}`);
  if (affected === undefined || about === undefined) {
    return omit('no package');
  }
  const place = OSV_ECOSYSTEMS.get(named);
  if (place === undefined) {
    return omit(named === '' ? 'no ecosystem' : `unsupported ecosystem ${toSystemName(named)}`);
  }
  const ranges = readOsvRanges(affected, place.scheme);
  if (packageName === '' || ranges === undefined) {
    return omit(packageName === '' ? 'no package name' : 'no versions, only commits or nothing');
  }
  const qualifiers = readOsvQualifiers(affected);
  return {
    statement: {
      vulnerability: record.id,
      provider: record.provider,
      status: record.status,
      aliases: record.aliases,
      cves: record.aliases.filter((alias) => CVE.test(alias)),
      effect: 'affected',
      ecosystem: place.ecosystem,
      packageName,
      ranges,
      ...defined({ qualifiers }),
    },
  };
}

/** `Debian:12` and `Debian:13` are one cause. The name comes from the document. */
function toSystemName(ecosystem: string): string {
  return /^[\w .-]{1,40}/.exec(ecosystem)?.[0] ?? 'with a malformed name';
}

function createRecord(id: string, advisory: FeedObject): VulnerabilityRecord {
  const publishedAt = toText(advisory['published']);
  const modifiedAt = toText(advisory['modified']);
  const withdrawnAt = toText(advisory['withdrawn']);
  const summary = toText(advisory['summary']);
  return {
    id,
    provider: OSV_SOURCES.find(([prefix]) => id.startsWith(prefix))?.[1] ?? OTHER_SOURCE,
    status: withdrawnAt === '' ? 'active' : 'rejected',
    aliases: selectTexts(advisory['aliases']).filter((alias) => alias !== id),
    assigners: [],
    description: summary === '' ? toText(advisory['details']) : summary,
    references: readReferences(id, advisory),
    severities: readSeverities(advisory),
    ...(publishedAt === '' ? {} : { publishedAt }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
    ...(withdrawnAt === '' ? {} : { withdrawnAt }),
  };
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
  const vectors = toList(advisory['severity'])
    .map((severity) => toText(toObject(severity)?.['score']))
    .filter((vector) => vector.includes('/'))
    .map((vector) => {
      const version = CVSS_VERSION.exec(vector)?.[1] ?? '2.0';
      return { scheme: 'CVSS', value: { vector, version }, rank: words.length === 0 ? 1 : 2 };
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
