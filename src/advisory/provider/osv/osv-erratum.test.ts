import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FeedItem } from '../contract.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { osv } from './osv.ts';

const read = (value: unknown): Promise<ReadFeed> => readFeed(osv, value);

/** Facts of RLSA-2024:3339, shortened. */
const GLIBC = {
  id: 'RLSA-2024:3339',
  published: '2024-06-14T13:59:58Z',
  related: ['CVE-2024-2961', 'CVE-2024-33599'],
  summary: 'Important: glibc security update',
  affected: [createElement('Rocky Linux:9', 'glibc', '0:2.34-100.el9_4.2')],
  references: [
    { type: 'ADVISORY', url: 'https://errata.rockylinux.org/RLSA-2024:3339' },
    { type: 'REPORT', url: 'https://bugzilla.redhat.com/show_bug.cgi?id=2273404' },
  ],
};

function createElement(ecosystem: string, name: string, fixed: string, more: object = {}): object {
  const events = [{ introduced: '0' }, ...(fixed === '' ? [] : [{ fixed }])];
  return { package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }], ...more };
}

function describeItem({ record, statements }: FeedItem): readonly string[] {
  const [word] = record.severities;
  return statements.map(({ system, statement }) =>
    [
      record.id,
      record.provider,
      typeof word?.value === 'string' ? word.value : '-',
      `${system?.name} ${system?.majorVersion}`,
      statement.packageName,
      statement.effect,
      statement.ranges.map(({ constraint, fix }) => `${constraint} ${fix?.state}`).join(' | '),
    ].join(', '),
  );
}

async function describeItems(advisory: object): Promise<readonly string[]> {
  const { items, problems } = await read(advisory);
  assert.deepEqual(problems, []);
  return items.flatMap(describeItem);
}

test('states an erratum under each of its CVEs', async () => {
  const { items, problems } = await read(GLIBC);
  assert.deepEqual(problems, []);
  assert.deepEqual(items.flatMap(describeItem), [
    'CVE-2024-2961, rocky, high, rockylinux 9, glibc, affected, < 0:2.34-100.el9_4.2 fixed',
    'CVE-2024-33599, rocky, high, rockylinux 9, glibc, affected, < 0:2.34-100.el9_4.2 fixed',
  ]);
  const [item] = items;
  assert.deepEqual(item?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '0:2.34-100.el9_4.2',
    references: [
      {
        url: 'https://errata.rockylinux.org/RLSA-2024:3339',
        id: 'RLSA-2024:3339',
        tags: ['advisory'],
      },
    ],
    available: { date: '2024-06-14', kind: 'advisory' },
  });
  assert.equal(item.record.references.length, 1, 'reports about the other CVE are left out');
});

test('uses its own ID for a security erratum without a CVE, and none for other errata', async () => {
  const one = { ...GLIBC, related: [] };
  assert.deepEqual(await describeItems(one), [
    'RLSA-2024:3339, rocky, high, rockylinux 9, glibc, affected, < 0:2.34-100.el9_4.2 fixed',
  ]);
  assert.deepEqual(await describeItems({ ...one, id: 'RLBA-2024:3339' }), []);
  assert.equal((await describeItems({ ...GLIBC, id: 'RLBA-2024:3339' })).length, 2);
});

test('counts the statements of other errata as left out', async () => {
  const { omissions } = await read({ ...GLIBC, id: 'ALBA-2024:3339', related: [] });
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => [leftOut, cause]),
    [['statement', 'erratum without a vulnerability']],
  );
});

test('prefers the CVEs of which the erratum is a consequence to related ones', async () => {
  const ids = { id: 'RHSA-2024:1', upstream: ['CVE-2024-0001'], related: ['CVE-2024-0002'] };
  const lines = await describeItems({ ...GLIBC, ...ids });
  assert.deepEqual(
    lines.map((line) => line.split(',', 1)[0]),
    ['CVE-2024-0001'],
  );
});

test('states a document about one CVE under that CVE', async () => {
  for (const id of ['CVE-2024-0001', 'DEBIAN-CVE-2024-0001']) {
    const advisory = {
      id,
      related: ['DSA-1-1', 'CVE-2024-0002'],
      affected: [createElement('Debian:12', 'curl', '7.88.1-10')],
    };
    assert.deepEqual(await describeItems(advisory), [
      'CVE-2024-0001, debian, -, debian 12, curl, affected, < 7.88.1-10 fixed',
    ]);
  }
});

