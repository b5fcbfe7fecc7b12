import type { FixState } from '../../../core/advisory.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { findDebianSystem } from '../debian-release.ts';
import { createErratumItems, type FixedBuild } from '../erratum.ts';
import { leaveOut, leaveOutDocument } from '../feed-value.ts';
import { parseNamedDate } from '../named-date.ts';
import { isCveId } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { DEBIAN_UNSTABLE } from '../release.data.ts';

const PROVIDER = 'debian';
const TRACKER = 'https://security-tracker.debian.org/tracker/';
const DATA = 'https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data/';

/** `[29 Mar 2023] DSA-5380-1 xorg-server - security update` */
const HEADER =
  /^\[\s*(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\] (D[SL]A-\d{1,6}(?:-\d{1,4})?)(?:\s+(.*))?$/;
const ANY_HEADER = /^\[\s*\d/;
/** `[bullseye] - curl 7.74.0-1.3+deb11u7 (bug #1; low)`; without a release: unstable. */
const PACKAGE = /^(?:\[([a-z]+)\] )?- (\S+)\s+(\S+)(?:\s.*)?$/;
const IDS = /^\{(.*)\}$/;
/** Updates without a CVE that are not about vulnerabilities. */
const OTHER_UPDATE =
  /regression|bug ?-?fix|new upstream|^(?:.* - )?update$|time ?zone|end[- ]of[- ]life|end of|compatibility/i;

/** States in place of a version. https://security-team.debian.org/security_tracker.html */
const STATES: ReadonlyMap<string, FixState> = new Map([
  ['<end-of-life>', 'wont-fix'],
  ['<ignored>', 'wont-fix'],
  ['<no-dsa>', 'wont-fix'],
  ['<not-affected>', 'not-affected'],
  ['<postponed>', 'not-fixed'],
  ['<undetermined>', 'unknown'],
  ['<unfixed>', 'not-fixed'],
]);

/**
 * The lists of Debian's security advisories (`DSA/list`) and of those for releases with long-term
 * support (`DLA/list`): source packages and their fixed versions by release.
 */
export const debianLists: FeedProvider = {
  kind: 'feed',
  id: 'debian-lists',
  title: 'Debian security advisories',
  spec: 'https://security-team.debian.org/security_tracker.html',
  sources: ['DSA', 'DLA'].map((kind) => ({ url: `${DATA}${kind}/list`, form: 'document' })),
  license: { expression: 'NONE', attribution: 'Debian security tracker' },
  version: 1,
  rules: {},
  recognize: ({ text }) => /^\[\d{1,2} [A-Z][a-z]{2} \d{4}\] D[SL]A-\d/.test(text),
  read: readWhole(readList),
};

/** One advisory with its indented lines. */
interface ListedAdvisory {
  readonly id: string;
  readonly date: string;
  readonly title: string;
  readonly lines: string[];
}

function* readList(document: Bytes): Generator<FeedOutcome> {
  let advisory: ListedAdvisory | undefined;
  let count = 0;
  for (const line of readText(document).split('\n')) {
    if (!ANY_HEADER.test(line)) {
      advisory?.lines.push(line.trim());
      continue;
    }
    if (advisory !== undefined) {
      yield* readListedAdvisory(advisory);
    }
    advisory = parseHeader(line.trimEnd());
    count++;
    if (advisory === undefined) {
      yield leaveOut('record', 'malformed header', `the list has a malformed header: ${line}`);
    }
  }
  if (advisory !== undefined) {
    yield* readListedAdvisory(advisory);
  }
  if (count === 0) {
    yield leaveOutDocument('not a list of advisories', 'the document has no Debian advisory');
  }
}

function parseHeader(line: string): ListedAdvisory | undefined {
  const [, day = '', month = '', year = '', id, title = ''] = HEADER.exec(line) ?? [];
  const date = parseNamedDate(year, month, day);
  return id === undefined || date === undefined ? undefined : { id, date, title, lines: [] };
}

function* readListedAdvisory({ id, date, title, lines }: ListedAdvisory): Generator<FeedOutcome> {
  const cves = lines.flatMap((line) => IDS.exec(line)?.[1]?.split(/\s+/) ?? []).filter(isCveId);
  const listed = lines.filter((line) => /^(?:\[[a-z]+\] )?- /.test(line));
  if (cves.length === 0 && OTHER_UPDATE.test(title)) {
    yield { leftOut: 'record', cause: 'advisory without a vulnerability' };
    return;
  }
  const builds: FixedBuild[] = [];
  for (const line of listed) {
    const build = parsePackage(line);
    if (typeof build === 'string') {
      yield leaveOut('part', build, `${id} has a line of an ${build}: ${line}`);
    } else {
      builds.push(build);
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no packages', `${id} lists no packages`);
    return;
  }
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'deb',
    scheme: 'dpkg',
    page: `${TRACKER}${id}`,
    title,
    severity: '',
    publishedAt: date,
    vulnerabilities: [...new Set(cves)].map((cve) => ({ id: cve })),
    builds,
  });
}

/** Returns the cause if the line is unusable. */
function parsePackage(line: string): FixedBuild | string {
  const [, codename = DEBIAN_UNSTABLE, packageName, version = ''] = PACKAGE.exec(line) ?? [];
  const system = findDebianSystem(codename);
  const state = STATES.get(version);
  if (packageName === undefined || (version.startsWith('<') && state === undefined)) {
    return 'unknown form';
  }
  if (system === undefined) {
    return 'unknown release';
  }
  return {
    system,
    packageName,
    version: state === undefined ? version : '',
    ...defined({ state }),
  };
}
