import type {
  AdvisoryRange,
  Severity,
  VulnerabilityRecord,
  VulnerabilityStatus,
  Weakness,
} from '../../../core/advisory.ts';
import { appendAll } from '../../../core/append-all.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import {
  type ApplicableProduct,
  leaveOutCriteria,
  listPlatforms,
  readApplicability,
} from '../cpe-applicability.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { isCveId, parseDate } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

const PROVIDER = 'nvd';
/** More platforms than this are not listed one by one: the statement applies on any. */
const PLATFORMS_MAX = 8;
/** Newer versions of CVSS come first. */
const METRICS = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'];
const PRIMARY = 'Primary';
const STATUSES: ReadonlyMap<string, VulnerabilityStatus> = new Map([
  ['Rejected', 'rejected'],
  ['Received', 'analyzing'],
  ['Awaiting Analysis', 'analyzing'],
  ['Undergoing Analysis', 'analyzing'],
]);

/**
 * Records of the National Vulnerability Database: files of a year, pages of its API, single records,
 * and overrides that replace the configurations of a record.
 */
export const nvd: FeedProvider = {
  kind: 'feed',
  id: 'nvd',
  title: 'National Vulnerability Database',
  spec: 'https://nvd.nist.gov/developers/vulnerabilities',
  sources: [
    {
      url: 'https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-modified.meta',
      form: 'files',
      documents: /nvdcve-2\.0-\d{4}\.json\.gz$/,
      lists: ['.meta'],
      listNext: listYears,
    },
    {
      url: 'https://github.com/anchore/nvd-data-overrides.git',
      form: 'git',
      documents: /^data\/\d{4}\/CVE-[^/]+\.json$/,
    },
  ],
  license: {
    expression: 'CC0-1.0',
    attribution: 'National Vulnerability Database, NIST; overrides by Anchore',
  },
  version: 1,
  rules: {},
  recognize: (head) =>
    hasMembers(head, 'id', 'lastModified', 'sourceIdentifier') ||
    hasMembers(head, '_annotation', 'cve_id'),
  read: readWhole(createJsonParser(readRecords)),
};

/** The first file has the records of all years before, too. */
const FIRST_YEAR = 2002;
const MODIFIED = /^lastModifiedDate:(\d{4})-\d{2}-\d{2}T/m;

/**
 * The time of the last change, in the metadata of the feed, bounds the years. The files have the
 * form of the API's pages: https://nvd.nist.gov/vuln/data-feeds.
 */
function listYears(content: Bytes): readonly string[] | undefined {
  const [, year = ''] = MODIFIED.exec(readText(content)) ?? [];
  const count = Number(year) - FIRST_YEAR + 1;
  return count < 1
    ? undefined
    : Array.from({ length: count }, (_, at) => `nvdcve-2.0-${FIRST_YEAR + at}.json.gz`);
}

function* readRecords(value: unknown): Generator<FeedOutcome> {
  const root = toObject(value);
  const page = listRecords(root?.['vulnerabilities']);
  const all = Array.isArray(root?.['vulnerabilities']) ? page : [root ?? {}];
  const records = all.map(toRecord);
  if (!Array.isArray(root?.['vulnerabilities']) && !isCveId(toText(records[0]?.['id']))) {
    yield leaveOutDocument('not a record', 'the document is not a record of a vulnerability');
    return;
  }
  for (const record of records) {
    yield* isCveId(toText(record['id']))
      ? readNvdRecord(record)
      : [leaveOut('record', 'no CVE ID', `a record has no CVE ID: "${toText(record['id'])}"`)];
  }
}

/** A record, the element of a page, or an override, whose ID is in its annotation. */
function toRecord(element: FeedObject): FeedObject {
  const annotation = toObject(element['_annotation']);
  const cve = toObject(element['cve']) ?? element;
  return annotation === undefined
    ? cve
    : {
        id: annotation['cve_id'],
        published: annotation['published'],
        lastModified: annotation['modified'],
        descriptions: [{ lang: 'en', value: annotation['description'] }],
        references: selectTexts(annotation['references']).map((url) => ({ url })),
        ...cve,
      };
}

