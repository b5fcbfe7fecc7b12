import type { AdvisoryRange, Severity, VulnerabilityRecord } from '../../../core/advisory.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { FeedItem, FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasPatterns } from '../document-head.ts';
import { leaveOut, leaveOutDocument } from '../feed-value.ts';
import { isCveId, parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import {
  createUbuntuSystem,
  isUbuntuCodename,
  splitUbuntuRelease,
  UBUNTU_PRO,
} from '../ubuntu-release.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'ubuntu';
const SCHEME = 'dpkg';
const FIELD = /^([A-Za-z][\w.+/-]*):[ \t]*(.*)$/;
/** `esm-infra/focal_openssl: released (1.1.1f-1ubuntu2.20)`. */
const STATUS = /^([a-z0-9/.-]+)_([A-Za-z0-9.+~-]+): *([A-Za-z-]+)(?: *\((.*)\))?/;
const VERSION = /^[0-9][A-Za-z0-9.+:~-]*$/;
/** `end of standard support, was needed`: the release left the feed with this state. */
const LEFT = /^(?:end of (?:standard support|life|ESM support)|out of standard support)/i;

/** States of the development release and of the project itself, which no image has. */
const OTHER_RELEASES: ReadonlySet<string> = new Set(['devel', 'upstream', 'product', 'snap']);
const SEVERITIES: ReadonlySet<string> = new Set([
  'negligible',
  'low',
  'medium',
  'high',
  'critical',
]);
/** The status of one source package in one release or service. */
interface PackageStatus {
  readonly packageName: string;
  readonly codename: string;
  /** Empty: the release itself. */
  readonly channel: string;
  readonly state: string;
  readonly note: string;
}

/** The statements of the document about the vulnerability itself. */
interface Vulnerability {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly references: readonly string[];
}

/**
 * One CVE of the Ubuntu CVE tracker: the status of each source package in each release and in each
 * service of Ubuntu Pro.
 */
export const ubuntuTracker: FeedProvider = {
  kind: 'feed',
  id: 'ubuntu-tracker',
  title: 'Ubuntu CVE tracker',
  spec: 'https://git.launchpad.net/ubuntu-cve-tracker/tree/README',
  sources: [
    {
      url: 'https://git.launchpad.net/ubuntu-cve-tracker',
      form: 'git',
      documents: /^(?:active|retired)\/CVE-\d{4}-\d+$/,
    },
  ],
  license: { expression: 'NONE', attribution: 'Ubuntu CVE tracker, Canonical' },
  version: 1,
  rules: {},
  keepsPastReleases: true,
  recognize: (head) => hasPatterns(head, /^Candidate:[ \t]*CVE-/m),
  read: readWhole(readDocument),
};

function* readDocument(document: Bytes): Generator<FeedOutcome> {
  const lines = readText(document).split(/\r?\n/);
  const vulnerability = readVulnerability(lines);
  if (!isCveId(vulnerability.id)) {
    yield leaveOutDocument('no CVE', 'the document does not name a CVE in "Candidate"');
    return;
  }
  const statuses: PackageStatus[] = [];
  for (const line of lines) {
    const status = parseStatus(line);
    if (status === undefined || OTHER_RELEASES.has(status.codename)) {
      continue;
    }
    if (!isUbuntuCodename(status.codename)) {
      const release = `${status.codename} ${status.channel}`.trim();
      const message = `${vulnerability.id} has a status of "${release}"`;
      yield leaveOut('statement', 'unknown release', message);
    } else {
      statuses.push(status);
    }
  }
  yield* createItems(vulnerability, statuses);
}

/** Values of fields can continue on indented lines. */
function readVulnerability(lines: readonly string[]): Vulnerability {
  const fields = new Map<string, string>();
  const references: string[] = [];
  let last = '';
  for (const line of lines) {
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name !== undefined) {
      last = name;
      fields.set(name, value.trim());
    } else if (line.startsWith(' ')) {
      const text = line.trim();
      const known = fields.get(last) ?? '';
      fields.set(last, known === '' ? text : `${known}\n${text}`);
      if (last === 'References' && /^https?:\S+$/.test(text)) {
        references.push(text);
      }
    }
  }
  return { id: fields.get('Candidate') ?? '', fields, references };
}

function parseStatus(line: string): PackageStatus | undefined {
  const [, place = '', packageName, state = '', note = ''] = STATUS.exec(line) ?? [];
  if (packageName === undefined) {
    return undefined;
  }
  const { codename, channel } = splitUbuntuRelease(place);
  return { packageName, codename, channel, state, note: note.trim() };
}