test('keeps the urgency of each release of Debian', async () => {
  const lines = await describeItems({
    id: 'CVE-2024-0001',
    affected: [
      createElement('Debian:11', 'curl', '', { ecosystem_specific: { urgency: 'end-of-life' } }),
      createElement('Debian:12', 'curl', '', { ecosystem_specific: { urgency: 'unimportant' } }),
      createElement('Alpine:v3.20', 'curl', '8.9.1-r0'),
    ],
  });
  assert.deepEqual(lines, [
    'CVE-2024-0001, debian, -, debian 11, curl, affected,  wont-fix',
    'CVE-2024-0001, debian, negligible, debian 12, curl, affected,  not-fixed',
    'CVE-2024-0001, alpine, -, alpine 3, curl, affected, < 8.9.1-r0 fixed',
  ]);
});

test('states the first unaffected build of AlmaLinux under the erratum', async () => {
  const lines = await describeItems({
    ...GLIBC,
    id: 'ALSA-2024:3339',
    affected: [createElement('AlmaLinux:9', 'glibc', '2.34-100.el9_4.2')],
  });
  assert.deepEqual(lines, [
    'ALSA-2024:3339, alma, high, almalinux 9, glibc, unaffected, >= 2.34-100.el9_4.2 fixed',
  ]);
});

test('states the first unaffected build of a rebuild under the erratum', async () => {
  const { items } = await read({
    id: 'ROOT-OS-ALPINE-318-CVE-2024-0001',
    upstream: ['CVE-2024-0001'],
    affected: [createElement('Root:Alpine:3.18', 'rootio-libuv', '1.44.2-r20071')],
  });
  assert.deepEqual(items.flatMap(describeItem), [
    'ROOT-OS-ALPINE-318-CVE-2024-0001, rootio, -, alpine 3, rootio-libuv, unaffected, >= 1.44.2-r20071 fixed',
  ]);
  const [statement] = items[0]?.statements ?? [];
  assert.deepEqual(statement?.statement.qualifiers, { rootIo: true });
  assert.deepEqual(statement?.statement.aliases, ['CVE-2024-0001']);
});

test('states the binary packages that SUSE lists', async () => {
  const binaries = [{ bsdtar: '3.4.2-150200.4.18.1', libarchive13: '3.4.2-150200.4.18.1' }];
  const lines = await describeItems({
    id: 'SUSE-SU-2024:2082-1',
    related: ['CVE-2024-20696'],
    affected: [
      createElement(
        'SUSE:Linux Enterprise Server 15 SP2-LTSS',
        'libarchive',
        '3.4.2-150200.4.18.1',
        { ecosystem_specific: { binaries } },
      ),
    ],
  });
  assert.deepEqual(lines, [
    'CVE-2024-20696, sles, -, sles 15, bsdtar, affected, < 3.4.2-150200.4.18.1 fixed',
    'CVE-2024-20696, sles, -, sles 15, libarchive13, affected, < 3.4.2-150200.4.18.1 fixed',
  ]);
});

test('states the source package of Ubuntu, whose binary packages have another form', async () => {
  const binaries = [
    { binary_name: 'rabbitmq-server', binary_version: '3.9.27-0ubuntu0.1' },
    { binary_name: 'rabbitmq-doc', binary_version: '3.9.27-0ubuntu0.1' },
  ];
  const lines = await describeItems({
    id: 'UBUNTU-CVE-2024-51988',
    upstream: ['CVE-2024-51988'],
    affected: [
      createElement('Ubuntu:22.04:LTS', 'rabbitmq-server', '3.9.27-0ubuntu0.2', {
        ecosystem_specific: { binaries },
      }),
    ],
  });
  assert.deepEqual(lines, [
    'CVE-2024-51988, ubuntu, -, ubuntu 22, rabbitmq-server, affected, < 3.9.27-0ubuntu0.2 fixed',
  ]);
});

test('leaves out a notice about live patches, which keep the version of the kernel', async () => {
  const lines = await describeItems({
    id: 'LSN-0108-1',
    related: ['CVE-2024-26800'],
    affected: [createElement('Ubuntu:Pro:20.04:LTS', 'linux-aws', '5.4.0-1137.147')],
  });
  assert.deepEqual(lines, []);
});

