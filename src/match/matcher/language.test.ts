import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase } from '../../../test/support/advisory-database.ts';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { matchPackages } from '../../../test/support/match.ts';
import { matchInventory } from '../match-inventory.ts';
import { matchers } from '../registry.generated.ts';

interface Case {
  readonly title: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly item: PackageSeed;
  readonly isFound: boolean;
}

const JAR = { type: 'java-archive', name: 'core' };
const createJarMetadata = (value: Readonly<Record<string, unknown>>) => ({
  kind: 'java-archive',
  value,
});

const CASES: readonly Case[] = [
  {
    title: 'a Python distribution by its normalised name',
    ecosystem: 'python',
    name: 'zope-interface',
    item: { name: 'Zope.Interface', type: 'python' },
    isFound: true,
  },
  {
    title: 'a scoped npm package by its full name',
    ecosystem: 'npm',
    name: '@scope/left',
    item: { name: '@scope/left', type: 'npm', version: '1.0.0' },
    isFound: true,
  },
  {
    title: 'a npm package not by the name without its scope',
    ecosystem: 'npm',
    name: 'left',
    item: { name: '@scope/left', type: 'npm', version: '1.0.0' },
    isFound: false,
  },
  {
    title: 'a Java archive by the coordinates of its POM',
    ecosystem: 'java-archive',
    name: 'org.a:core',
    item: {
      ...JAR,
      metadata: createJarMetadata({ pomProperties: { groupId: 'org.a', artifactId: 'core' } }),
    },
    isFound: true,
  },
  {
    title: 'a Java archive by its group and manifest name',
    ecosystem: 'java-archive',
    name: 'org.a:title',
    item: {
      ...JAR,
      metadata: createJarMetadata({
        pomProperties: { groupId: 'org.a', artifactId: 'x' },
        manifest: { main: [{ key: 'Name', value: 'title' }] },
      }),
    },
    isFound: true,
  },
  {
    title: 'a Java archive by its package URL',
    ecosystem: 'java-archive',
    name: 'org.a:core',
    item: { ...JAR, purl: 'pkg:maven/org.a/core@1.0' },
    isFound: true,
  },
  {
    title: 'a Java archive with a damaged package URL not by that',
    ecosystem: 'java-archive',
    name: 'org.a:core',
    item: { ...JAR, purl: 'pkg:maven/org.a%/core@1.0' },
    isFound: false,
  },
  {
    title: 'a Java archive not by its bare name',
    ecosystem: 'java-archive',
    name: 'core',
    item: JAR,
    isFound: false,
  },
  {
    title: 'a Java archive without a group not by its artifact',
    ecosystem: 'java-archive',
    name: ':core',
    item: { ...JAR, metadata: createJarMetadata({ pomProperties: { artifactId: 'core' } }) },
    isFound: false,
  },
  {
    title: 'a Go module by its path',
    ecosystem: 'go-module',
    name: 'example.org/m',
    item: { name: 'example.org/m', type: 'go-module', version: 'v1.0.0' },
    isFound: true,
  },
  {
    title: 'a Go program not by its own unreleased module',
    ecosystem: 'go-module',
    name: 'example.org/m',
    item: {
      name: 'example.org/m',
      type: 'go-module',
      version: 'v0.0.0-20260101',
      metadata: { kind: 'go-module-buildinfo-entry', value: { mainModule: 'example.org/m' } },
    },
    isFound: false,
  },
  {
    title: 'a Ruby gem by name',
    ecosystem: 'gem',
    name: 'rack',
    item: { name: 'rack', type: 'gem' },
    isFound: true,
  },
  {
    title: 'a gem not by the vulnerability of a namesake',
    ecosystem: 'gem',
    name: 'matrix',
    item: { name: 'matrix', type: 'gem' },
    isFound: false,
  },
];

