import type { AdvisoryRange, VulnerabilityRecord } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import { parsePurl } from '../../../identity/purl/parse-purl.ts';
import type { FeedOmission, FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listRecords,
  selectTexts,
  toObject,
} from '../feed-value.ts';
import { isCveId, parseDate } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';
import {
  createUbuntuSystem,
  isUbuntuCodename,
  splitUbuntuRelease,
  UBUNTU_PRO,
  type UbuntuRelease,
} from '../ubuntu-release.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'ubuntu';
const SCHEME = 'dpkg';
const CONTEXT = /^https:\/\/openvex\.dev\/ns(?:\/|$)/;
const NOTICE = /^USN-\d{1,5}-\d{1,3}$/;
const SOURCE = 'source';
/**
 * "This package (for the given release) is vulnerable to the CVE, the problem is understood, but
 * the Ubuntu Security Team decided to not fix it." and "… is no longer supported."
 */
const NEVER_FIXED = /\bdecided to not fix it\b|\bis no longer supported\b/;

type State = 'fixed' | 'affected' | 'undecided' | 'unaffected';

/** OpenVEX 0.2.0, "Status labels". */
const STATES: ReadonlyMap<string, State> = new Map([
  ['fixed', 'fixed'],
  ['affected', 'affected'],
  ['under_investigation', 'undecided'],
  ['not_affected', 'unaffected'],
]);

/** The state of a source package in a release. */
interface Claim {
  readonly release: UbuntuRelease;
  readonly packageName: string;
  readonly state: State;
  readonly version: string;
  /** Whether the vendor will not fix it. */
  readonly isNeverFixed: boolean;
  readonly justification: string;
}

/** Common parts of the statements of a document about one vulnerability. */
interface Subject {
  /** CVE, or notice. */
  readonly name: string;
  readonly date: string | undefined;
}

/** Ubuntu's VEX documents: one per CVE, and one per notice, which has the date of its fixes. */
export const ubuntuVex: FeedProvider = {
  kind: 'feed',
  id: 'ubuntu-vex',
  title: 'Ubuntu VEX documents',
  spec: 'https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md',
  sources: [
    {
      url: 'https://security-metadata.canonical.com/vex/vex-all.tar.xz',
      form: 'tar',
      documents: /^vex\/(?:cve\/\d{4}\/CVE|usn\/USN)-[\d-]+\.json$/,
    },
  ],
  license: { expression: 'CC-BY-SA-4.0', attribution: 'Ubuntu security, Canonical' },
  version: 1,
  rules: {},
  keepsPastReleases: true,
  recognize: ({ text }) =>
    /"https:\/\/openvex\.dev\/ns/.test(text) && /"author":\s*"Canonical\b/.test(text),
  read: readWhole(createJsonParser(readVexDocument)),
};

function* readVexDocument(value: unknown): Generator<FeedOutcome> {
  const root = toObject(value);
  const metadata = toObject(root?.['metadata']) ?? root;
  if (root === undefined || !CONTEXT.test(toText(metadata?.['@context']))) {
    yield leaveOutDocument('not an OpenVEX document', 'the document is not an OpenVEX document');
    return;
  }
  const byName = Map.groupBy(listRecords(root['statements']), (statement) =>
    toText(toObject(statement['vulnerability'])?.['name']),
  );
  if (byName.size === 0) {
    yield { leftOut: 'document', cause: 'VEX document without a statement' };
  }
  for (const [name, statements] of byName) {
    yield* readVulnerability(name, statements, toText(metadata?.['timestamp']));
  }
}

function* readVulnerability(
  name: string,
  statements: readonly FeedObject[],
  modifiedAt: string,
): Generator<FeedOutcome> {
  if (!isCveId(name) && !NOTICE.test(name)) {
    yield leaveOut('record', 'neither a CVE nor a notice', `a statement is about "${name}"`);
    return;
  }
  const vulnerability = toObject(statements[0]?.['vulnerability']) ?? {};
  const cves = selectTexts(vulnerability['aliases']).filter(isCveId);
  const ids = isCveId(name) || cves.length === 0 ? [name] : [...new Set(cves)];
  const date = parseDate(toText(statements[0]?.['timestamp']));
  const claims: Claim[] = [];
  for (const statement of statements) {
    for (const outcome of readClaims(name, statement)) {
      if ('leftOut' in outcome) {
        yield outcome;
      } else {
        claims.push(outcome);
      }
    }
  }
  const all = [...claims, ...deriveBaseClaims(claims)].map((one) => applyPro(one, claims));
  for (const id of ids) {
    const record = createVexRecord(id, { name, date }, vulnerability, modifiedAt);
    yield {
      record,
      statements: all.map((claim) => createVexStatement(claim, record, { name, date })),
    };
  }
}

