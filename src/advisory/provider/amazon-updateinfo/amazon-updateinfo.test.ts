import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import type { FeedItem } from '../contract.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { amazonUpdateinfo } from './amazon-updateinfo.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(amazonUpdateinfo, value);

interface UpdateSeed {
  readonly id: string;
  readonly cves?: readonly string[];
  readonly collection?: string;
  readonly attributes?: string;
  /** The updated package. */
  readonly title?: string;
  /** `name epoch version release architecture`. */
  readonly packages: readonly string[];
}

/** Writes an update as the repositories of Amazon Linux contain it. */
function createUpdate(seed: UpdateSeed): string {
  const { id, cves = [], collection = 'amazon-linux-2023', packages } = seed;
  const references = cves.map(
    (cve) =>
      `<reference href="http://cve.mitre.org/cgi-bin/cvename.cgi?name=${cve}" title="" id="${cve}" type="cve" />`,
  );
  const listed = packages.map((line) => {
    const [name, epoch, version, release, arch] = line.split(' ');
    return `<package name="${name}" version="${version}" release="${release}" epoch="${epoch}" arch="${arch}"><filename>Packages/${name}.rpm</filename></package>`;
  });
  return `<update ${seed.attributes ?? 'status="final" version="1.4" type="security"'}><id>${id}</id>
    <title>Amazon Linux - ${id}: Important priority package update for ${seed.title ?? 'a'}</title>
    <issued date="2023-02-17 20:41:00" /><updated date="2023-02-22 23:22" />
    <severity>Important</severity><description>A flaw &lt;b&gt;&amp;&lt;/b&gt;</description>
    <references>${references.join('')}<reference id="RHSA-2011:1245" type="redhat"/></references>
    <pkglist><collection short="${collection}"><name>Amazon Linux</name>${listed.join('\n')}</collection></pkglist>
  </update>`;
}

const createDocument = (...updates: readonly UpdateSeed[]): string =>
  `<?xml version="1.0" ?>\n<updates>${updates.map(createUpdate).join('')}</updates>\n`;

/** Facts of ALAS2023-2023-001, shortened. */
const RSYSLOG: UpdateSeed = {
  id: 'ALAS2023-2023-001',
  cves: ['CVE-2022-24903', 'CVE-2014-3634', 'CVE-2014-3634'],
  packages: [
    'rsyslog 0 8.2204.0 3.amzn2023.0.2 x86_64',
    'rsyslog 0 8.2204.0 3.amzn2023.0.2 aarch64',
    'bind 32 9.16.38 1.amzn2023.0.1 x86_64',
  ],
};

function describeItem({ record, statements }: FeedItem): readonly string[] {
  return statements.map(({ system, statement: { packageName, ranges } }) =>
    [
      record.id,
      `${system?.name} ${system?.majorVersion}.${system?.minorVersion}`,
      packageName,
      ranges.map(({ constraint }) => constraint).join(' | '),
    ].join(', '),
  );
}

test('states each package of an update under its CVEs', async () => {
  const { items, omissions } = await read(createDocument(RSYSLOG));
  assert.deepEqual(omissions, []);
  assert.deepEqual(items.flatMap(describeItem), [
    'CVE-2014-3634, amazonlinux 2023., rsyslog, < 8.2204.0-3.amzn2023.0.2',
    'CVE-2014-3634, amazonlinux 2023., bind, < 32:9.16.38-1.amzn2023.0.1',
    'CVE-2022-24903, amazonlinux 2023., rsyslog, < 8.2204.0-3.amzn2023.0.2',
    'CVE-2022-24903, amazonlinux 2023., bind, < 32:9.16.38-1.amzn2023.0.1',
  ]);
  const [item] = items;
  assert.deepEqual(item?.record.severities, [{ scheme: 'CHMLN', value: 'high', rank: 1 }]);
  assert.equal(item?.record.publishedAt, '2023-02-17');
  assert.deepEqual(item?.statements[0]?.statement.ranges[0]?.fix?.references, [
    {
      url: 'https://alas.aws.amazon.com/AL2023/ALAS-2023-001.html',
      id: 'ALAS2023-2023-001',
      tags: ['advisory'],
    },
  ]);
});

test('limits fixes of extras to the stream of the topic', async () => {
  const topics: readonly (readonly [topic: string, listed: string])[] = [
    ['kernel-5.15', 'kernel 0 5.15.43 20.123.amzn2 x86_64'],
    ['postgresql14', 'postgresql 1 14.3 2.amzn2.0.1 x86_64'],
    ['ruby3.0', 'rubygem-json 0 2.5.1 120.amzn2.0.2 x86_64'],
    ['mate-desktop1.x', 'atril 0 1.22.1 1.amzn2.0.1 x86_64'],
    ['docker', 'docker 0 20.10.25 1.amzn2.0.1 x86_64'],
  ];
  const updates = topics.map(([topic, listed], index) => ({
    id: `ALAS2TOPIC-2022-00${index}`,
    collection: `amazon-linux-2---${topic}`,
    packages: [listed],
  }));
  const { items } = await read(createDocument(...updates));
  assert.deepEqual(
    items.flatMap(describeItem).map((line) => line.split(', ').slice(2).join(', ')),
    [
      'kernel, >= 5.15, < 5.15.43-20.123.amzn2',
      'postgresql, >= 1:14, < 1:14.3-2.amzn2.0.1',
      'rubygem-json, >= 2, < 2.5.1-120.amzn2.0.2',
      'atril, >= 1, < 1.22.1-1.amzn2.0.1',
      'docker, < 20.10.25-1.amzn2.0.1',
    ],
  );
});

