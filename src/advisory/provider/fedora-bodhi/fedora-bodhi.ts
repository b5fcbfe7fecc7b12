import type { Bytes } from '../../../core/bytes.ts';
import { toText } from '../../../core/to-text.ts';
import type { FeedOutcome, FeedProvider, FeedSystem } from '../contract.ts';
import { createErratumItems, type FixedBuild, toErratumSeverity } from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import {
  type FeedObject,
  leaveOut,
  leaveOutDocument,
  listObjects,
  listRecords,
  parseJsonDocument,
  toObject,
} from '../feed-value.ts';
import { createJsonParser, readWhole } from '../read-whole.ts';

const PROVIDER = 'fedora';
const UPDATES = 'https://bodhi.fedoraproject.org/updates/';
const ID = /^FEDORA-(?:[A-Z]+-)*\d{4}-[0-9a-z]{1,16}$/;
const CVE = /\bCVE-\d{4}-\d{4,19}\b/g;
/** The updates of Fedora itself: not those of EPEL, modules, containers and Flatpaks. */
const FEDORA = 'FEDORA';
const RELEASE = /^\d{1,3}$/;
/** Name, version and release of a source package. */
const BUILD = /^(.+)-([^-]+-[^-]+)$/;
const STABLE = 'stable';

/**
 * Updates of Fedora as Bodhi returns them: pages of a list, or one update. An update names the
 * source packages that it contains; the vulnerabilities are in the titles of its bugs and in its
 * text.
 */
export const fedoraBodhi: FeedProvider = {
  kind: 'feed',
  id: 'fedora-bodhi',
  title: 'Fedora updates',
  spec: 'https://bodhi.fedoraproject.org/docs/server_api/rest/updates.html',
  sources: [
    {
      url: 'https://bodhi.fedoraproject.org/updates/?type=security&status=stable&rows_per_page=100&page=1',
      form: 'document',
      listNext: listNextPage,
    },
  ],
  license: { expression: 'NONE', attribution: 'Fedora Project' },
  marks: ['never-shipped'],
  version: 1,
  rules: {},
  recognize: ({ text }) => /"alias":\s*"FEDORA-/.test(text),
  read: readWhole(createJsonParser(readUpdates)),
};

function listNextPage(content: Bytes, url: URL): readonly string[] | undefined {
  const parsed = parseJsonDocument(content);
  if ('problem' in parsed || listUpdates(parsed.value) === undefined) {
    return undefined;
  }
  const page = toObject(parsed.value);
  if (!hasFurtherPages(page)) {
    return [];
  }
  const next = new URL(url);
  next.searchParams.set('page', String(Number(page?.['page']) + 1));
  return [next.href];
}

function* readUpdates(value: unknown): Generator<FeedOutcome> {
  const updates = listUpdates(value);
  if (updates === undefined) {
    yield leaveOutDocument('not an update', 'the document is not an update or a list of updates');
    return;
  }
  if (hasFurtherPages(toObject(value))) {
    yield { leftOut: 'part', cause: 'further pages of the list' };
  }
  for (const [index, update] of updates.entries()) {
    const id = toText(update['alias']) || toText(update['updateid']);
    if (ID.test(id)) {
      yield* readUpdate(id, update);
    } else {
      yield leaveOut('record', 'no id', `update ${index + 1} in the document has no id`);
    }
  }
}

function listUpdates(value: unknown): readonly FeedObject[] | undefined {
  const page = toObject(value);
  if (Array.isArray(value) || Array.isArray(page?.['updates'])) {
    return listRecords(page?.['updates'] ?? value);
  }
  return page === undefined || page['builds'] === undefined ? undefined : [page];
}

function hasFurtherPages(page: FeedObject | undefined): boolean {
  const [number, count] = [page?.['page'], page?.['pages']];
  return typeof number === 'number' && typeof count === 'number' && number < count;
}

function* readUpdate(id: string, update: FeedObject): Generator<FeedOutcome> {
  const status = toText(update['status']);
  const cves = listCves(update);
  const system = findSystem(toObject(update['release']));
  if (status !== STABLE) {
    yield { leftOut: 'record', cause: 'update that is not stable' };
    return;
  }
  if (toText(update['type']) !== 'security' && cves.ofBugs.length === 0) {
    yield { leftOut: 'record', cause: 'erratum without a vulnerability' };
    return;
  }
  if (system === undefined) {
    yield { leftOut: 'record', cause: 'update of another repository than that of a release' };
    return;
  }
  const builds: FixedBuild[] = [];
  for (const build of listRecords(update['builds'])) {
    const [, packageName, version = ''] = BUILD.exec(toText(build['nvr'])) ?? [];
    const epoch = typeof build['epoch'] === 'number' ? build['epoch'] : 0;
    if (packageName === undefined || (build['type'] ?? 'rpm') !== 'rpm') {
      yield leaveOut('part', 'malformed build', `${id} lists a malformed build`);
    } else {
      builds.push({ system, packageName, version: `${epoch}:${version}` });
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no packages', `${id} lists no packages`);
    return;
  }
  const publishedAt = toText(update['date_stable']) || toText(update['date_pushed']);
  const all = new Set([...cves.ofBugs, ...cves.ofText]);
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    page: `${UPDATES}${id}`,
    title: toText(update['title']),
    severity: toErratumSeverity(toText(update['severity'])),
    vulnerabilities: Array.from(all, (cve) => ({ id: cve })),
    builds,
    ...(publishedAt === '' ? {} : { publishedAt }),
  });
}

/** Returns the CVEs in the titles of bugs, and in the title and the notes of the update. */
function listCves(update: FeedObject): {
  readonly ofBugs: readonly string[];
  readonly ofText: readonly string[];
} {
  const find = (text: unknown): readonly string[] => toText(text).match(CVE) ?? [];
  return {
    ofBugs: listObjects(update['bugs']).flatMap(({ title }) => find(title)),
    ofText: ['title', 'display_name', 'notes'].flatMap((member) => find(update[member])),
  };
}

function findSystem(release: FeedObject | undefined): FeedSystem | undefined {
  const majorVersion = toText(release?.['version']);
  const prefix = release?.['id_prefix'] ?? FEDORA;
  const name = toText(release?.['name']);
  return prefix === FEDORA &&
    RELEASE.test(majorVersion) &&
    (name === '' || name === `F${majorVersion}`)
    ? createFeedSystem({ name: 'fedora', releaseId: 'fedora', majorVersion })
    : undefined;
}
