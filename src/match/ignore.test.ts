import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { InventorySeed, PackageSeed } from '../../test/support/inventory.ts';
import { DEBIAN, DEBIAN_12, debStatement, foundIds, matchSeeds } from '../../test/support/match.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../test/support/sample-report.ts';
import { indexSuppressions } from './ignore.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';

const KERNEL: PackageSeed = {
  name: 'linux-image-6.1.0-13-amd64',
  type: 'deb',
  version: '6.1.55-1',
  upstreams: [{ name: 'linux' }],
};

async function judged(
  item: PackageSeed,
  source: string,
  more: Partial<InventorySeed> & { readonly isParity?: boolean } = {},
): Promise<readonly [found: readonly string[], rules: readonly string[]]> {
  const { isParity = false, ...rest } = more;
  const findings = await matchSeeds(
    { distro: DEBIAN_12, packages: [item], ...rest },
    { systems: [DEBIAN], statements: [debStatement('CVE-1', source, '9')] },
    { isParity },
  );
  return [foundIds(findings), findings.ignored.map(({ rule }) => rule)];
}

suite('what is said of a kernel', () => {
  const target = IMAGE;

  test('is set aside in the image of a container, which never runs it', async () => {
    assert.deepEqual(await judged(KERNEL, 'linux', { target }), [[], ['kernel-of-host']]);
  });

  test('holds for a machine, and for a container where Grype is followed', async () => {
    assert.deepEqual(await judged(KERNEL, 'linux'), [['CVE-1'], []]);
    assert.deepEqual(await judged(KERNEL, 'linux', { target, isParity: true }), [['CVE-1'], []]);
  });

  test('holds for tools that are built from the same source', async () => {
    const tool = { ...KERNEL, name: 'bpftool' };
    assert.deepEqual(await judged(tool, 'linux', { target }), [['CVE-1'], []]);
  });
});

suite('what is said of a source', () => {
  const part = (...paths: readonly string[]): PackageSeed => ({
    name: 'part',
    type: 'deb',
    upstreams: [{ name: 'source' }],
    ownedFiles: paths.map((path) => ({ path })),
  });
  const rule = 'documentation-or-translations';

  test('is not about a package that installed nothing but what people read', async () => {
    const read = part('/.', '/usr', '/usr/share', '/usr/share/doc', '/usr/share/man/man1/a.1.gz');
    assert.deepEqual(await judged(read, 'source'), [[], [rule]]);
    assert.deepEqual(await judged(read, 'source', { isParity: true }), [['CVE-1'], []]);
  });

  test('is about a package with anything else, and about one whose files are not known', async () => {
    assert.deepEqual(await judged(part('/usr/share/doc/a', '/usr/bin/a'), 'source'), [
      ['CVE-1'],
      [],
    ]);
    assert.deepEqual(await judged(part(), 'source'), [['CVE-1'], []]);
  });

  test('holds where it is said of the package itself', async () => {
    assert.deepEqual(await judged(part('/usr/share/doc/a'), 'part'), [['CVE-1'], []]);
  });
});

test('of two rules that silence one vulnerability on one package the first is named', () => {
  const [advisory] = SAMPLE_FINDINGS.findings.flatMap(({ matches }) =>
    matches.map((each) => each.advisory),
  );
  assert.ok(advisory);
  const silences = ['first', 'second'].map(
    (rule) => ({ reach: 'same', packageKey: 'a', statements: [advisory], rule }) as const,
  );
  const context = { strategy: OWN_STRATEGY } as unknown as MatchContext;
  const index = indexSuppressions(silences, context, (key) => key);
  const candidate = { advisory } as Candidate;
  assert.equal(index.findSuppressingRule(candidate, 'a', []), 'first');
  assert.equal(index.findSuppressingRule(candidate, 'b', ['a']), undefined);
});