test('counts everything that it leaves out by cause', async () => {
  const packages = ['a 0 1 1.amzn2 x86_64'];
  const document = createDocument(
    { id: '?', packages },
    { id: 'ALAS2-2018-001', packages, attributes: 'status="final" type="bugfix"' },
    { id: 'ALAS2-2018-002', packages, attributes: 'status="retracted" type="security"' },
    { id: 'ALAS2-2018-003', packages: [] },
    { id: 'ALAS2-2018-004', packages, collection: 'another-linux-2' },
    { id: 'ALAS2-2018-005', packages },
  );
  const { items, omissions } = await read(document);
  assert.deepEqual(
    items.map(({ record }) => record.id),
    ['ALAS2-2018-005'],
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: no id',
      'record: erratum without a vulnerability',
      'record: update with the status retracted',
      'record: no packages',
      'part: unknown collection',
      'record: no known collection',
    ],
  );
});

test('rejects a document that ends behind an update', async () => {
  const text = createDocument(RSYSLOG);
  await assert.rejects(read(text.replace('</updates>', '')), { code: 'E_DB_IMPORT' });
  const { items, omissions } = await read(text.slice(0, text.indexOf('</update>')));
  assert.deepEqual([items, omissions.map(({ cause }) => cause)], [[], ['malformed XML']]);
});

suite('a scan of Amazon Linux', () => {
  async function scan(versionId: string, name: string, version: string, epoch?: number) {
    const result = await scanWithFeed({
      provider: 'amazon-updateinfo',
      documents: {
        'core.xml': createDocument(RSYSLOG),
        'extras.xml': createDocument(
          {
            id: 'ALAS2KERNEL-5.15-2022-001',
            cves: ['CVE-2022-0001'],
            collection: 'amazon-linux-2---kernel-5.15',
            packages: ['kernel-devel 0 5.15.43 20.123.amzn2 x86_64'],
          },
          {
            id: 'ALAS-2011-1',
            cves: ['CVE-2011-3192'],
            collection: 'amazon-linux-ami',
            packages: ['httpd 0 2.2.21 1.18.amzn1 i686'],
          },
        ),
        'livepatch.xml': createDocument({
          id: 'ALAS2023LIVEPATCH-2023-001',
          cves: ['CVE-2023-26545'],
          collection: 'amazon-linux-2023---kernel-livepatch',
          packages: ['kernel-livepatch-6.1.12-19.43 0 1.0 1.amzn2023 x86_64'],
        }),
      },
      system: ['ID="amzn"', 'ID_LIKE="rhel fedora"', `VERSION_ID="${versionId}"`],
      manager: 'rpm',
      packages: [{ name, version, ...(epoch === undefined ? {} : { epoch }) }],
    });
    return result.findings;
  }

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('2023', 'rsyslog', '8.2204.0-3.amzn2023.0.1'), [
      'rsyslog 8.2204.0-3.amzn2023.0.1: CVE-2014-3634 high → 8.2204.0-3.amzn2023.0.2',
      'rsyslog 8.2204.0-3.amzn2023.0.1: CVE-2022-24903 high → 8.2204.0-3.amzn2023.0.2',
    ]);
    assert.deepEqual(await scan('2023', 'rsyslog', '8.2204.0-3.amzn2023.0.2'), []);
    assert.equal((await scan('2023', 'bind', '9.16.37-1.amzn2023', 32)).length, 2);
    assert.deepEqual(await scan('2', 'rsyslog', '8.2204.0-3.amzn2023.0.1'), []);
  });

  test('distinguishes the streams of extras', async () => {
    assert.equal((await scan('2', 'kernel-devel', '5.15.42-1.amzn2')).length, 1);
    assert.deepEqual(await scan('2', 'kernel-devel', '5.15.43-20.123.amzn2'), []);
    assert.deepEqual(await scan('2', 'kernel-devel', '5.10.9-1.amzn2'), []);
    assert.deepEqual(await scan('2', 'kernel-devel', '4.14.355-1.amzn2'), []);
  });

  test('distinguishes parts of packages that have their stream in their name', async () => {
    const updates = ['kernel 6.1.134 150.224', 'kernel6.12 6.12.22 27.96'].map((line, index) => {
      const [title = '', version, release] = line.split(' ');
      return {
        id: `ALAS2023-2025-00${index}`,
        cves: [`CVE-2025-000${index}`],
        title,
        packages: [`bpftool 0 ${version} ${release}.amzn2023 x86_64`],
      };
    });
    const scanVersion = async (version: string) => {
      const { findings } = await scanWithFeed({
        provider: 'amazon-updateinfo',
        documents: { 'core.xml': createDocument(...updates) },
        system: ['ID="amzn"', 'VERSION_ID="2023"'],
        manager: 'rpm',
        packages: [{ name: 'bpftool', version }],
      });
      return findings.map((line) => line.split(' ')[2]);
    };
    assert.deepEqual(await scanVersion('6.1.133-1.amzn2023'), ['CVE-2025-0000']);
    assert.deepEqual(await scanVersion('6.1.134-150.224.amzn2023'), []);
    assert.deepEqual(await scanVersion('6.12.21-1.amzn2023'), ['CVE-2025-0001']);
    assert.deepEqual(await scanVersion('6.12.22-27.96.amzn2023'), []);
  });

  test('finds live patches, and packages of the first Amazon Linux', async () => {
    const livepatch = 'kernel-livepatch-6.1.12-19.43';
    assert.equal((await scan('2023', livepatch, '0.9-1.amzn2023')).length, 1);
    assert.deepEqual(await scan('2023', livepatch, '1.0-1.amzn2023'), []);
    assert.equal((await scan('2018.03', 'httpd', '2.2.20-1.18.amzn1')).length, 1);
    assert.deepEqual(await scan('2018.03', 'httpd', '2.2.21-1.18.amzn1'), []);
  });
});
