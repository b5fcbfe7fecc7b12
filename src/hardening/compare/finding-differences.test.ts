import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createTarget,
  type FindingSeed,
  type TargetSeed,
} from '../../../test/support/comparable-target.ts';
import type { PackageSeed } from '../../../test/support/inventory.ts';
import { compareResults } from './compare-results.ts';
import type { Difference } from './difference.ts';

const CVE: FindingSeed = { id: 'CVE-1', severity: 'low', fixState: 'not-fixed', fixVersions: [] };

function createCurl(version: string, more: Partial<PackageSeed> = {}): PackageSeed {
  return { name: 'curl', type: 'deb', version, key: `${more.name ?? 'curl'} ${version}`, ...more };
}

function listDifferences(before: TargetSeed, after: TargetSeed): Difference['findings'] {
  return compareResults(createTarget(before), createTarget(after)).findings;
}

function formatDifferences(before: TargetSeed, after: TargetSeed): string[] {
  return listDifferences(before, after).map(
    ({ kind, cause, counterpart }) =>
      `${kind} by ${cause}${counterpart === undefined ? '' : ` against ${counterpart.name} ${counterpart.version}`}`,
  );
}

suite('finding differences with their causes', () => {
  test('an upgrade resolves, a downgrade introduces', () => {
    const [bad, good] = [
      { packages: [createCurl('1.0')], found: { curl: [CVE] } },
      { packages: [createCurl('1.1')] },
    ];
    assert.deepEqual(formatDifferences(bad, good), ['resolved by upgrade against curl 1.1']);
    assert.deepEqual(formatDifferences(good, bad), ['introduced by downgrade against curl 1.1']);
  });

  test('a removed package removes its findings, an added one adds them', () => {
    const [with_, without] = [{ packages: [createCurl('1.0')], found: { curl: [CVE] } }, {}];
    assert.deepEqual(formatDifferences(with_, without), ['resolved by removal']);
    assert.deepEqual(formatDifferences(without, with_), ['introduced by addition']);
  });

  test('another package in its place is a replacement', () => {
    const files = { ownedFiles: [{ path: '/usr/lib/libcurl.so.4' }] };
    const before = { packages: [createCurl('1.0', files)], found: { curl: [CVE] } };
    const after = { packages: [createCurl('8', { name: 'libcurl', type: 'apk', ...files })] };
    assert.deepEqual(formatDifferences(before, after), [
      'resolved by replacement against libcurl 8',
    ]);
  });

  test('a finding on both sides is reported only if it changed', () => {
    const createFindingTarget = (finding: FindingSeed): TargetSeed => ({
      packages: [createCurl('1.0')],
      found: { curl: [finding] },
    });
    const [same] = listDifferences(createFindingTarget(CVE), createFindingTarget(CVE));
    assert.deepEqual([same?.kind, same?.cause, same?.aspects], ['unchanged', undefined, []]);
    const [other] = listDifferences(
      createFindingTarget({ ...CVE, reach: 'possible' }),
      createFindingTarget({
        ...CVE,
        severity: 'high',
        fixState: 'fixed',
        fixVersions: ['2'],
        reach: 'required',
      }),
    );
    assert.deepEqual([other?.kind, other?.aspects], ['changed', ['severity', 'fix', 'reach']]);
  });

  test('reachability known on one side only is not a change', () => {
    const createFindingTarget = (reach: FindingSeed['reach']): TargetSeed => ({
      packages: [createCurl('1.0')],
      found: { curl: [{ ...CVE, ...(reach === undefined ? {} : { reach }) }] },
    });
    for (const untold of [undefined, 'unknown'] as const) {
      const [found] = listDifferences(createFindingTarget(untold), createFindingTarget('required'));
      assert.deepEqual([found?.kind, found?.aspects], ['unchanged', []]);
    }
  });

  test('the same vulnerability under an alias is the same finding', () => {
    const before = { packages: [createCurl('1.0')], found: { curl: [{ ...CVE, id: 'DSA-1' }] } };
    const after = {
      packages: [createCurl('1.0')],
      found: { curl: [{ ...CVE, aliases: ['DSA-1'] }] },
    };
    assert.deepEqual(formatDifferences(before, after), ['unchanged by undefined']);
  });

  test('reports no removed or new findings if one side was not evaluated', () => {
    const bad = { packages: [createCurl('1.0')], found: { curl: [CVE] } };
    assert.deepEqual(
      formatDifferences(bad, { packages: [createCurl('1.1')], database: undefined }),
      [],
    );
    assert.deepEqual(
      formatDifferences({ packages: [createCurl('1.1')], database: undefined }, bad),
      [],
    );
  });

  test('findings of two versions of one package have different IDs', () => {
    const packages = [createCurl('1.0'), createCurl('2.0', { name: 'curl' })];
    const found = listDifferences({ packages, found: { curl: [CVE] } }, {});
    const other = listDifferences({ packages: packages.slice(1), found: { curl: [CVE] } }, {});
    assert.notEqual(found[0]?.id, other[0]?.id);
  });
});
