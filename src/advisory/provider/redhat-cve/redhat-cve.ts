import type {
  AdvisoryRange,
  FixState,
  Severity,
  VulnerabilityRecord,
} from '../../../core/advisory.ts';
import type { Bytes } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOmission, FeedOutcome, FeedProvider, FeedStatement } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { hasMembers } from '../document-head.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  parseJsonDocument,
  selectTexts,
  toList,
  toObject,
} from '../feed-value.ts';
import { isCveId, parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { hasModules, parseRedHatCpe, splitModulePackage } from '../red-hat-stream.ts';

/** Name of the provider in vulnerability databases. */
const PROVIDER = 'rhel';
const SCHEME = 'rpm';
/** `glibc-0:2.34-100.el9_4.2`, also without an epoch. */
const BUILD = /^([^/:@]+)-((?:\d+:)?[^-/:@]+-[^-/:@]+)$/;
const FLATPAK = /^[^:/]+:flatpak\//;

const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['Low', 'low'],
  ['Moderate', 'medium'],
  ['Important', 'high'],
  ['Critical', 'critical'],
]);

/** `fix_state` of a package. `undefined`: not affected. */
const STATES: ReadonlyMap<string, FixState | undefined> = new Map([
  ['Affected', 'not-fixed'],
  ['Fix deferred', 'not-fixed'],
  ['New', 'not-fixed'],
  ['Not affected', undefined],
  ['Out of support scope', 'wont-fix'],
  ['Under investigation', 'unknown'],
  ['Will not fix', 'wont-fix'],
]);
const UNDECIDED = 'Under investigation';

/** One CVE of Red Hat's Security Data API: fixed builds, and the states of other packages. */
export const redhatCve: FeedProvider = {
  kind: 'feed',
  id: 'redhat-cve',
  title: 'Red Hat security data',
  spec: 'https://docs.redhat.com/en/documentation/red_hat_security_data_api/',
  sources: [
    {
      url: 'https://access.redhat.com/hydra/rest/securitydata/cve.json',
      form: 'document',
    },
  ],
  license: { expression: 'CC-BY-4.0', attribution: 'Red Hat, Inc.' },
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'bugzilla', 'public_date'),
  read: readWhole(readDocument),
};

function* readDocument(document: Bytes): Generator<FeedOutcome> {
  const parsed = parseJsonDocument(document);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const issue = toObject(parsed.value);
  const id = toText(issue?.['name']);
  if (issue === undefined || !isCveId(id)) {
    yield leaveOutDocument('not a CVE', 'the document is not a CVE of Red Hat');
    return;
  }
  const record = createIssueRecord(id, issue);
  const statements: FeedStatement[] = [];
  for (const [member, read] of MEMBERS) {
    for (const value of toList(issue[member])) {
      const found = readElement(toObject(value) ?? {}, record, read);
      if ('leftOut' in found) {
        yield found;
      } else {
        statements.push(found);
      }
    }
  }
  yield { record, statements };
}

function createIssueRecord(id: string, issue: FeedObject): VulnerabilityRecord {
  const publishedAt = parseDate(toText(issue['public_date']));
  const word = SEVERITIES.get(toText(issue['threat_severity']));
  const words: readonly Severity[] =
    word === undefined ? [] : [{ scheme: 'CHMLN', value: word, rank: 1 }];
  const vector = toText(toObject(issue['cvss3'])?.['cvss3_scoring_vector']);
  const urls = selectTexts(issue['references']).flatMap((text) => text.split(/\s+/));
  const page = { url: `https://access.redhat.com/security/cve/${id}`, tags: ['advisory'] };
  return {
    id,
    provider: PROVIDER,
    status: 'active',
    aliases: [],
    assigners: [],
    description: selectTexts(issue['details']).at(-1) ?? '',
    references: [page, ...urls.filter((url) => url !== '').map((url) => ({ url, tags: [] }))],
    severities: [...words, ...readCvssVector(vector, words.length + 1)],
    ...defined({ publishedAt }),
  };
}

/** A package of a release, with its module if it has one. */
interface StatedBuild {
  readonly packageName: string;
  readonly module: string;
  readonly range: AdvisoryRange;
  readonly effect: 'affected' | 'unaffected';
  readonly isUndecided?: boolean;
}

const MEMBERS: readonly (readonly [
  member: string,
  read: (element: FeedObject) => StatedBuild | string,
])[] = [
  ['affected_release', readFix],
  ['package_state', readState],
];

/** Returns the statement of an element, or the reason why it is left out. */
function readElement(
  element: FeedObject,
  record: VulnerabilityRecord,
  read: (element: FeedObject) => StatedBuild | string,
): FeedStatement | FeedOmission {
  const system = parseRedHatCpe(toText(element['cpe']));
  if (system === undefined) {
    return createOmission(element, record, 'a product outside of the distribution');
  }
  const build = read(element);
  if (typeof build === 'string') {
    return createOmission(element, record, build);
  }
  return {
    system,
    statement: {
      vulnerability: record.id,
      provider: PROVIDER,
      status: build.isUndecided === true ? 'analyzing' : record.status,
      aliases: [],
      cves: [],
      effect: build.effect,
      ecosystem: SCHEME,
      packageName: build.packageName,
      ranges: [build.range],
      ...(hasModules(system.majorVersion) ? { qualifiers: { modularity: build.module } } : {}),
    },
  };
}

function createOmission(
  element: FeedObject,
  { id }: VulnerabilityRecord,
  subject: string,
): FeedOmission {
  const product = toText(element['product_name']);
  return leaveOut('statement', `about ${subject}`, `${id} is about ${subject}: ${product}`);
}

/** An image of a container or a whole module has no version of a package. */
function readFix(element: FeedObject): StatedBuild | string {
  const text = toText(element['package']);
  const [, packageName, version = ''] = BUILD.exec(text) ?? [];
  if (packageName === undefined) {
    return text.includes(':') ? 'a module or an image without versions of packages' : 'no package';
  }
  const date = parseDate(toText(element['release_date']));
  const erratum = toText(element['advisory']);
  const url = `https://access.redhat.com/errata/${erratum}`;
  return {
    packageName,
    module: '',
    effect: 'affected',
    range: {
      scheme: SCHEME,
      constraint: `< ${version}`,
      fix: {
        state: 'fixed',
        version,
        references: erratum === '' ? [] : [{ url, id: erratum, tags: ['advisory'] }],
        ...(date === undefined ? {} : { available: { date, kind: 'advisory' } }),
      },
    },
  };
}

function readState(element: FeedObject): StatedBuild | string {
  const text = toText(element['package_name']);
  const stated = toText(element['fix_state']);
  if (FLATPAK.test(text)) {
    return 'a Flatpak';
  }
  const { module, packageName } = splitModulePackage(text);
  if (packageName === '' || packageName.includes('/')) {
    return 'an image without versions of packages';
  }
  if (!STATES.has(stated)) {
    return 'a package with an unknown state';
  }
  const state = STATES.get(stated);
  return {
    packageName,
    module,
    effect: state === undefined ? 'unaffected' : 'affected',
    isUndecided: stated === UNDECIDED,
    range: {
      scheme: SCHEME,
      constraint: '',
      fix: { state: state ?? 'not-affected', references: [] },
    },
  };
}
