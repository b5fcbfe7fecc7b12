import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StatementSeed } from '../../test/support/advisory-database.ts';
import { matchSeeds } from '../../test/support/match.ts';

const PACKAGE = { name: 'left', type: 'npm', version: '1.5.0' };

function createStatement(
  provider: string,
  constraint: string,
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const fix = /< (\S+)$/.exec(constraint)?.[1];
  const range = { scheme: 'semver', constraint, ...(fix === undefined ? {} : { fix }) };
  const ids =
    provider === 'github' ? { id: 'GHSA-1', aliases: ['CVE-2021-1'] } : { id: 'CVE-2021-1' };
  return { provider, ecosystem: 'npm', name: 'left', ranges: [range], ...ids, ...more };
}

/** Returns the IDs and fixes of the findings, and the rules of the ignored ones. */
async function match(
  statements: readonly StatementSeed[],
  packages: readonly object[] = [PACKAGE],
) {
  const { findings, ignored } = await matchSeeds(
    { packages: packages as readonly (typeof PACKAGE)[] },
    { statements },
  );
  return {
    found: findings.map(({ id, fixVersions }) => `${id} ${fixVersions.join()}`),
    rules: ignored.map(({ rule }) => rule),
  };
}

suite('the ecosystem takes precedence over the CVE List, and that over NVD', () => {
  test('if it states that the version is not affected', async () => {
    assert.deepEqual(
      await match([createStatement('cve', '< 2.0.0'), createStatement('github', '< 1.2.0')]),
      {
        found: [],
        rules: [
          'decided by github, which precedes cve (GHSA-1: < 1.2.0 (semver) does not contain the version)',
        ],
      },
    );
    assert.deepEqual(
      await match([createStatement('nvd', '< 2.0.0'), createStatement('cve', '< 1.2.0')]),
      {
        found: [],
        rules: [
          'decided by cve, which precedes nvd (CVE-2021-1: < 1.2.0 (semver) does not contain the version)',
        ],
      },
    );
  });

  test('but not the other way round', async () => {
    assert.deepEqual(
      await match([createStatement('cve', '< 1.2.0'), createStatement('github', '< 2.0.0')]),
      {
        found: ['GHSA-1 2.0.0'],
        rules: [],
      },
    );
  });

  test('with the fix and the ID of one finding', async () => {
    const both = [createStatement('cve', '< 1.9.0'), createStatement('github', '< 2.0.0')];
    assert.deepEqual(await match(both), { found: ['GHSA-1 2.0.0'], rules: [] });
    assert.deepEqual(await match(both.toReversed()), { found: ['GHSA-1 2.0.0'], rules: [] });
  });

  test('if any of its statements includes the version', async () => {
    const other = createStatement('github', '>= 1.4.0, < 1.6.0', { id: 'GHSA-2' });
    const { found } = await match([
      createStatement('cve', '< 2.0.0'),
      createStatement('github', '< 1.2.0'),
      other,
    ]);
    assert.deepEqual(found, ['GHSA-2 1.6.0']);
  });

  test('only about the same vulnerability, and only if it could be compared', async () => {
    const different = createStatement('github', '< 1.2.0', { aliases: ['CVE-2021-2'] });
    assert.deepEqual((await match([createStatement('cve', '< 2.0.0'), different])).found, [
      'CVE-2021-1 2.0.0',
    ]);
    const ranges = [{ scheme: 'unordered', constraint: 'Server' }];
    const undecided = createStatement('github', '', { ranges });
    assert.deepEqual((await match([createStatement('cve', '< 2.0.0'), undecided])).found, [
      'CVE-2021-1 2.0.0',
    ]);
  });

  test('for products by CPE', async () => {
    const cpes = ['cpe:2.3:a:v:left:1.5.0:*:*:*:*:*:*:*'];
    const product = { vendor: 'v', product: 'left' };
    const toProduct = (provider: string, constraint: string): StatementSeed => {
      const { ecosystem: _, name: _name, ...statement } = createStatement(provider, constraint);
      return { ...statement, product };
    };
    const packages = [{ ...PACKAGE, type: 'unknown', cpes }];
    assert.deepEqual(
      (await match([toProduct('cve', '< 1.2.0'), toProduct('nvd', '< 2.0.0')], packages)).found,
      [],
    );
    assert.deepEqual(
      (await match([toProduct('cve', '< 2.0.0'), toProduct('nvd', '< 1.2.0')], packages)).found,
      ['CVE-2021-1 2.0.0'],
    );
  });
});
