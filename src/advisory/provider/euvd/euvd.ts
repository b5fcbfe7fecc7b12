import type { ExploitedRecord, VulnerabilityRecord } from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  toObject,
} from '../feed-value.ts';
import { parseNamedDate } from '../named-date.ts';
import { isCveId, toStartOfDay } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

const PROVIDER = 'euvd';
const ID = /^EUVD-\d{4}-\d{1,19}$/;
/** `Jan 14, 2025, 12:00:00 AM`, and `17/01/25` in the list of exploited vulnerabilities. */
const NAMED_DATE = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4})(?:,|$)/;
const SHORT_DATE = /^(\d{2})\/(\d{2})\/(\d{2})$/;

/**
 * Records of the European Vulnerability Database, under their CVEs, and its list of exploited
 * vulnerabilities. It names products and versions in words only.
 */
export const euvd: FeedProvider = {
  kind: 'feed',
  id: 'euvd',
  title: 'European Vulnerability Database',
  spec: 'https://euvd.enisa.europa.eu/apidoc',
  sources: [
    {
      url: 'https://euvdservices.enisa.europa.eu/api/kev/dump',
      form: 'document',
    },
  ],
  license: { expression: 'CC-BY-4.0', attribution: 'European Vulnerability Database, ENISA' },
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'id', 'datePublished', 'baseScoreVector'),
  read: readWhole(createJsonParser(readRecords)),
};

function* readRecords(value: unknown): Generator<FeedOutcome> {
  const root = toObject(value);
  const list = Array.isArray(value) ? value : root?.['items'];
  const elements = Array.isArray(list) ? listRecords(list) : [root ?? {}];
  if (!Array.isArray(list) && !ID.test(toText(root?.['id']))) {
    yield leaveOutDocument('not a record', 'the document is not a record of the EUVD');
    return;
  }
  for (const element of elements) {
    if (isCveId(toText(element['cveID']))) {
      yield { facts: { exploited: [createExploited(toText(element['cveID']), element)] } };
    } else if (ID.test(toText(element['id']))) {
      yield* readEuvdRecord(element);
    } else {
      yield leaveOut('record', 'no ID', 'a record of the EUVD has no ID');
    }
  }
}

function* readEuvdRecord(element: FeedObject): Generator<FeedOutcome> {
  const own = toText(element['id']);
  const named = splitLines(element['aliases']);
  const cves = named.filter(isCveId);
  for (const id of cves.length === 0 ? [own] : cves) {
    const others = named.filter((alias) => !isCveId(alias));
    const aliases = [own, ...others].filter((alias) => alias !== id);
    yield { record: createEuvdRecord(id, aliases, element), statements: [] };
    const since = toText(element['exploitedSince']);
    if (since !== '' && isCveId(id)) {
      yield { facts: { exploited: [createExploited(id, { dateReported: since })] } };
    }
  }
  for (const _ of listObjects(element['enisaIdProduct'])) {
    yield { leftOut: 'part', cause: 'a product and its versions in words' };
  }
}

function splitLines(value: unknown): readonly string[] {
  return toText(value)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function createEuvdRecord(
  id: string,
  aliases: readonly string[],
  element: FeedObject,
): VulnerabilityRecord {
  const publishedAt = parseDay(toText(element['datePublished']));
  const modifiedAt = parseDay(toText(element['dateUpdated']));
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases,
    assigners: [toText(element['assigner'])].filter((name) => name !== ''),
    description: toText(element['description']),
    references: splitLines(element['references']).map((url) => ({ url, tags: [] })),
    severities: readCvssVector(toText(element['baseScoreVector']), 1),
    ...defined({ publishedAt, modifiedAt }),
  };
}

function createExploited(cve: string, element: FeedObject): ExploitedRecord {
  const dateAdded = toStartOfDay(parseDay(toText(element['dateReported'])) ?? '');
  const readText = (member: string): string => toText(element[member]).replace(/^-$/, '');
  return {
    cve,
    vendorProject: readText('vendorProject'),
    product: readText('product'),
    ...defined({ dateAdded }),
    requiredAction: '',
    knownRansomwareCampaignUse: '',
    notes: readText('notes'),
    urls: [],
    cwes: [],
  };
}

function parseDay(text: string): string | undefined {
  const [, month = '', day = '', year = ''] = NAMED_DATE.exec(text) ?? [];
  const [, shortDay, shortMonth, shortYear] = SHORT_DATE.exec(text) ?? [];
  return shortDay === undefined
    ? parseNamedDate(year, month, day)
    : `20${shortYear}-${shortMonth}-${shortDay}`;
}
