import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type FindingSeed,
  type TargetSeed,
  targetOf,
} from '../../test/support/comparable-target.ts';
import type { PackageSeed } from '../../test/support/inventory.ts';
import { compareResults } from './compare-results.ts';
import type { Difference } from './difference.ts';

const CVE: FindingSeed = { id: 'CVE-1', severity: 'low', fixState: 'not-fixed', fixVersions: [] };

function curl(version: string, more: Partial<PackageSeed> = {}): PackageSeed {
  return { name: 'curl', type: 'deb', version, key: `${more.name ?? 'curl'} ${version}`, ...more };
}

function differences(before: TargetSeed, after: TargetSeed): Difference['findings'] {
  return compareResults(targetOf(before), targetOf(after)).findings;
}

function told(before: TargetSeed, after: TargetSeed): string[] {
  return differences(before, after).map(
    ({ kind, cause, counterpart }) =>
      `${kind} by ${cause}${counterpart === undefined ? '' : ` against ${counterpart.name} ${counterpart.version}`}`,
  );
}

suite('finding differences with their causes', () => {
  test('an upgrade resolves, a downgrade introduces', () => {
    const [bad, good] = [
      { packages: [curl('1.0')], found: { curl: [CVE] } },
      { packages: [curl('1.1')] },
    ];
    assert.deepEqual(told(bad, good), ['resolved by upgrade against curl 1.1']);
    assert.deepEqual(told(good, bad), ['introduced by downgrade against curl 1.1']);
  });

  test('a removed package removes its findings, an added one adds them', () => {
    const [with_, without] = [{ packages: [curl('1.0')], found: { curl: [CVE] } }, {}];
    assert.deepEqual(told(with_, without), ['resolved by removal']);
    assert.deepEqual(told(without, with_), ['introduced by addition']);
  });

  test('another package in its place is a replacement', () => {
    const files = { ownedFiles: [{ path: '/usr/lib/libcurl.so.4' }] };
    const before = { packages: [curl('1.0', files)], found: { curl: [CVE] } };
    const after = { packages: [curl('8', { name: 'libcurl', type: 'apk', ...files })] };
    assert.deepEqual(told(before, after), ['resolved by replacement against libcurl 8']);
  });

  test('a finding on both sides is reported only if it changed', () => {
    const one = (finding: FindingSeed): TargetSeed => ({
      packages: [curl('1.0')],
      found: { curl: [finding] },
    });
    const [same] = differences(one(CVE), one(CVE));
    assert.deepEqual([same?.kind, same?.cause, same?.aspects], ['unchanged', undefined, []]);
    const [other] = differences(
      one({ ...CVE, reach: 'possible' }),
      one({ ...CVE, severity: 'high', fixState: 'fixed', fixVersions: ['2'], reach: 'required' }),
    );
    assert.deepEqual([other?.kind, other?.aspects], ['changed', ['severity', 'fix', 'reach']]);
  });

  test('reachability known on one side only is not a change', () => {
    const one = (reach: FindingSeed['reach']): TargetSeed => ({
      packages: [curl('1.0')],
      found: { curl: [{ ...CVE, ...(reach === undefined ? {} : { reach }) }] },
    });
    for (const untold of [undefined, 'unknown'] as const) {
      const [found] = differences(one(untold), one('required'));
      assert.deepEqual([found?.kind, found?.aspects], ['unchanged', []]);
    }
  });

  test('the same vulnerability under an alias is the same finding', () => {
    const before = { packages: [curl('1.0')], found: { curl: [{ ...CVE, id: 'DSA-1' }] } };
    const after = {
      packages: [curl('1.0')],
      found: { curl: [{ ...CVE, aliases: ['DSA-1'] }] },
    };
    assert.deepEqual(told(before, after), ['unchanged by undefined']);
  });

  test('reports no removed or new findings if one side was not evaluated', () => {
    const bad = { packages: [curl('1.0')], found: { curl: [CVE] } };
    assert.deepEqual(told(bad, { packages: [curl('1.1')], database: undefined }), []);
    assert.deepEqual(told({ packages: [curl('1.1')], database: undefined }, bad), []);
  });

  test('findings of two versions of one package have different IDs', () => {
    const packages = [curl('1.0'), curl('2.0', { name: 'curl' })];
    const found = differences({ packages, found: { curl: [CVE] } }, {});
    const other = differences({ packages: packages.slice(1), found: { curl: [CVE] } }, {});
    assert.notEqual(found[0]?.id, other[0]?.id);
  });
});
