import type { ExploitedRecord } from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { isCveId, toStartOfDay } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

/** CISA's catalog of known exploited vulnerabilities, one document. */
export const kev: FeedProvider = {
  kind: 'feed',
  id: 'kev',
  title: 'Known Exploited Vulnerabilities',
  spec: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json',
  sources: [
    {
      url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
      form: 'document',
    },
  ],
  license: { expression: 'CC0-1.0', attribution: 'CISA Known Exploited Vulnerabilities Catalog' },
  version: 2,
  rules: {},
  recognize: (head) => hasMembers(head, 'catalogVersion', 'vulnerabilities'),
  read: readWhole(createJsonParser(readCatalog)),
};

function* readCatalog(value: unknown): Generator<FeedOutcome> {
  const root = toObject(value);
  if (root === undefined || !Array.isArray(root['vulnerabilities'])) {
    yield leaveOutDocument('not a catalog', 'the document is not a catalog of vulnerabilities');
    return;
  }
  const entries = listRecords(root['vulnerabilities']);
  const stated = toText(root['dateReleased']);
  yield {
    facts: { exploited: entries.filter(hasCve).map(toExploited) },
    ...(stated === '' ? {} : { statedAt: stated }),
  };
  for (const entry of entries.filter((one) => !hasCve(one))) {
    yield leaveOut(
      'fact',
      'an entry without a CVE ID',
      `the catalog has an entry without a CVE ID: "${toText(entry['cveID'])}"`,
    );
  }
  const { length } = root['vulnerabilities'] as readonly unknown[];
  const count = root['count'];
  if (typeof count === 'number' && count !== length) {
    const message = `the catalog states ${count} entries and has ${length}`;
    yield leaveOut('fact', 'an entry that is counted but missing', message);
  }
}

function hasCve(entry: FeedObject): boolean {
  return isCveId(toText(entry['cveID']));
}

/** A web address in the text of the required action. */
const BRACKETED_URL = /(?<=\[)https?:[^\]\s]+(?=\])/gi;

const TRIAGES: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['no', false],
]);

/** `notes` are web addresses and texts, separated by semicolons. */
function toExploited(entry: FeedObject): ExploitedRecord {
  const notes = toText(entry['notes'])
    .split(';')
    .map((note) => note.trim())
    .filter((note) => note !== '');
  const urls = notes.filter((note) => URL.canParse(note) && /^https?:/i.test(note));
  const requiredAction = toText(entry['requiredAction']);
  const dateAdded = toStartOfDay(toText(entry['dateAdded']));
  const dueDate = toStartOfDay(toText(entry['dueDate']));
  return {
    cve: toText(entry['cveID']),
    vendorProject: toText(entry['vendorProject']),
    product: toText(entry['product']),
    ...defined({ dateAdded }),
    requiredAction,
    ...defined({ dueDate }),
    knownRansomwareCampaignUse: toText(entry['knownRansomwareCampaignUse']).toLowerCase(),
    ...defined({ forensicTriage: TRIAGES.get(toText(entry['forensicTriage']).toLowerCase()) }),
    notes: notes.filter((note) => !urls.includes(note)).join('; '),
    urls: [...urls, ...(requiredAction.match(BRACKETED_URL) ?? [])],
    cwes: selectTexts(entry['cwes']),
  };
}