suite('language packages', () => {
  for (const { title, ecosystem, name, item, isFound } of CASES) {
    test(title, async () => {
      const id = name === 'matrix' ? 'CVE-2017-14196' : 'CVE-2026-1';
      const statement = { id, provider: 'x', ecosystem, name, ranges: [{ constraint: '' }] };
      using database = await createDatabase({ statements: [statement] });
      const findings = matchPackages(createInventory({ packages: [item] }), database, {
        isParity: false,
      });
      assert.equal(findings.findings.length > 0, isFound);
    });
  }

  test('are not found by a guessed CPE', async () => {
    const product = { vendor: 'v', product: 'left' };
    using database = await createDatabase({
      statements: [{ id: 'CVE-1', provider: 'nvd', product }],
    });
    const cpes = ['cpe:2.3:a:v:left:1.0:*:*:*:*:*:*:*'];
    const inventory = createInventory({ packages: [{ name: 'left', type: 'npm', cpes }] });
    assert.deepEqual(matchInventory(inventory, database).findings, []);
  });

  test('are found by guess with the Grype strategy if the version is invalid in the ecosystem', async () => {
    const ranges = [{ scheme: 'npm', constraint: '< 2' }];
    const statement = { id: 'GHSA-1', provider: 'github', ecosystem: 'npm', name: 'left', ranges };
    using database = await createDatabase({ statements: [statement] });
    const inventory = createInventory({
      packages: [{ name: 'left', type: 'npm', version: '1.0.0.0.final' }],
    });
    const own = matchInventory(inventory, database);
    assert.deepEqual(own.findings, []);
    assert.deepEqual(
      own.unevaluated.map(({ why }) => why),
      ['version-not-understood'],
    );
    assert.equal(matchPackages(inventory, database, { isParity: true }).findings.length, 1);
  });
});

test('a rule with several IDs matches aliases, except with the Grype strategy', async () => {
  const ranges = [{ constraint: '< 9' }];
  const common = { provider: 'github', ecosystem: 'java-archive', ranges };
  const statement = {
    ...common,
    id: 'GHSA-x',
    aliases: ['CVE-2021-44228'],
    name: 'org.a:log4j-api',
  };
  using database = await createDatabase({ statements: [statement] });
  const item = { name: 'log4j-api', type: 'java-archive', purl: 'pkg:maven/org.a/log4j-api@1.0' };
  const inventory = createInventory({ packages: [item] });
  const own = matchInventory(inventory, database);
  assert.deepEqual(
    own.ignored.map(({ rule }) => rule),
    ['log4j-without-core'],
  );
  assert.equal(matchPackages(inventory, database, { isParity: true }).findings.length, 1);
});

test('a Java archive of uncertain identity is also looked up by its possible names, except with the Grype strategy', async () => {
  const ranges = [{ constraint: '< 9' }];
  const common = { provider: 'github', ecosystem: 'java-archive', ranges };
  using database = await createDatabase({
    statements: [
      { ...common, id: 'GHSA-own', name: 'org.a:lang' },
      { ...common, id: 'GHSA-own', name: 'org.a.commons:commons-lang' },
      { ...common, id: 'GHSA-other', name: 'org.a.commons:commons-lang' },
      // A statement about another archive does not withdraw one about this archive.
      { ...common, id: 'GHSA-own', name: 'org.a:x', isUnaffected: true },
    ],
  });
  const rule = 'a guess';
  const item = {
    name: 'lang',
    type: 'java-archive',
    version: '3',
    purl: 'pkg:maven/org.a/lang@3',
    alternatives: [
      { purl: 'pkg:maven/org.a.commons/commons-lang@3', rule },
      { purl: 'pkg:maven/org.a/x@3', rule },
      { purl: 'no package URL', rule },
    ],
  };
  const inventory = createInventory({ packages: [item] });
  const listFindings = (isParity: boolean) =>
    matchPackages(inventory, database, { isParity }).findings.map(({ id, notes, matches }) => [
      id,
      notes ?? [],
      matches.flatMap(({ reasons }) =>
        reasons.map(({ searchedName, confidence }) => [searchedName, confidence]),
      ),
    ]);
  assert.deepEqual(listFindings(false), [
    [
      'GHSA-other',
      [
        'it is about org.a.commons:commons-lang, which may be this package; nothing in the package settles it',
      ],
      [['org.a.commons:commons-lang', 0.5]],
    ],
    ['GHSA-own', [], [['org.a:lang', 1]]],
  ]);
  assert.deepEqual(listFindings(true), [['GHSA-own', [], [['org.a:lang', 1]]]]);
});

test('matchers are sorted by ID, each type has one matcher, and one matches the rest', () => {
  const ids = matchers.map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted());
  const types = matchers.flatMap((matcher) => matcher.types);
  assert.equal(new Set(types).size, types.length);
  assert.deepEqual(
    matchers.filter((matcher) => matcher.types.length === 0).map(({ id }) => id),
    ['stock'],
  );
});
