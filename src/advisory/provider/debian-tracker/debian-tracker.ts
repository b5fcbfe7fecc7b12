import type {
  AdvisoryRange,
  FixState,
  Severity,
  VulnerabilityRecord,
  VulnerabilityStatus,
} from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import { findDebianSystem } from '../debian-release.ts';
import { type FeedObject, leaveOut, leaveOutDocument, toObject } from '../feed-value.ts';
import { createJsonParser, readParts } from '../read-whole.ts';
import { DEBIAN_TESTING, DEBIAN_URGENCIES } from '../release.data.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'debian';
const ECOSYSTEM = 'deb';
const SCHEME = 'dpkg';
const TRACKER = 'https://security-tracker.debian.org/tracker/';
/** One or two asterisks mark an urgency that was not set by hand. */
const ASTERISKS = /\*+$/;
const NEVER_AFFECTED = '0';
const ID = /^(?:CVE-\d{4}-\d{4,19}|TEMP-\d{1,10}-[0-9A-F]{1,16})$/;

/** A package, and the first of its vulnerabilities. */
const TRACKER_START =
  /^\s*\{\s*"[^"\\]+"\s*:\s*\{\s*"(?:CVE|TEMP)-[^"]*"\s*:\s*\{\s*"(?!fixed_version|severity)/;

/**
 * The Debian security tracker: source package → ID → release → state. It only lists source packages
 * and does not record which of their binary packages are affected.
 */
export const debianTracker: FeedProvider = {
  kind: 'feed',
  id: 'debian-tracker',
  title: 'Debian security tracker',
  spec: 'https://security-tracker.debian.org/tracker/data/json',
  sources: [{ url: 'https://security-tracker.debian.org/tracker/data/json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Debian security tracker' },
  version: 1,
  rules: {
    systemOverrides: [
      {
        alias: 'debian',
        version: '',
        versionPattern: '',
        codename: DEBIAN_TESTING,
        isRolling: true,
        label: 'unstable',
      },
      {
        alias: 'raspbian',
        version: '',
        versionPattern: '',
        codename: '',
        isRolling: false,
        name: 'debian',
      },
    ],
  },
  recognize: ({ text }) => TRACKER_START.test(text),
  read: readParts(createJsonParser(readTracker), '{'),
};

function* readTracker(value: unknown): Generator<FeedOutcome> {
  const packages = toObject(value);
  if (packages === undefined) {
    yield leaveOutDocument('not a tracker', 'the document is not an object of source packages');
    return;
  }
  for (const [packageName, issues] of Object.entries(packages)) {
    const issuesById = toObject(issues);
    if (issuesById === undefined) {
      yield leaveOut('part', 'malformed package', `${packageName} is not an object of records`);
      continue;
    }
    for (const [id, issue] of Object.entries(issuesById)) {
      const releases = toObject(toObject(issue)?.['releases']);
      if (!ID.test(id) || releases === undefined || Object.keys(releases).length === 0) {
        const message = `${packageName} has a malformed record: ${id}`;
        yield leaveOut('record', 'malformed id or releases', message);
      } else {
        const description = toText(toObject(issue)?.['description']);
        yield* readIssue({ packageName, id, description }, releases);
      }
    }
  }
}

interface Subject {
  readonly packageName: string;
  readonly id: string;
  readonly description: string;
}

/** The tracker has one urgency per release, so each urgency gets its own record. */
function* readIssue(subject: Subject, releases: FeedObject): Generator<FeedOutcome> {
  const bySeverity = new Map<
    string,
    { record: VulnerabilityRecord; statements: FeedStatement[] }
  >();
  for (const [codename, value] of Object.entries(releases)) {
    const release = toObject(value);
    const system = findDebianSystem(codename);
    const judged = release === undefined ? undefined : judge(release);
    if (release === undefined || system === undefined || judged === undefined) {
      const message = `${subject.packageName} ${subject.id} has no known status for ${codename}`;
      const cause = system === undefined ? 'unknown release' : 'unknown status';
      yield leaveOut('statement', cause, message);
      continue;
    }
    const severity = DEBIAN_URGENCIES.get(toText(release['urgency']).replace(ASTERISKS, '')) ?? '';
    const group = bySeverity.get(severity) ?? {
      record: createIssueRecord(subject, severity),
      statements: [],
    };
    bySeverity.set(severity, group);
    const statement = {
      vulnerability: subject.id,
      provider: PROVIDER,
      status: judged.status,
      aliases: [],
      cves: [],
      effect: judged.effect,
      ecosystem: ECOSYSTEM,
      packageName: subject.packageName,
      ranges: [judged.range],
    };
    group.statements.push({ system, statement });
  }
  yield* bySeverity.values();
}

interface Judgement {
  readonly effect: 'affected' | 'unaffected';
  readonly status: VulnerabilityStatus;
  readonly range: AdvisoryRange;
}

/** Returns `undefined` for a state that is unknown to this version. */
function judge(release: FeedObject): Judgement | undefined {
  const fixedVersion = toText(release['fixed_version']);
  switch (toText(release['status'])) {
    case 'resolved': {
      if (fixedVersion === NEVER_AFFECTED) {
        return { effect: 'unaffected', status: 'active', range: createFullRange('not-affected') };
      }
      if (fixedVersion === '') {
        return undefined;
      }
      const fix = { state: 'fixed', version: fixedVersion, references: [] } as const;
      const range = { scheme: SCHEME, constraint: `< ${fixedVersion}`, fix };
      return { effect: 'affected', status: 'active', range };
    }
    case 'open':
      return { effect: 'affected', status: 'active', range: createFullRange(toOpenState(release)) };
    case 'undetermined':
      // Debian has not analyzed this release yet: the finding is kept and marked as unconfirmed.
      return { effect: 'affected', status: 'analyzing', range: createFullRange('unknown') };
    default:
      return undefined;
  }
}

/**
 * `nodsa` gives the reason for the missing advisory; a fix can only be expected if it is postponed.
 */
function toOpenState(release: FeedObject): FixState {
  const hasNoAdvisory = typeof release['nodsa'] === 'string';
  return hasNoAdvisory && release['nodsa_reason'] !== 'postponed' ? 'wont-fix' : 'not-fixed';
}

function createFullRange(state: FixState): AdvisoryRange {
  return { scheme: SCHEME, constraint: '', fix: { state, references: [] } };
}

function createIssueRecord({ id, description }: Subject, severity: string): VulnerabilityRecord {
  const severities: Severity[] =
    severity === '' ? [] : [{ scheme: 'CHMLN', value: severity, rank: 1 }];
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [],
    assigners: [],
    description,
    references: [{ url: `${TRACKER}${id}`, tags: [] }],
    severities,
  };
}
