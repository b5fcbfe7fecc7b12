import { type Bytes, readText } from '../../../core/bytes.ts';
import { splitLines } from '../../../syntax/text/lines.ts';
import type { FeedOutcome, FeedProvider, FeedRelease } from '../contract.ts';
import { hasPatterns } from '../document-head.ts';
import { leaveOut, leaveOutDocument } from '../feed-value.ts';
import { toStartOfDay } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { splitCsv } from '../split-csv.ts';

const DATA = 'https://debian.pages.debian.net/distro-info-data';
const REQUIRED = ['version', 'codename', 'series', 'eol'];
/** A column that only the table of Ubuntu has; both have equal columns otherwise. */
const UBUNTU_COLUMN = 'eol-server';
const VERSION = /^(\d+)(?:\.(\d+))?(?: LTS)?$/;
/** Columns of support beyond the usual one, which a subscription or another repository adds. */
const EXTENDED = ['eol-lts', 'eol-elts', 'eol-esm', 'eol-legacy'];

/** Releases of Debian or Ubuntu with their dates, one table for each. */
export const distroInfo: FeedProvider = {
  kind: 'feed',
  id: 'distro-info',
  title: 'distro-info-data of Debian',
  spec: 'https://manpages.debian.org/distro-info',
  sources: [
    { url: `${DATA}/debian.csv`, form: 'document' },
    { url: `${DATA}/ubuntu.csv`, form: 'document' },
  ],
  license: { expression: 'ISC', attribution: 'distro-info-data, Debian' },
  version: 1,
  rules: {},
  recognize: (head) => hasPatterns(head, /^version,codename,series,/),
  read: readWhole(readTable),
};

function* readTable(document: Bytes): Generator<FeedOutcome> {
  const [header, ...lines] = Array.from(splitLines(readText(document)), ({ text }) => text);
  const columns = splitCsv(header ?? '');
  if (REQUIRED.some((name) => !columns.includes(name))) {
    yield leaveOutDocument('not a table of releases', 'the document is not a table of releases');
    return;
  }
  const id = columns.includes(UBUNTU_COLUMN) ? 'ubuntu' : 'debian';
  const releases: FeedRelease[] = [];
  for (const line of lines.filter((text) => text !== '')) {
    const values = splitCsv(line);
    const row = new Map(columns.map((name, index) => [name, values[index] ?? '']));
    const release = toRelease(id, row);
    if (typeof release === 'string') {
      const message = `${id} has ${release}: "${row.get('series') ?? ''}"`;
      const isMistake = release === UNREADABLE;
      yield isMistake ? leaveOut('fact', release, message) : { leftOut: 'fact', cause: release };
      continue;
    }
    releases.push(release);
    for (const name of EXTENDED.filter((one) => (row.get(one) ?? '') !== '')) {
      yield { leftOut: 'part', cause: `the end of extended support (${name})` };
    }
  }
  yield { facts: { releases } };
}

const UNREADABLE = 'a release with an invalid version or date';

/** Returns the reason if there is no date to use. */
function toRelease(id: string, row: ReadonlyMap<string, string>): FeedRelease | string {
  const eol = row.get('eol') ?? '';
  if (eol === '') {
    return 'a release without an end';
  }
  const [, majorVersion = '', minorVersion = ''] = VERSION.exec(row.get('version') ?? '') ?? [];
  const endOfLife = toStartOfDay(eol);
  if (majorVersion === '' || endOfLife === undefined) {
    return UNREADABLE;
  }
  return {
    system: {
      name: id,
      releaseId: id,
      majorVersion,
      // The tables of databases have 4 and not 4.0, but 3.0 and 3.1.
      minorVersion:
        id === 'debian' && majorVersion !== '3' && minorVersion === '0' ? '' : minorVersion,
      label: '',
      codename: row.get('series') ?? '',
      channel: '',
    },
    endOfLife,
  };
}
