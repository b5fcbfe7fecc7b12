import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { ubuntuTracker } from './ubuntu-tracker.ts';

async function read(statuses: string, fields = 'Priority: medium') {
  const text = `Candidate: CVE-2023-5363
PublicDate: 2023-10-25 18:17:00 UTC
References:
 https://www.openssl.org/news/secadv/20231024.txt
Description:
 A bug has been identified
 in the processing of keys.
Ubuntu-Description:
${fields}
CVSS:
 nvd: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N [7.5 HIGH]

Patches_openssl:
${statuses}
`;
  const { items, problems } = await readFeed(ubuntuTracker, text);
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ system, statement }) => {
      const [range] = statement.ranges;
      const channel = system?.channel === '' ? '' : `+${system?.channel}`;
      const release = `${system?.majorVersion}.${system?.minorVersion}${channel}`;
      return `${release} ${statement.packageName} ${range?.constraint || '*'} ${range?.fix?.state}`;
    }),
  );
  return { items, lines, problems: problems.map(({ message }) => message) };
}

test('reads a record', async () => {
  const { items, problems } = await read('jammy_openssl: released (3.0.2-0ubuntu1.12)');
  assert.deepEqual(problems, []);
  assert.deepEqual(items[0]?.record, {
    id: 'CVE-2023-5363',
    provider: 'ubuntu',
    status: 'active',
    aliases: [],
    assigners: [],
    description: 'A bug has been identified in the processing of keys.',
    references: [
      { url: 'https://ubuntu.com/security/CVE-2023-5363', tags: ['advisory'] },
      { url: 'https://www.openssl.org/news/secadv/20231024.txt', tags: [] },
    ],
    severities: [
      { scheme: 'CHMLN', value: 'medium', rank: 1 },
      {
        scheme: 'CVSS',
        value: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', version: '3.1' },
        rank: 2,
      },
    ],
    publishedAt: '2023-10-25',
  });
});

test('reads each status', async () => {
  const statuses: readonly (readonly [string, readonly string[]])[] = [
    ['jammy_openssl: released (3.0.2-0ubuntu1.12)', ['22.04 openssl < 3.0.2-0ubuntu1.12 fixed']],
    ['jammy_openssl: needed', ['22.04 openssl * not-fixed']],
    ['jammy_openssl: needs-triage', ['22.04 openssl * not-fixed']],
    ['jammy_openssl: pending (3.0.2-0ubuntu1.13)', ['22.04 openssl * not-fixed']],
    ['jammy_openssl: deferred (2024-01-01)', ['22.04 openssl * not-fixed']],
    ['jammy_openssl: ignored (minor issue)', ['22.04 openssl * wont-fix']],
    ['lunar_openssl: ignored (end of life, was needed)', ['23.04 openssl * wont-fix']],
    ['jammy_openssl: DNE', []],
    ['jammy_openssl: not-affected (3.x only)', []],
    ['upstream_openssl: needed', []],
    ['devel_openssl: needed', []],
  ];
  for (const [status, lines] of statuses) {
    const found = await read(status);
    assert.deepEqual([found.lines, found.problems], [lines, []], status);
  }
});

test('reads the services of Ubuntu Pro', async () => {
  const { lines } = await read(`trusty_openssl: needed
trusty/esm_openssl: released (1.0.1f-1ubuntu2.27+esm10)
xenial_openssl: ignored (end of standard support)
esm-infra/xenial_openssl: not-affected (3.x only)
bionic_openssl: ignored (end of standard support, was needed)
esm-infra/bionic_openssl: needed
focal_openssl: needed
fips-updates/focal_openssl: released (1.1.1f-1ubuntu2.fips.20)`);
  assert.deepEqual(lines, [
    '14.04 openssl * wont-fix',
    '14.04+esm openssl < 1.0.1f-1ubuntu2.27+esm10 fixed',
    '18.04 openssl * wont-fix',
    '18.04+esm openssl * not-fixed',
    '20.04 openssl * not-fixed',
    '20.04+fips-updates openssl < 1.1.1f-1ubuntu2.fips.20 fixed',
  ]);
});

test('gives a package its own priority', async () => {
  const fields = 'Priority: low\n Reason\nPriority_nodejs: untriaged\nPriority_nodejs_focal: high';
  const { items } = await read(
    'jammy_openssl: needed\njammy_nodejs: needed\nfocal_nodejs: needed',
    fields,
  );
  assert.deepEqual(
    items.map(({ record, statements }) => [record.severities[0]?.value, statements.length]),
    [
      ['low', 1],
      [{ vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', version: '3.1' }, 1],
      ['high', 1],
    ],
  );
});

test('reports a fix without a version, an unknown release, and another document', async () => {
  const { lines, problems } = await read('jammy_a: released\nzesty_b: needed\nwhimsy_c: needed');
  assert.deepEqual(lines, ['17.04 b * not-fixed']);
  assert.deepEqual(problems, [
    'CVE-2023-5363 has a status of "whimsy"',
    'CVE-2023-5363 has a fix without a version of a in jammy',
  ]);
  const other = await readFeed(ubuntuTracker, 'Candidate: unknown\n');
  assert.equal(other.problems[0]?.code, 'P_MALFORMED');
});
