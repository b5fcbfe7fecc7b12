import type { Severity, VulnerabilityRecord, Weakness } from '../../../core/advisory.ts';
import type { Bytes } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import {
  asList,
  asObject,
  asText,
  asTexts,
  badRecord,
  type FeedObject,
  parseJsonDocument,
} from '../feed-value.ts';
import { readWhole } from '../read-whole.ts';
import { ECOSYSTEM_NAMES, OSV_ECOSYSTEMS, OSV_SOURCES } from './osv-ecosystem.data.ts';
import { isNotice, osvQualifiers } from './osv-qualifiers.ts';
import { osvRanges } from './osv-ranges.ts';

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
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const advisories = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, element] of advisories.entries()) {
    const advisory = asObject(element);
    const id = asText(advisory?.['id']);
    if (advisory === undefined || !ID.test(id)) {
      yield { problem: badRecord(`advisory ${index + 1} in the document has no id`) };
    } else {
      yield* readAdvisory(id, advisory);
    }
  }
}

function* readAdvisory(id: string, advisory: FeedObject): Generator<FeedOutcome> {
  const record = recordOf(id, advisory);
  const statements: FeedStatement[] = [];
  const all = asList(advisory['affected']).map(asObject);
  for (const affected of all.filter((one) => !isNotice(one))) {
    const statement = affected === undefined ? undefined : statementOf(affected, record);
    if (statement === undefined) {
      const about = asObject(affected?.['package']);
      const name = `${asText(about?.['ecosystem'])} ${asText(about?.['name'])}`.trim();
      yield { problem: badRecord(`${id} has a malformed statement: ${name}`) };
    } else {
      statements.push(statement);
    }
  }
  yield { record, statements, weaknesses: weaknessesOf(record, advisory) };
}

/** Returns `undefined` if the package or its ranges are unsupported. */
function statementOf(affected: FeedObject, record: VulnerabilityRecord): FeedStatement | undefined {
  const about = asObject(affected['package']);
  const place = OSV_ECOSYSTEMS.get(asText(about?.['ecosystem']));
  const packageName = asText(about?.['name']);
  const ranges = place === undefined ? undefined : osvRanges(affected, place.scheme);
  if (place === undefined || packageName === '' || ranges === undefined) {
    return undefined;
  }
  const qualifiers = osvQualifiers(affected);
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

function recordOf(id: string, advisory: FeedObject): VulnerabilityRecord {
  const publishedAt = asText(advisory['published']);
  const modifiedAt = asText(advisory['modified']);
  const withdrawnAt = asText(advisory['withdrawn']);
  const summary = asText(advisory['summary']);
  return {
    id,
    provider: OSV_SOURCES.find(([prefix]) => id.startsWith(prefix))?.[1] ?? OTHER_SOURCE,
    status: withdrawnAt === '' ? 'active' : 'rejected',
    aliases: asTexts(advisory['aliases']).filter((alias) => alias !== id),
    assigners: [],
    description: summary === '' ? asText(advisory['details']) : summary,
    references: referencesOf(id, advisory),
    severities: severitiesOf(advisory),
    ...(publishedAt === '' ? {} : { publishedAt }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
    ...(withdrawnAt === '' ? {} : { withdrawnAt }),
  };
}

function referencesOf(id: string, advisory: FeedObject): VulnerabilityRecord['references'] {
  const own = id.startsWith(GITHUB_PREFIX) ? [{ url: `${GITHUB_ADVISORIES}${id}`, tags: [] }] : [];
  const named = asList(advisory['references'])
    .map(asObject)
    .map((reference) => ({ url: asText(reference?.['url']), type: asText(reference?.['type']) }))
    .filter(({ url }) => url !== '' && url !== own[0]?.url)
    .map(({ url, type }) => ({ url, tags: type === 'ADVISORY' ? ['advisory'] : [] }));
  return [...own, ...named];
}

function severitiesOf(advisory: FeedObject): readonly Severity[] {
  const word = SEVERITY_WORDS.get(
    asText(asObject(advisory['database_specific'])?.['severity']).toUpperCase(),
  );
  const words: Severity[] = word === undefined ? [] : [{ scheme: 'CHML', value: word, rank: 1 }];
  const vectors = asList(advisory['severity'])
    .map((severity) => asText(asObject(severity)?.['score']))
    .filter((vector) => vector.includes('/'))
    .map((vector) => {
      const version = CVSS_VERSION.exec(vector)?.[1] ?? '2.0';
      return { scheme: 'CVSS', value: { vector, version }, rank: words.length === 0 ? 1 : 2 };
    });
  return [...words, ...vectors];
}

function weaknessesOf(record: VulnerabilityRecord, advisory: FeedObject): readonly Weakness[] {
  const cwes = asTexts(asObject(advisory['database_specific'])?.['cwe_ids']);
  const cves = record.aliases.filter((alias) => CVE.test(alias));
  return cves.flatMap((cve) =>
    cwes.map((cwe) => ({ cve, cwe, source: record.provider, kind: 'Primary' })),
  );
}
