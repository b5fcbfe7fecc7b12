import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { InventorySeed, PackageSeed } from '../../test/support/inventory.ts';
import {
  createDebStatement,
  DEBIAN,
  DEBIAN_12,
  listFoundIds,
  matchSeeds,
} from '../../test/support/match.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../test/support/sample-report.ts';
import { findSuppressingRule, indexSuppressions } from './ignore.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';

const KERNEL: PackageSeed = {
  name: 'linux-image-6.1.0-13-amd64',
  type: 'deb',
  version: '6.1.55-1',
  upstreams: [{ name: 'linux' }],
};

async function judge(
  item: PackageSeed,
  source: string,
  more: Partial<InventorySeed> & { readonly isParity?: boolean } = {},
): Promise<readonly [found: readonly string[], rules: readonly string[]]> {
  const { isParity = false, ...rest } = more;
  const findings = await matchSeeds(
    { distro: DEBIAN_12, packages: [item], ...rest },
    { systems: [DEBIAN], statements: [createDebStatement('CVE-1', source, '9')] },
    { isParity },
  );
  return [listFoundIds(findings), findings.ignored.map(({ rule }) => rule)];
}

suite('a statement about a kernel', () => {
  const target = IMAGE;

  test('is ignored in a container image, which never runs it', async () => {
    assert.deepEqual(await judge(KERNEL, 'linux', { target }), [[], ['kernel-of-host']]);
  });

  test('applies to a machine, and to a container with the Grype strategy', async () => {
    assert.deepEqual(await judge(KERNEL, 'linux'), [['CVE-1'], []]);
    assert.deepEqual(await judge(KERNEL, 'linux', { target, isParity: true }), [['CVE-1'], []]);
  });

  test('applies to tools built from the same source', async () => {
    const tool = { ...KERNEL, name: 'bpftool' };
    assert.deepEqual(await judge(tool, 'linux', { target }), [['CVE-1'], []]);
  });
});

suite('a statement about a source', () => {
  const createPart = (...paths: readonly string[]): PackageSeed => ({
    name: 'part',
    type: 'deb',
    upstreams: [{ name: 'source' }],
    ownedFiles: paths.map((path) => ({ path })),
  });
  const rule = 'documentation-or-translations';

  test('does not apply to a package that only installed documentation', async () => {
    const read = createPart(
      '/.',
      '/usr',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/man/man1/a.1.gz',
    );
    assert.deepEqual(await judge(read, 'source'), [[], [rule]]);
    assert.deepEqual(await judge(read, 'source', { isParity: true }), [['CVE-1'], []]);
  });

  test('applies to a package with any other file, and to one whose files are unknown', async () => {
    assert.deepEqual(await judge(createPart('/usr/share/doc/a', '/usr/bin/a'), 'source'), [
      ['CVE-1'],
      [],
    ]);
    assert.deepEqual(await judge(createPart(), 'source'), [['CVE-1'], []]);
  });

  test('applies if it is about the package itself', async () => {
    assert.deepEqual(await judge(createPart('/usr/share/doc/a'), 'part'), [['CVE-1'], []]);
  });
});

test('names the first of two rules that suppress the same vulnerability', () => {
  const [advisory] = SAMPLE_FINDINGS.findings.flatMap(({ matches }) =>
    matches.map((each) => each.advisory),
  );
  assert.ok(advisory);
  const suppressions = ['first', 'second'].map(
    (rule) => ({ reach: 'same', packageKey: 'a', statements: [advisory], rule }) as const,
  );
  const context = { strategy: OWN_STRATEGY } as unknown as MatchContext;
  const index = indexSuppressions(suppressions, context);
  const candidate = { advisory } as Candidate;
  assert.equal(findSuppressingRule(candidate, [new Map(), index], context), 'first');
  assert.equal(findSuppressingRule(candidate, [new Map()], context), undefined);
});