/** Each priority gets its own record, because packages can have one of their own. */
function* createItems(
  vulnerability: Vulnerability,
  statuses: readonly PackageStatus[],
): Generator<FeedOutcome> {
  const proStatuses = groupProStatuses(statuses);
  const byPriority = new Map<string, FeedItem & { statements: FeedItem['statements'][number][] }>();
  for (const status of statuses) {
    const range = createRange(status, proStatuses);
    if (range === undefined) {
      continue;
    }
    if (range === 'no-version') {
      const { packageName, codename } = status;
      const message = `${vulnerability.id} has a fix without a version of ${packageName} in ${codename}`;
      yield leaveOut('statement', 'fix without a version', message);
      continue;
    }
    const priority = readPriority(vulnerability, status);
    const item = byPriority.get(priority) ?? {
      record: createRecord(vulnerability, priority),
      statements: [],
    };
    byPriority.set(priority, item);
    item.statements.push({
      system: createUbuntuSystem(status),
      statement: {
        vulnerability: vulnerability.id,
        provider: PROVIDER,
        status: item.record.status,
        aliases: [],
        cves: [],
        effect: 'affected',
        ecosystem: 'deb',
        packageName: status.packageName,
        ranges: [range],
      },
    });
  }
  if (byPriority.size === 0) {
    const record = createRecord(vulnerability, readPriority(vulnerability, undefined));
    yield { record, statements: [] };
  }
  yield* byPriority.values();
}

/**
 * Returns the affected versions of a package; `undefined` if the release does not contain it or is
 * not affected; `no-version` if a fix has no version. Source: README of the tracker, "Status".
 */
function createRange(
  status: PackageStatus,
  proStatuses: ReadonlyMap<string, PackageStatus>,
): AdvisoryRange | 'no-version' | undefined {
  const { state, note, channel } = status;
  const ofPro = channel === '' ? proStatuses.get(toProKey(status)) : undefined;
  const isFixedByPro = ofPro?.state === 'released';
  switch (state) {
    case 'released':
      return VERSION.test(note)
        ? {
            scheme: SCHEME,
            constraint: `< ${note}`,
            fix: { state: 'fixed', version: note, references: [] },
          }
        : 'no-version';
    case 'ignored':
      // The state of a release that left the feed continues in Ubuntu Pro.
      return LEFT.test(note) && ofPro?.state === 'not-affected'
        ? undefined
        : { scheme: SCHEME, constraint: '', fix: { state: 'wont-fix', references: [] } };
    case 'active':
    case 'deferred':
    case 'in-progress':
    case 'needed':
    case 'needs-triage':
    case 'pending':
      return {
        scheme: SCHEME,
        constraint: '',
        fix: { state: isFixedByPro ? 'wont-fix' : 'not-fixed', references: [] },
      };
    default:
      return undefined;
  }
}

/** Of several services of Ubuntu Pro, the one with a fix counts, else the first. */
function groupProStatuses(statuses: readonly PackageStatus[]): ReadonlyMap<string, PackageStatus> {
  const proStatuses = new Map<string, PackageStatus>();
  for (const status of statuses.filter(({ channel }) => channel === UBUNTU_PRO)) {
    const known = proStatuses.get(toProKey(status));
    if (known === undefined || (known.state !== 'released' && status.state === 'released')) {
      proStatuses.set(toProKey(status), status);
    }
  }
  return proStatuses;
}

function toProKey({ packageName, codename }: PackageStatus): string {
  return `${codename} ${packageName}`;
}

/**
 * A package can have its own priority, also in one release. Only the first word is the priority.
 */
function readPriority({ fields }: Vulnerability, status: PackageStatus | undefined): string {
  const stated =
    (status && fields.get(`Priority_${status.packageName}_${status.codename}`)) ??
    (status && fields.get(`Priority_${status.packageName}`)) ??
    fields.get('Priority') ??
    '';
  const [word = ''] = stated.split(/\s/, 1);
  return SEVERITIES.has(word) ? word : '';
}

function createRecord(
  { id, fields, references }: Vulnerability,
  priority: string,
): VulnerabilityRecord {
  const publishedAt = parseDate(fields.get('PublicDate') ?? '');
  const word: readonly Severity[] =
    priority === '' ? [] : [{ scheme: 'CHMLN', value: priority, rank: 1 }];
  const description = fields.get('Ubuntu-Description') || (fields.get('Description') ?? '');
  const page = { url: `https://ubuntu.com/security/${id}`, tags: ['advisory'] };
  return {
    id,
    provider: PROVIDER,
    status: description.startsWith('** REJECT **') ? 'rejected' : 'active',
    aliases: [],
    assigners: [],
    description: description.replaceAll('\n', ' '),
    references: [page, ...references.map((url) => ({ url, tags: [] }))],
    severities: [...word, ...readVectors(fields, word.length + 1)],
    ...defined({ publishedAt }),
  };
}

const VECTOR = /CVSS:\S+/g;

function readVectors(fields: ReadonlyMap<string, string>, rank: number): readonly Severity[] {
  const vectors = (fields.get('CVSS') ?? '').match(VECTOR) ?? [];
  return vectors.flatMap((vector) => readCvssVector(vector, rank));
}
