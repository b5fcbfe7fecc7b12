import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { archAvg } from './arch-avg.ts';

/** Facts of groups of security.archlinux.org. */
const GROUPS = [
  createGroup('AVG-1', 'Fixed', { packages: ['glibc', 'lib32-glibc'], fixed: '2.38-2' }),
  createGroup('AVG-2', 'Vulnerable', { issues: ['CVE-2024-0002', 'CVE-2024-0003'] }),
  createGroup('AVG-3', 'Not affected', { fixed: '2.38-3' }),
  createGroup('AVG-4', 'Unknown', {}),
  createGroup('AVG-5', 'Testing', { fixed: '2.39-1', issues: [] }),
];

function createGroup(name: string, status: string, more: object): object {
  const issues = [`CVE-2024-${name.slice('AVG-'.length).padStart(4, '0')}`];
  const base = { packages: ['glibc'], affected: '2.32-5', fixed: null, severity: 'Medium' };
  return { ...base, name, status, type: 'denial of service', issues, ...more };
}

test('reads every status', async () => {
  const { items, problems } = await readFeed(archAvg, GROUPS);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.flatMap(({ record, statements }) =>
      statements.map(({ statement: { packageName, effect, status, ranges } }) =>
        [
          record.id,
          packageName,
          effect,
          status,
          ranges.map(({ constraint, fix }) => `${constraint} ${fix?.state}`.trim()).join(' | '),
        ].join(', '),
      ),
    ),
    [
      'CVE-2024-0001, glibc, affected, active, < 2.38-2 fixed',
      'CVE-2024-0001, lib32-glibc, affected, active, < 2.38-2 fixed',
      'CVE-2024-0002, glibc, affected, active, not-fixed',
      'CVE-2024-0003, glibc, affected, active, not-fixed',
      'CVE-2024-0003, glibc, unaffected, active, not-affected',
      'CVE-2024-0004, glibc, affected, analyzing, unknown',
      'AVG-5, glibc, affected, active, < 2.39-1 fixed',
    ],
  );
});

test('reads one group, and counts what it leaves out by cause', async () => {
  assert.equal((await readFeed(archAvg, GROUPS[0])).items.length, 1);
  const { items, omissions } = await readFeed(archAvg, [
    createGroup('AVG-X', 'Fixed', {}),
    createGroup('AVG-6', 'Strange', {}),
    createGroup('AVG-7', 'Fixed', { packages: [] }),
  ]);
  assert.deepEqual(items, []);
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['record: no id', 'record: unknown status', 'record: no packages'],
  );
});

suite('a scan of Arch Linux', () => {
  const scan = async (version: string) => {
    const { findings, gaps } = await scanWithFeed({
      provider: 'arch-avg',
      documents: { 'all.json': GROUPS.slice(0, 2) },
      system: ['ID=arch', 'BUILD_ID=rolling', 'VERSION_ID=20240101.0.204074'],
      manager: 'pacman',
      packages: [{ name: 'glibc', version }],
    });
    assert.deepEqual(gaps, []);
    return findings;
  };

  test('finds a package below its fixed version, and an unfixed one', async () => {
    const unfixed = ['CVE-2024-0002', 'CVE-2024-0003'];
    assert.deepEqual(await scan('2.38-1'), [
      'glibc 2.38-1: CVE-2024-0001 medium → 2.38-2',
      ...unfixed.map((id) => `glibc 2.38-1: ${id} medium → not-fixed`),
    ]);
    assert.deepEqual(
      await scan('2.38-2'),
      unfixed.map((id) => `glibc 2.38-2: ${id} medium → not-fixed`),
    );
  });
});