function* readNvdRecord(element: FeedObject): Generator<FeedOutcome> {
  const record = createNvdRecord(element);
  const statements: FeedStatement[] = [];
  for (const configuration of listObjects(element['configurations'])) {
    const { products, malformed } = readApplicability([configuration]);
    appendAll(statements, createStatements(products, listPlatforms(configuration), record));
    for (const criteria of malformed) {
      yield leaveOutCriteria(record.id, criteria);
    }
  }
  yield { record, statements, weaknesses: readWeaknesses(record.id, element) };
}

function createStatements(
  products: readonly ApplicableProduct[],
  platforms: readonly string[],
  record: VulnerabilityRecord,
): readonly FeedStatement[] {
  const required: readonly (string | undefined)[] =
    platforms.length === 0 || platforms.length > PLATFORMS_MAX ? [undefined] : platforms;
  return products.flatMap(({ product, ranges }) =>
    required.map((platform) => ({
      statement: {
        vulnerability: record.id,
        provider: PROVIDER,
        status: record.status,
        aliases: [],
        cves: [],
        effect: 'affected' as const,
        product,
        ranges: ranges.map(dropUnfixed),
        ...(platform === undefined ? {} : { qualifiers: { platformCpes: [platform] } }),
      },
    })),
  );
}

/** A last affected version does not state whether there is a fix. */
function dropUnfixed({ fix, ...range }: AdvisoryRange): AdvisoryRange {
  return fix?.state === 'fixed' ? { ...range, fix } : range;
}

function createNvdRecord(element: FeedObject): VulnerabilityRecord {
  const publishedAt = parseDate(toText(element['published']));
  const modifiedAt = parseDate(toText(element['lastModified']));
  const status = STATUSES.get(toText(element['vulnStatus'])) ?? 'active';
  const isDisputed = selectTexts(
    listObjects(element['cveTags']).flatMap((one) => one['tags'] as unknown[]),
  ).includes('disputed');
  const description = listObjects(element['descriptions']).find((one) => one['lang'] === 'en');
  const references = listObjects(element['references']).map((one) => ({
    url: toText(one['url']),
    tags: selectTexts(one['tags']),
  }));
  return {
    id: toText(element['id']),
    provider: PROVIDER,
    status: isDisputed ? 'disputed' : status,
    aliases: [],
    assigners: [toText(element['sourceIdentifier'])].filter((name) => name !== ''),
    description: toText(description?.['value']),
    references: references.filter(({ url }) => url !== ''),
    severities: readSeverities(element),
    ...defined({ publishedAt, modifiedAt }),
  };
}

/** Those of NVD itself come first. */
function readSeverities(element: FeedObject): readonly Severity[] {
  const metrics = toObject(element['metrics']);
  const all = METRICS.flatMap((member) => listObjects(metrics?.[member]));
  return all
    .flatMap((metric): readonly Severity[] => {
      const cvss = toObject(metric['cvssData']);
      const vector = toText(cvss?.['vectorString']);
      const version = toText(cvss?.['version']);
      const rank = metric['type'] === PRIMARY ? 1 : 2;
      const source = toText(metric['source']);
      return vector === ''
        ? []
        : [
            {
              scheme: 'CVSS',
              value: { vector, version },
              rank,
              ...(source === '' ? {} : { source }),
            },
          ];
    })
    .toSorted((left, right) => left.rank - right.rank);
}

function readWeaknesses(cve: string, element: FeedObject): readonly Weakness[] {
  return listObjects(element['weaknesses']).flatMap((weakness) =>
    listObjects(weakness['description'])
      .map((one) => toText(one['value']))
      .filter((cwe) => cwe.startsWith('CWE-'))
      .map((cwe) => ({
        cve,
        cwe,
        source: toText(weakness['source']),
        kind: toText(weakness['type']),
      })),
  );
}
