import type { AdvisoryRange, VulnerabilityRecord } from '../../../core/advisory.ts';
import type { Bytes } from '../../../core/bytes.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedSource, FeedSystem } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import {
  leaveOut,
  leaveOutDocument,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
} from '../feed-value.ts';
import { readWhole } from '../read-whole.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'alpine';
const ECOSYSTEM = 'apk';
const SCHEME = 'apk';
const TRACKER = 'https://security.alpinelinux.org/vuln/';

const RELEASE = /^v?(\d{1,4})\.(\d{1,4})$/;
/** Entries are typed by hand: `CVE_2019-2426`, `CVE 2018-16859` and `CVE-2017-8073.patch` occur. */
const CVE = /\bCVE[-_ ](\d{4}-\d{4,19})(?!\d)/g;
/** IDs of other trackers: `XSA-155`, `GHSA-…`, `wnpa-sec-2017-18`, `GNUTLS-SA-2020-06-03`. */
const OTHER_ID = /^[A-Za-z][A-Za-z0-9]{1,15}-[A-Za-z0-9-]{0,63}$/;
const HAS_DIGIT = /\d/;
const NEVER_AFFECTED = '0';

/** Minor number of the first published release: 3.2. */
const FIRST_RELEASE = 2;
const LAST_RELEASE = 24;

const SOURCES: readonly FeedSource[] = [
  ...Array.from(
    { length: LAST_RELEASE - FIRST_RELEASE + 1 },
    (_, index) => `v3.${FIRST_RELEASE + index}`,
  ),
  'edge',
].flatMap((release) =>
  ['main', 'community'].map((repository) => {
    return { url: `https://secdb.alpinelinux.org/${release}/${repository}.json`, form: 'document' };
  }),
);

/**
 * The fixes of one Alpine repository: package → version → IDs fixed in it. It does not list unfixed
 * vulnerabilities. The version `0` means that no version was ever affected.
 */
export const alpineSecdb: FeedProvider = {
  kind: 'feed',
  id: 'alpine-secdb',
  title: 'Alpine security database',
  spec: 'https://secdb.alpinelinux.org/',
  sources: SOURCES,
  license: { expression: 'NONE', attribution: 'Alpine Linux' },
  version: 1,
  rules: {
    systemOverrides: [
      {
        alias: 'alpine',
        version: '',
        versionPattern: '.*_alpha.*',
        codename: '',
        isRolling: true,
        label: 'edge',
      },
    ],
  },
  recognize: (head) => hasMembers(head, 'distroversion', 'packages'),
  read: readWhole(readSecdb),
};

function* readSecdb(document: Bytes): Generator<FeedOutcome> {
  const parsed = parseJsonDocument(document);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const repository = toObject(parsed.value);
  const system = parseSystem(toText(repository?.['distroversion']));
  if (repository === undefined || system === undefined) {
    yield leaveOutDocument('no known release', 'the document does not name an Alpine release');
    return;
  }
  for (const [index, entry] of toList(repository['packages']).entries()) {
    const details = toObject(toObject(entry)?.['pkg']);
    const name = toText(details?.['name']);
    const fixes = toObject(details?.['secfixes']);
    if (name === '' || fixes === undefined) {
      const message = `package ${index + 1} in the list has no name or no fixes`;
      yield leaveOut('record', 'package without a name or fixes', message);
    } else {
      yield* readSecurityFixes(name, fixes, system);
    }
  }
}

function parseSystem(version: string): FeedSystem | undefined {
  const base = { name: 'alpine', releaseId: 'alpine', codename: '', channel: '' };
  if (version === 'edge') {
    return { ...base, majorVersion: '', minorVersion: '', label: 'edge' };
  }
  const [, majorVersion, minorVersion] = RELEASE.exec(version) ?? [];
  return majorVersion === undefined || minorVersion === undefined
    ? undefined
    : { ...base, majorVersion, minorVersion, label: '' };
}

interface Issue {
  readonly id: string;
  readonly aliases: readonly string[];
}

/**
 * Yields one statement per ID: further fixes after an incomplete one become ranges of the same
 * statement.
 */
function* readSecurityFixes(
  packageName: string,
  fixes: Readonly<Record<string, unknown>>,
  system: FeedSystem,
): Generator<FeedOutcome> {
  const ranges = new Map<string, Map<string, AdvisoryRange>>();
  const aliases = new Map<string, readonly string[]>();
  for (const [version, ids] of Object.entries(fixes)) {
    for (const entry of selectTexts(ids)) {
      const issues = parseIssues(entry);
      if (issues.length === 0) {
        const message = `${packageName} ${version} has an entry without a supported id: ${entry}`;
        yield leaveOut('record', 'entry without a supported id', message);
      }
      for (const issue of issues) {
        const ofId = ranges.get(issue.id) ?? new Map<string, AdvisoryRange>();
        ranges.set(issue.id, ofId.set(version, toRange(version)));
        aliases.set(issue.id, issue.aliases);
      }
    }
  }
  for (const [id, ofId] of ranges) {
    const record = createSecdbRecord(id, aliases.get(id) ?? []);
    const { provider, status } = record;
    const about = { vulnerability: id, provider, status, aliases: record.aliases, cves: [] };
    const statement = {
      ...about,
      effect: 'affected',
      ecosystem: ECOSYSTEM,
      packageName,
      ranges: [...ofId.values()],
    } as const;
    yield { record, statements: [{ system, statement }] };
  }
}

/**
 * An entry is an ID, which further IDs and remarks may follow: `CVE-2015-8550 XSA-155`,
 * `CVE-2017-2616 (+ fix)`.
 */
function parseIssues(entry: string): readonly Issue[] {
  const cves = Array.from(entry.matchAll(CVE), ([, number]) => `CVE-${number}`);
  const others = entry
    .replace(CVE, ' ')
    .split(/[\s,()]+/)
    .filter((word) => OTHER_ID.test(word) && HAS_DIGIT.test(word));
  if (cves.length > 0) {
    return cves.map((id) => ({ id, aliases: cves.length === 1 ? others : [] }));
  }
  const [id, ...aliases] = others;
  return id === undefined ? [] : [{ id, aliases }];
}

/** "Never affected" becomes an empty range, as in vulnerability databases for this system. */
function toRange(version: string): AdvisoryRange {
  const fix =
    version === NEVER_AFFECTED
      ? ({ state: 'not-affected', references: [] } as const)
      : ({ state: 'fixed', version, references: [] } as const);
  return { scheme: SCHEME, constraint: `< ${version}`, fix };
}

function createSecdbRecord(id: string, aliases: readonly string[]): VulnerabilityRecord {
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases,
    assigners: [],
    description: '',
    references: [{ url: `${TRACKER}${id}`, tags: [] }],
    severities: [],
  };
}
