import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { toSpdxExpression } from '../../identity/license/spdx-expression.ts';
import { isFileList } from '../fetch/feed-address.ts';
import { readFeed } from './feed.fixture.ts';
import { providers } from './registry.generated.ts';

const FEEDS = providers.filter((provider) => provider.kind === 'feed');

test('each feed declares its source', () => {
  assert.ok(FEEDS.length > 0);
  for (const { id, sources } of FEEDS) {
    assert.ok(sources.length > 0, id);
    assert.equal(new Set(sources.map(({ url }) => url)).size, sources.length, id);
    for (const { url, form, documents } of sources) {
      assert.match(url, /^https:\/\/[a-z0-9.-]+\/\S+$/, id);
      assert.equal(documents === undefined, form === 'document', url);
    }
  }
});

test('each feed declares a license on the SPDX list, or none', () => {
  for (const { id, license } of FEEDS) {
    const { expression, attribution } = license;
    assert.ok(expression === 'NONE' || toSpdxExpression(expression) === expression, id);
    assert.notEqual(attribution, '', id);
  }
});

test('each feed reports a document of another kind as a problem', async () => {
  for (const feed of FEEDS) {
    const { items, problems } = await readFeed(feed, '\u0000 neither JSON nor XML');
    assert.deepEqual([items, problems.length], [[], 1], feed.id);
  }
});

/** Documents with one list, by the feed that reads them. */
const LISTS = new Map<string, (list: readonly unknown[]) => unknown>([
  ['almalinux-errata', (data) => ({ data })],
  ['arch-avg', (list) => list],
  ['endoflife-date', (releases) => ({ result: { name: 'debian', releases } })],
  ['epss', (data) => ({ status: 'OK', data })],
  ['euvd', (list) => list],
  ['fedora-bodhi', (updates) => ({ updates })],
  ['kev', (vulnerabilities) => ({ catalogVersion: '1', vulnerabilities })],
  ['nvd', (vulnerabilities) => ({ vulnerabilities })],
  ['rocky-errata', (advisories) => ({ advisories })],
  ['ubuntu-vex', (statements) => ({ '@context': 'https://openvex.dev/ns/v0.2.0', statements })],
]);

test('each feed counts the elements of a list that are not records', async () => {
  for (const [id, createDocument] of LISTS) {
    const feed = FEEDS.find((one) => one.id === id);
    assert.ok(feed, id);
    const { items, omissions } = await readFeed(feed, createDocument([null, 'text', 1]));
    const { omissions: ofNone } = await readFeed(feed, createDocument([]));
    assert.deepEqual(items, [], id);
    assert.notDeepEqual(omissions, ofNone, id);
  }
});

