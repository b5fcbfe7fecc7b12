import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { XmlElement } from '../../../syntax/xml/xml-tree.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { createErratumItems, type FixedBuild, toErratumSeverity } from '../erratum.ts';
import { createFeedSystem } from '../feed-system.ts';
import { leaveOut } from '../feed-value.ts';
import { readXmlElements } from '../read-whole.ts';
import { readUpdate, UPDATE_ELEMENT, type UpdatePackage } from '../updateinfo.ts';

const PROVIDER = 'amazon';
const PAGES = 'https://alas.aws.amazon.com/';

/** `amazon-linux-2---kernel-5.15`: release and topic; the first release has a name of its own. */
const COLLECTION = /^amazon-linux(?:-ami|-(\d{1,4}))?(?:---([a-z0-9_.+-]+))?$/;
const MIRRORS = '/mirror.list';
const METADATA = 'repodata/repomd.xml';
const LISTS = [MIRRORS, METADATA];
/** The place of the updates in the metadata of a repository. */
const UPDATES = /<data type="updateinfo">(?:(?!<\/data>)[^])*?<location [^>]*href="([\w./-]+)"/;
/** The last release of the first Amazon Linux, whose releases had one repository. */
const FIRST_RELEASE = { majorVersion: '2018', minorVersion: '3' };
/** The updated package at the end of a title, such as `kernel6.12`. */
const TITLE_PACKAGE = / package update for (\S+)$/;
/** The version at the end of its name, and of topics such as `kernel-5.15` and `mate-desktop1.x`. */
const STREAM_VERSION = /(\d+(?:\.\d+)*)(?:\.x)?$/;
/** `ALAS2KERNEL-5.15-2022-001`: the page has no release in its name. */
const ID_RELEASE = /^ALAS(\d*)/;

/**
 * Security updates of Amazon Linux, as its repositories contain them (`updateinfo.xml`). The sources
 * name the repositories, whose `repodata/repomd.xml` names the documents.
 */
export const amazonUpdateinfo: FeedProvider = {
  kind: 'feed',
  id: 'amazon-updateinfo',
  title: 'Amazon Linux security updates',
  spec: 'https://docs.aws.amazon.com/linux/al2023/ug/security-inf.html',
  sources: [
    {
      url: 'https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list',
      form: 'document',
      lists: LISTS,
      listNext: listRepositoryFiles,
    },
    {
      url: 'https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list',
      form: 'document',
      lists: LISTS,
      listNext: listRepositoryFiles,
    },
  ],
  license: { expression: 'NONE', attribution: 'Amazon Linux Security Center' },
  marks: ['never-shipped'],
  version: 1,
  rules: {},
  recognize: ({ text }) => /<update\s[^>]*="linux-security@amazon\.com"/.test(text),
  read: readXmlElements(UPDATE_ELEMENT, readAmazonUpdate),
};

/** The list of mirrors names the repository, and the metadata of the repository its updates. */
function listRepositoryFiles(content: Bytes, url: URL): readonly string[] | undefined {
  const text = readText(content);
  if (url.pathname.endsWith(MIRRORS)) {
    const [repository = ''] = text.trim().split(/\s+/, 1);
    return URL.canParse(repository) ? [`${repository.replace(/\/?$/, '/')}${METADATA}`] : undefined;
  }
  const [, path] = UPDATES.exec(text) ?? [];
  return path === undefined ? undefined : [new URL(`../${path}`, url).href];
}

function* readAmazonUpdate(element: XmlElement): Generator<FeedOutcome> {
  const update = readUpdate(element);
  if ('leftOut' in update) {
    yield update;
    return;
  }
  const { id, title, severity, publishedAt, modifiedAt, cves, packages, malformedPackages } =
    update;
  for (let count = 0; count < malformedPackages; count++) {
    yield leaveOut('part', 'malformed package', `${id} lists a malformed package`);
  }
  const builds: FixedBuild[] = [];
  for (const one of packages) {
    const build = toBuild(one, title);
    if (build === undefined) {
      const message = `${id} lists packages of an unknown collection: ${one.collection}`;
      yield leaveOut('part', 'unknown collection', message);
    } else {
      builds.push(build);
    }
  }
  if (builds.length === 0) {
    yield leaveOut('record', 'no known collection', `${id} lists no packages of Amazon Linux`);
    return;
  }
  yield* createErratumItems({
    id,
    provider: PROVIDER,
    ecosystem: 'rpm',
    scheme: 'rpm',
    page: toPage(id),
    title,
    severity: toErratumSeverity(severity),
    vulnerabilities: cves.map((cve) => ({ id: cve })),
    builds,
    ...(publishedAt === '' ? {} : { publishedAt }),
    ...(modifiedAt === '' ? {} : { modifiedAt }),
  });
}

function toBuild(
  { name, version, architecture, collection }: UpdatePackage,
  title: string,
): FixedBuild | undefined {
  const found = COLLECTION.exec(collection);
  if (found === null) {
    return undefined;
  }
  const [, majorVersion, topic = ''] = found;
  const release = majorVersion === undefined ? FIRST_RELEASE : { majorVersion };
  const system = createFeedSystem({ name: 'amazonlinux', releaseId: 'amzn', ...release });
  const since = findStreamStart(topic, title, version);
  return { system, packageName: name, version, architecture, ...defined({ since }) };
}

/**
 * Returns the first version of the stream of a build. Topics of extras such as `php8.1` and `php8.2`,
 * and packages such as `kernel` and `kernel6.12`, have parts of the same names, so that a fix in one
 * of them does not concern the others. Parts of a topic with versions of their own start with their
 * major version. Topics without a version do not show where their packages begin.
 */
function findStreamStart(topic: string, title: string, version: string): string | undefined {
  const [, epoch = '', upstream = ''] = /^(\d+:)?([^-]*)/.exec(version) ?? [];
  const [, updated = ''] = TITLE_PACKAGE.exec(title) ?? [];
  const streams = [topic, updated].map((name) => STREAM_VERSION.exec(name)?.[1]);
  const own = streams.find(
    (stream) => stream !== undefined && (upstream === stream || upstream.startsWith(`${stream}.`)),
  );
  if (own !== undefined) {
    return `${epoch}${own}`;
  }
  const [ofTopic] = streams;
  return ofTopic === undefined ? undefined : `${epoch}${upstream.split('.', 1)[0]}`;
}

function toPage(id: string): string {
  const [, release = ''] = ID_RELEASE.exec(id) ?? [];
  const folder = release === '' ? '' : `AL${release}/`;
  return `${PAGES}${folder}${id.replace(ID_RELEASE, 'ALAS')}.html`;
}
