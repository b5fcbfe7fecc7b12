import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase, type StatementSeed } from '../../test/support/advisory-database.ts';
import {
  compareSources,
  formatDisagreement,
  listAdvisoryDates,
  readState,
} from './source-statement.ts';

const LEFT = { ecosystem: 'npm', name: 'left' };

function createRange(constraint: string, fix?: string, state?: string) {
  return {
    scheme: 'semver',
    constraint,
    ...(fix === undefined ? {} : { fix }),
    ...(state === undefined ? {} : { state }),
  };
}

function createStatement(provider: string, more: Partial<StatementSeed> = {}): StatementSeed {
  const ranges = [createRange('< 1.2', '1.2')];
  return { id: 'CVE-2021-1', provider, ...LEFT, ranges, ...more };
}

function createRating(value: string): Pick<StatementSeed, 'severities'> {
  return { severities: [{ scheme: 'CHMLN', value, rank: 1 }] };
}

async function compare(...statements: readonly StatementSeed[]) {
  using database = await createDatabase({ statements });
  return compareSources(database.findPackage('npm', 'left'), database);
}

async function listDisagreements(...statements: readonly StatementSeed[]) {
  return (await compare(...statements)).flatMap(({ disagreements }) =>
    disagreements.map(formatDisagreement),
  );
}

suite('the sources of a vulnerability', () => {
  test('are joined whatever the ID that each uses', async () => {
    const compared = await compare(
      createStatement('github', { id: 'GHSA-1', aliases: ['CVE-2021-1'] }),
      createStatement('osv', { id: 'PYSEC-1', aliases: ['CVE-2021-1'] }),
      createStatement('cve'),
      createStatement('cve', { id: 'CVE-2021-2' }),
    );
    assert.deepEqual(
      compared.map(({ ids, sources }) => [ids.toSorted(), sources.map(({ source }) => source)]),
      [
        [
          ['CVE-2021-1', 'GHSA-1', 'PYSEC-1'],
          ['cve', 'github', 'osv'],
        ],
        [['CVE-2021-2'], ['cve']],
      ],
    );
  });

  test('have range, fix, state and severity', async () => {
    const [one] = await compare(
      createStatement('github', {
        ranges: [createRange('< 1.2', '1.2'), createRange('>= 2, < 2.1', '2.1')],
        ...createRating('high'),
      }),
      createStatement('cve', { isUnaffected: true, ranges: [createRange('')] }),
    );
    assert.deepEqual(one?.sources, [
      {
        source: 'cve',
        ids: ['CVE-2021-1'],
        affected: '',
        fixVersions: [],
        state: 'not-affected',
        severity: 'unknown',
      },
      {
        source: 'github',
        ids: ['CVE-2021-1'],
        affected: '< 1.2 || >= 2, < 2.1',
        fixVersions: ['1.2', '2.1'],
        state: 'fixed',
        severity: 'high',
      },
    ]);
  });

  test('agree if the same facts have another form', async () => {
    const ranges = [createRange('>=0, <0:1.2', '0:1.2')];
    assert.deepEqual(
      await listDisagreements(createStatement('a'), createStatement('b', { ranges })),
      [],
    );
    const first = { isUnaffected: true, ranges: [createRange('>= 1.2')] };
    assert.deepEqual(
      await listDisagreements(createStatement('a'), createStatement('b', first)),
      [],
    );
    const unrated = createStatement('b');
    assert.deepEqual(
      await listDisagreements(createStatement('a', createRating('low')), unrated),
      [],
    );
  });

  test('disagree on the range, the fix, the state and the severity', async () => {
    const own = createStatement('a', createRating('low'));
    assert.deepEqual(
      await listDisagreements(
        own,
        createStatement('b', { ranges: [createRange('< 1.3', '1.3')], ...createRating('high') }),
      ),
      ['range     a: < 1.2; b: < 1.3', 'fix       a: 1.2; b: 1.3', 'severity  a: low; b: high'],
    );
    assert.deepEqual(
      await listDisagreements(
        own,
        createStatement('b', { ranges: [createRange('', undefined, 'wont-fix')] }),
      ),
      ['range     a: < 1.2; b: every version', "state     a: fixed; b: won't fix"],
    );
    assert.deepEqual(
      await listDisagreements(
        own,
        createStatement('b', { isUnaffected: true, ranges: [createRange('')] }),
      ),
      ['state     a: fixed; b: not affected'],
    );
  });

  test('are not compared with versions that cannot be ordered', async () => {
    const ranges = [{ scheme: 'unordered', constraint: 'Server 7' }];
    const undecided = createStatement('b', { ranges });
    assert.deepEqual(await listDisagreements(createStatement('a'), undecided), []);
    const [one] = await compare(undecided);
    assert.equal(one?.sources[0]?.state, 'undecided');
    assert.deepEqual(one.advisories.map(readState), ['undecided']);
  });

  test('of different modules are not compared', async () => {
    const qualifiers = { rpm_modularity: 'nodejs:18' };
    const ranges = [createRange('< 9', '9')];
    const compared = await compare(
      createStatement('a', { qualifiers: { rpm_modularity: 'nodejs:20' } }),
      createStatement('b', { qualifiers, ranges }),
    );
    assert.equal(compared.length, 2);
  });
});

test('a statement has the day of its fix', async () => {
  const available = { date: '2024-02-03', kind: 'advisory' };
  const ranges = [{ ...createRange('< 1.2', '1.2'), available }];
  using database = await createDatabase({ statements: [createStatement('a', { ranges })] });
  const [advisory] = database.findPackage('npm', 'left');
  assert.deepEqual(listAdvisoryDates(advisory ?? assert.fail(), database), ['2024-02-03']);
});