/** Files that name further files: the feed, the address, the content, and what it names. */
const FURTHER: readonly (readonly [
  id: string,
  url: string,
  text: string,
  next: readonly string[] | undefined,
])[] = [
  [
    'openeuler-csaf',
    'https://a.example/csaf/advisories/index.txt',
    '2025/csaf-openeuler-sa-2025-1070.json\r\n2025/csaf-openeuler-sa-2025-1351.json\n\n' +
      '2025/csaf-openeuler-sa-2025-1351.json.sha256\n',
    ['2025/csaf-openeuler-sa-2025-1070.json', '2025/csaf-openeuler-sa-2025-1351.json'],
  ],
  ['openeuler-csaf', 'https://a.example/csaf/advisories/2025/a.json', '2025/b.json', []],
  ['openeuler-csaf', 'https://a.example/index.txt', '2025/a.json\n../x.json\n', undefined],
  ['openeuler-csaf', 'https://a.example/index.txt', '<html>', undefined],
  [
    'redhat-csaf',
    'https://a.example/vex/archive_latest.txt',
    'csaf_vex_2024-08-04.tar.zst\n',
    ['csaf_vex_2024-08-04.tar.zst', 'changes.csv#2024-08-04', 'deletions.csv'],
  ],
  [
    'redhat-csaf',
    'https://a.example/vex/changes.csv#2024-08-04',
    '"2024/cve-2024-1.json","2024-08-05T10:00:00+00:00"\n' +
      '"2023/cve-2023-2.json","2024-08-04T00:00:00+00:00"\n' +
      '"2023/cve-2023-3.json","2024-08-03T23:59:59+00:00"\n',
    ['2024/cve-2024-1.json', '2023/cve-2023-2.json'],
  ],
  [
    'redhat-csaf',
    'https://a.example/vex/changes.csv#2024-08-04',
    '"../x.json","2024-08-05T10:00:00+00:00"\n',
    undefined,
  ],
  ['redhat-csaf', 'https://a.example/vex/changes.csv#2024-08-04', '<html>', undefined],
  ['redhat-csaf', 'https://a.example/vex/deletions.csv', '<html>', []],
  ['redhat-csaf', 'https://a.example/vex/archive_latest.txt', '../other.tar.zst', undefined],
  [
    'nvd',
    'https://a.example/feeds/json/cve/2.0/nvdcve-2.0-modified.meta',
    'lastModifiedDate:2004-11-28T03:00:01-05:00\r\nsize:1\r\n',
    [2002, 2003, 2004].map((year) => `nvdcve-2.0-${year}.json.gz`),
  ],
  ['nvd', 'https://a.example/nvdcve-2.0-modified.meta', '<html>', undefined],
  ['nvd', 'https://a.example/a.meta', 'lastModifiedDate:0000-00-00T', undefined],
  ['nvd', 'https://a.example/nvdcve-2.0-2002.json.gz', '', []],
  [
    'rocky-errata',
    'https://a.example/api/v3/advisories/?page=1&size=1',
    '{"advisories": [], "links": {"next": "/api/v3/advisories/?size=1&page=2", "prev": null}}',
    ['/api/v3/advisories/?size=1&page=2'],
  ],
  ['rocky-errata', 'https://a.example/?page=2', '{"advisories": [], "links": {"next": null}}', []],
  ['rocky-errata', 'https://a.example/?page=2', '<html>', undefined],
  [
    'fedora-bodhi',
    'https://a.example/updates/?type=security&page=1',
    '{"updates": [], "page": 1, "pages": 2}',
    ['https://a.example/updates/?type=security&page=2'],
  ],
  ['fedora-bodhi', 'https://a.example/?page=2', '{"updates": [], "page": 2, "pages": 2}', []],
  [
    'amazon-updateinfo',
    'https://cdn.example/al2023/core/mirrors/latest/x86_64/mirror.list',
    'https://cdn.example/al2023/core/guids/0123/x86_64/\n',
    ['https://cdn.example/al2023/core/guids/0123/x86_64/repodata/repomd.xml'],
  ],
  [
    'amazon-updateinfo',
    'https://cdn.example/2/core/latest/x86_64/mirror.list',
    'https://cdn.example/2/core/2.0/x86_64/0123',
    ['https://cdn.example/2/core/2.0/x86_64/0123/repodata/repomd.xml'],
  ],
  [
    'amazon-updateinfo',
    'https://cdn.example/x86_64/repodata/repomd.xml',
    '<repomd><data type="primary"><location href="repodata/1-primary.xml.gz"/></data>\n' +
      '<data type="updateinfo"><checksum type="sha256">2</checksum>\n' +
      '<location href="repodata/2-updateinfo.xml.gz"/></data></repomd>',
    ['https://cdn.example/x86_64/repodata/2-updateinfo.xml.gz'],
  ],
  [
    'amazon-updateinfo',
    'https://cdn.example/x86_64/repodata/repomd.xml',
    '<repomd><data type="updateinfo"></data><data type="other"><location href="a"/></data></repomd>',
    undefined,
  ],
];

test('feeds find the further files that a file names', () => {
  for (const [id, url, text, expected] of FURTHER) {
    const [source] = FEEDS.find((one) => one.id === id)?.sources ?? [];
    assert.ok(source?.listNext, id);
    const isList = isFileList(source, new URL(url));
    const found = isList ? source.listNext(toBytes(Buffer.from(text)), new URL(url)) : [];
    assert.deepEqual(found, expected, `${id} ${url}`);
  }
});

test('a feed reads a document only up to the limit', async () => {
  async function* streamEndlessly(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1_000);
  }
  const limits = { ...DEFAULT_LIMITS, wholeFileBytesMax: 5_000 };
  for (const feed of FEEDS) {
    const outcomes = feed.read({ name: 'big.json', content: streamEndlessly() }, limits);
    await assert.rejects(outcomes[Symbol.asyncIterator]().next(), {
      code: 'E_LIMIT',
      message: /^big\.json has more than 5000 bytes/,
    });
  }
});
