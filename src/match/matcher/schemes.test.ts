import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackageSeed } from '../../../test/support/inventory.ts';
import { listFoundIds, matchSeeds } from '../../../test/support/match.ts';
import { findSchemeByName } from '../../version/scheme-by-name.ts';
import { matchers } from '../registry.generated.ts';

test('every version scheme named by a matcher exists', () => {
  for (const { id, scheme } of matchers) {
    assert.ok(scheme === undefined || findSchemeByName(scheme) !== undefined, `${id}: ${scheme}`);
  }
});

/** A version, and an upper bound that a guessed scheme would or would not place it below. */
const JUDGED = [
  ['php-composer', '1.0.0-p1', '1.0.0', []],
  ['dart-pub', '1.0.0+1', '1.0.0', []],
  ['hackage', '1.0', '1.0.0', ['CVE-1']],
  ['R-package', '1.0-9', '1.0.10', ['CVE-1']],
  ['conan', '1.0-cci.1', '1.0', ['CVE-1']],
  ['swift', 'v1.0.0-beta', '1.0.0', ['CVE-1']],
  ['hex', '1.0.0-rc.2', '1.0.0', ['CVE-1']],
  ['dotnet', '1.0.0.0', '1.0.0', []],
] as const;

test('packages of other ecosystems are compared in the order of their own ecosystem', async () => {
  for (const [type, version, bound, ids] of JUDGED) {
    const ranges = [{ scheme: 'semver', constraint: `< ${bound}` }];
    const statement = { id: 'CVE-1', provider: 'github', ecosystem: type, name: 'p', ranges };
    const packages: PackageSeed[] = [{ name: 'p', type, version }];
    const findings = await matchSeeds({ packages }, { statements: [statement] });
    assert.deepEqual(listFoundIds(findings), ids, `${type} ${version} ${bound}`);
    const names = findings.findings.flatMap(({ matches }) =>
      matches.flatMap(({ reasons }) =>
        reasons.flatMap(({ comparisons }) => comparisons.map(({ comparator }) => comparator)),
      ),
    );
    assert.ok(!names.includes('fuzzy'), type);
  }
});

test('a Java runtime is compared in the order of runtimes, whatever the source states', async () => {
  const statement = {
    id: 'CVE-1',
    provider: 'nvd',
    product: { vendor: 'oracle', product: 'jdk' },
    ranges: [{ constraint: '< 8.0.302' }],
  };
  const cpes = ['cpe:2.3:a:oracle:jdk:1.8.0:update301:*:*:*:*:*:*'];
  const metadata = { kind: 'java-jvm-installation', value: {} };
  const runtime = { name: 'jdk', type: 'binary', version: '1.8.0_301', cpes };
  const judge = async (item: PackageSeed) => {
    const { findings } = await matchSeeds({ packages: [item] }, { statements: [statement] });
    return findings[0]?.matches[0]?.reasons[0]?.comparisons[0]?.comparator;
  };
  assert.equal(await judge({ ...runtime, metadata }), 'jvm');
});