test('lists a build that is in several repositories once', async () => {
  const lines = await describeItems({
    ...GLIBC,
    related: ['CVE-2024-2961'],
    affected: ['appstream', 'baseos', 'crb'].map((repository) =>
      createElement(`Red Hat:enterprise_linux:9::${repository}`, 'glibc', '0:2.34-100.el9_4.2'),
    ),
  });
  assert.equal(lines.length, 1);
});

test('states that a base release of Ubuntu stays affected if only Ubuntu Pro names it', async () => {
  const lines = await describeItems({
    id: 'UBUNTU-CVE-2021-3782',
    upstream: ['CVE-2021-3782'],
    severity: [{ type: 'Ubuntu', score: 'medium' }],
    affected: [
      createElement('Ubuntu:Pro:16.04:LTS', 'wayland', '1.12.0-1~ubuntu16.04.3+esm1'),
      createElement('Ubuntu:Pro:16.04:LTS', 'glibc', ''),
      createElement('Ubuntu:Pro:FIPS:18.04:LTS', 'wayland', '1.16.0-1fips1'),
      createElement('Ubuntu:Pro:20.04:LTS', 'wayland', '1.18.0-2esm1'),
      createElement('Ubuntu:20.04:LTS', 'wayland', '1.18.0-1ubuntu0.1'),
    ],
  });
  const start = 'CVE-2021-3782, ubuntu, medium, ubuntu';
  assert.deepEqual(lines, [
    `${start} 16, wayland, affected, < 1.12.0-1~ubuntu16.04.3+esm1 fixed`,
    `${start} 16, glibc, affected,  not-fixed`,
    `${start} 18, wayland, affected, < 1.16.0-1fips1 fixed`,
    `${start} 20, wayland, affected, < 1.18.0-2esm1 fixed`,
    `${start} 20, wayland, affected, < 1.18.0-1ubuntu0.1 fixed`,
    `${start} 16, wayland, affected,  wont-fix`,
    `${start} 16, glibc, affected,  wont-fix`,
  ]);
});

suite('module of a build', () => {
  async function readModules(summary: string, element: object): Promise<readonly unknown[]> {
    const { items } = await read({ ...GLIBC, summary, affected: [element] });
    return items.map(({ statements }) => statements[0]?.statement.qualifiers);
  }
  const modular = '1:16.20.2-8.module+el8.10.0+1815+5fe7415e';

  test('is that of the title', async () => {
    const element = createElement('Rocky Linux:8', 'nodejs', modular);
    const [first] = await readModules('Important: nodejs:16 security update', element);
    assert.deepEqual(first, { modularity: 'nodejs:16' });
  });

  test('is name and stream of the package URL if it has one', async () => {
    const purl = 'pkg:rpm/redhat/nodejs?arch=src&rpmmod=nodejs:18%3A8090';
    const element = {
      ...createElement('', '', modular),
      package: { ecosystem: 'Red Hat:enterprise_linux:8::appstream', name: 'nodejs', purl },
    };
    const [first] = await readModules('Red Hat Security Advisory: nodejs:16 update', element);
    assert.deepEqual(first, { modularity: 'nodejs:18' });
  });

  test('is empty outside of modules, and not stated before release 8', async () => {
    const title = 'Important: kernel security update';
    const inEight = createElement('Rocky Linux:8', 'kernel', '0:4.18.0-513.el8');
    assert.deepEqual((await readModules(title, inEight))[0], { modularity: '' });
    const inSeven = createElement('Red Hat:enterprise_linux:7::server', 'kernel', '0:3.10.0-1.el7');
    assert.equal((await readModules(title, inSeven))[0], undefined);
  });

  test('is unknown if neither states it', async () => {
    const element = createElement('Rocky Linux:8', 'nodejs', modular);
    assert.equal((await readModules('Important: security update', element))[0], undefined);
  });
});

test('describes each element that it cannot use', async () => {
  const git = { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] };
  const affected = [
    git,
    createElement('SUSE:Manager Server 4.3', 'salt', '1'),
    createElement('Debian:12', '', '1'),
    { package: { ecosystem: 'Debian:12', name: 'curl' } },
  ];
  const { problems } = await read({ id: 'CVE-2024-0001', affected });
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'CVE-2024-0001 has a statement about commits without a package',
      'CVE-2024-0001 has a statement about an unsupported ecosystem: SUSE:Manager Server 4.3 salt',
      'CVE-2024-0001 has a malformed statement: Debian:12',
      'CVE-2024-0001 has a malformed statement: Debian:12 curl',
    ],
  );
});
