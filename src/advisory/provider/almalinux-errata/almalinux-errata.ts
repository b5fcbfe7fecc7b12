import { defined } from '../../../core/defined.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from '../contract.ts';
import { hasMembers } from '../document-head.ts';
import { createUnaffectedItem, type FixedBuild, toErratumSeverity } from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  toObject,
} from '../feed-value.ts';
import { isCveId } from '../package-statement.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';
import { findBuildModule } from '../rpm-module.ts';

const PROVIDER = 'alma';
const ID = /^AL[A-Z]A-\d{4}[:-][A-Z]?\d+$/;
const PAGES = 'https://errata.almalinux.org/';
/** The release of an erratum is in its address, if it has one, and in the builds of packages. */
const PAGE = /^https:\/\/errata\.almalinux\.org\/(\d{1,3})\//;
const BUILT_FOR = /[._]el(\d{1,3})(?![0-9])/;

/**
 * Errata of AlmaLinux: the first build of each package that is unaffected. They complete Red Hat's
 * statements about the same vulnerabilities, so each keeps its own ID.
 */
export const almalinuxErrata: FeedProvider = {
  kind: 'feed',
  id: 'almalinux-errata',
  title: 'AlmaLinux errata',
  spec: 'https://wiki.almalinux.org/Errata.html',
  sources: ['8', '9', '10'].map((release) => ({
    url: `https://errata.almalinux.org/${release}/errata.full.json`,
    form: 'document',
  })),
  license: { expression: 'MIT', attribution: 'AlmaLinux OS Foundation' },
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'issued_date', 'updated_date'),
  read: readWhole(createJsonParser(readErrata)),
};

function* readErrata(value: unknown): Generator<FeedOutcome> {
  const errata = listErrata(value);
  if (errata === undefined) {
    yield leaveOutDocument('not a list of errata', 'the document is not a list of errata');
    return;
  }
  for (const [index, erratum] of errata.entries()) {
    const id = toText(erratum['id']);
    if (ID.test(id)) {
      yield* readErratum(id, erratum);
    } else {
      yield leaveOut('record', 'no id', `erratum ${index + 1} in the document has no id`);
    }
  }
}

function listErrata(value: unknown): readonly FeedObject[] | undefined {
  const page = toObject(value);
  if (Array.isArray(value) || Array.isArray(page?.['data'])) {
    return listRecords(page?.['data'] ?? value);
  }
  return page === undefined || page['packages'] === undefined ? undefined : [page];
}

function* readErratum(id: string, erratum: FeedObject): Generator<FeedOutcome> {
  const references = listObjects(erratum['references']);
  const cves = new Set(references.map((one) => toText(one['id'])).filter(isCveId));
  if (cves.size === 0 && toText(erratum['type']) !== 'security') {
    yield { leftOut: 'record', cause: 'erratum without a vulnerability' };
    return;
  }
  const majorVersion = findRelease(erratum);
  if (majorVersion === undefined) {
    yield leaveOut('record', 'no release', `${id} does not name its release`);
    return;
  }
  const system = createFeedSystem({ name: 'almalinux', releaseId: 'almalinux', majorVersion });
  const title = toText(erratum['title']);
  const builds: FixedBuild[] = [];
  for (const one of listRecords(erratum['packages'])) {
    const build = readBuild(one, system, title);
    if (build === undefined) {
      yield leaveOut('part', 'malformed package', `${id} lists a malformed package`);
    } else {
      builds.push(build);
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no packages', `${id} lists no packages`);
    return;
  }
  yield createUnaffectedItem({
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    page: `${PAGES}${majorVersion}/${id.replace(':', '-')}.html`,
    title,
    severity: toErratumSeverity(toText(erratum['severity'])),
    vulnerabilities: Array.from(cves, (cve) => ({ id: cve })),
    builds,
    ...readDates(erratum),
  });
}

function findRelease(erratum: FeedObject): string | undefined {
  const find = (member: string, name: string, pattern: RegExp): string | undefined =>
    listObjects(erratum[member])
      .map((one) => pattern.exec(toText(one[name]))?.[1])
      .find((release) => release !== undefined);
  return find('references', 'href', PAGE) ?? find('packages', 'release', BUILT_FOR);
}

/** Returns `undefined` if name or version are missing. */
function readBuild(one: FeedObject, system: FeedSystem, title: string): FixedBuild | undefined {
  const [packageName, upstream, release] = ['name', 'version', 'release'].map((member) =>
    toText(one[member]),
  );
  if (!packageName || !upstream || !release) {
    return undefined;
  }
  const epoch = toText(one['epoch']);
  const version = `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${upstream}-${release}`;
  const stated = toText(one['module']) || undefined;
  const { majorVersion } = system;
  const module = findBuildModule({
    majorVersion,
    versions: [version],
    title,
    ...defined({ stated }),
  });
  const architecture = toText(one['arch']);
  return { system, packageName, version, architecture, ...defined({ module }) };
}

/** Returns the dates, which errata state in seconds since 1970. */
function readDates(erratum: FeedObject): { publishedAt?: string; modifiedAt?: string } {
  const [publishedAt, modifiedAt] = ['issued_date', 'updated_date'].map((member) => {
    const seconds = erratum[member];
    const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  });
  return defined({ publishedAt, modifiedAt });
}