/** Source packages are followed by their binary packages, which have no release of their own. */
function* readClaims(name: string, statement: FeedObject): Generator<Claim | FeedOmission> {
  const state = STATES.get(toText(statement['status']));
  for (const product of listRecords(statement['products'])) {
    const id = toText(product['@id']);
    const purl = parsePurl(id);
    const qualifiers = purl?.qualifiers ?? {};
    const release = splitUbuntuRelease(qualifiers['distro'] ?? '');
    if (purl?.type !== 'deb' || state === undefined) {
      const cause = 'product or status that is not supported';
      yield leaveOut('statement', cause, `${name} has a ${cause}: ${id}`);
    } else if (qualifiers['arch'] !== SOURCE) {
      yield { leftOut: 'statement', cause: 'binary package of a stated source package' };
    } else if (!isUbuntuCodename(release.codename)) {
      const message = `${name} is about ${purl.name} in an unknown release: ${id}`;
      yield leaveOut('statement', 'unknown release', message);
    } else if (state === 'fixed' && purl.version === undefined) {
      const message = `${name} has a fix without a version: ${id}`;
      yield leaveOut('statement', 'fix without a version', message);
    } else {
      yield {
        release,
        packageName: purl.name,
        state,
        version: purl.version ?? '',
        isNeverFixed: NEVER_FIXED.test(toText(statement['action_statement'])),
        justification: toText(statement['justification']),
      };
    }
  }
}

/**
 * Returns claims about base releases for packages that only have a state in Ubuntu Pro: the base
 * release contains the same package without the fix.
 */
function deriveBaseClaims(claims: readonly Claim[]): readonly Claim[] {
  const known = new Set(
    claims.filter(({ release }) => release.channel === '').map((one) => toBaseKey(one)),
  );
  return claims
    .filter(
      (one) =>
        one.release.channel === UBUNTU_PRO &&
        (one.state === 'fixed' || one.state === 'affected') &&
        !known.has(toBaseKey(one)),
    )
    .map((one) => ({ ...one, release: { ...one.release, channel: '' }, isNeverFixed: true }));
}

/** If only Ubuntu Pro has a fix, the base release will not get it. */
function applyPro(claim: Claim, claims: readonly Claim[]): Claim {
  const isFixedByPro =
    claim.release.channel === '' &&
    claims.some(
      (one) =>
        one.release.channel === UBUNTU_PRO &&
        one.state === 'fixed' &&
        toBaseKey(one) === toBaseKey(claim),
    );
  return claim.state === 'affected' && isFixedByPro ? { ...claim, isNeverFixed: true } : claim;
}

function toBaseKey({ release, packageName }: Claim): string {
  return `${release.codename} ${packageName}`;
}

function createVexRecord(
  id: string,
  { name, date }: Subject,
  vulnerability: FeedObject,
  modifiedAt: string,
): VulnerabilityRecord {
  const isOwn = id === name;
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [],
    assigners: [],
    // A notice describes all of its vulnerabilities in one text.
    description: toText(vulnerability['description']),
    references: [
      { url: toPage(id), tags: ['advisory'] },
      ...(isOwn ? [] : [{ url: toPage(name), tags: ['advisory'] }]),
    ],
    severities: [],
    ...(date === undefined ? {} : { publishedAt: date }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
  };
}

function toPage(id: string): string {
  return isCveId(id)
    ? `https://ubuntu.com/security/${id}`
    : `https://ubuntu.com/security/notices/${id}`;
}

function createVexStatement(
  claim: Claim,
  record: VulnerabilityRecord,
  subject: Subject,
): FeedStatement {
  const { release, packageName, state } = claim;
  return {
    system: createUbuntuSystem(release),
    statement: {
      vulnerability: record.id,
      provider: PROVIDER,
      status: state === 'undecided' ? 'analyzing' : record.status,
      aliases: [],
      cves: [],
      effect: state === 'unaffected' ? 'unaffected' : 'affected',
      ecosystem: 'deb',
      packageName,
      ranges: [createStateRange(claim, subject)],
    },
  };
}

/** The version of a product without a fix is the current one; others are not excluded by it. */
function createStateRange(claim: Claim, { name, date }: Subject): AdvisoryRange {
  const { state, version, isNeverFixed, justification } = claim;
  const constraint = state === 'fixed' ? `< ${version}` : '';
  if (isNeverFixed) {
    return { scheme: SCHEME, constraint, fix: { state: 'wont-fix', references: [] } };
  }
  const url = toPage(name);
  switch (state) {
    case 'fixed':
      return {
        scheme: SCHEME,
        constraint,
        fix: {
          state,
          version,
          references: isCveId(name) ? [] : [{ url, id: name, tags: ['advisory'] }],
          ...(isCveId(name) || date === undefined ? {} : { available: { date, kind: 'advisory' } }),
        },
      };
    case 'affected':
      return { scheme: SCHEME, constraint, fix: { state: 'not-fixed', references: [] } };
    case 'undecided':
      return { scheme: SCHEME, constraint, fix: { state: 'unknown', references: [] } };
    default: {
      const references = justification === '' ? [] : [{ url, tags: [justification] }];
      return { scheme: SCHEME, constraint, fix: { state: 'not-affected', references } };
    }
  }
}
