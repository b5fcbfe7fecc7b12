import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase, type StatementSeed } from '../../../test/support/advisory-database.ts';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { matchPackages } from '../../../test/support/match.ts';
import type { Findings } from '../../core/finding.ts';
import { matchInventory } from '../match-inventory.ts';

const ALPINE = { name: 'alpine', major: '3', minor: '18' };
const CURL_CPE = 'cpe:2.3:a:haxx:curl:8.0.0-r3:*:*:*:*:*:*:*';
const CURL: PackageSeed = { name: 'curl', type: 'apk', version: '8.0.0-r3', cpes: [CURL_CPE] };

async function match(
  statements: readonly StatementSeed[],
  packages: readonly PackageSeed[],
  more: { readonly isParity?: boolean; readonly id?: string } = {},
): Promise<Findings> {
  using database = await createDatabase({ systems: [ALPINE], statements });
  const inventory = createInventory({
    distro: { id: more.id ?? 'alpine', versionId: '3.18.4' },
    packages,
  });
  return matchPackages(inventory, database, { isParity: more.isParity ?? false });
}

function createSecdbStatement(
  id: string,
  name: string,
  fix: string,
  aliases: string[] = [],
): StatementSeed {
  const ranges = [{ scheme: 'apk', constraint: `< ${fix}`, fix }];
  return { id, provider: 'alpine', system: 0, ecosystem: 'apk', name, ranges, aliases };
}

function createNvdStatement(id: string, constraint: string, fix?: string): StatementSeed {
  const ranges = [{ constraint, ...(fix === undefined ? {} : { fix }) }];
  return { id, provider: 'nvd', product: { vendor: 'haxx', product: 'curl' }, ranges };
}

const listKinds = ({ findings }: Findings): readonly string[] =>
  findings.flatMap(({ matches }) => matches.flatMap((one) => one.reasons.map(({ kind }) => kind)));

suite('a vulnerability that the secdb does not list', () => {
  test('is found by CPE as a guess, without build number and fix', async () => {
    const findings = await match([createNvdStatement('CVE-1', '< 8.1.0', '8.1.0')], [CURL]);
    const found = findings.findings[0]?.matches[0];
    const reason = found?.reasons[0];
    assert.equal(reason?.kind, 'cpe');
    assert.equal(reason?.confidence, 0.9);
    assert.deepEqual(reason?.searchedCpes, ['cpe:2.3:a:haxx:curl:8.0.0:*:*:*:*:*:*:*']);
    assert.deepEqual(reason?.foundCpes, ['cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*']);
    assert.deepEqual(found?.fixes, []);
    assert.equal(found?.fixState, 'unknown');
  });

  test('keeps its fix if there is no operating system', async () => {
    using database = await createDatabase({
      statements: [createNvdStatement('CVE-1', '< 8.1.0', '8.1.0')],
    });
    const inventory = createInventory({ packages: [CURL] });
    const findings = matchInventory(inventory, database);
    assert.deepEqual(findings.findings[0]?.fixVersions, ['8.1.0']);
  });

  test('is not found in the version with the upstream fix', async () => {
    const findings = await match([createNvdStatement('CVE-1', '< 8.0.0', '8.0.0')], [CURL]);
    assert.deepEqual(findings.findings, []);
  });

  test('is looked up by the package version if the CPE has none', async () => {
    for (const version of ['*', '-', 'unknown']) {
      const cpes = [`cpe:2.3:a:haxx:curl:${version}:*:*:*:*:*:*:*`];
      const findings = await match(
        [createNvdStatement('CVE-1', '= 7.0.0')],
        [{ ...CURL, version: '7.0.0', cpes }],
      );
      assert.equal(findings.findings.length, 1, version);
    }
  });

  test('has one reason with all CPEs that name the same product', async () => {
    const cpes = [
      CURL_CPE,
      'cpe:2.3:a:haxx:curl:8.0.0:*:*:*:*:*:*:*',
      'cpe:2.3:a:haxx:*:*:*:*:*:*:*:*:*',
      'no cpe',
    ];
    const findings = await match([createNvdStatement('CVE-1', '< 9')], [{ ...CURL, cpes }]);
    assert.equal(findings.findings[0]?.matches[0]?.reasons.length, 1);
  });

  test('is also looked up under the name of the origin', async () => {
    const libcurl = {
      ...CURL,
      name: 'libcurl',
      cpes: ['cpe:2.3:a:haxx:libcurl:8.0.0-r3:*:*:*:*:*:*:*'],
      upstreams: [{ name: 'curl' }],
    };
    const findings = await match([createNvdStatement('CVE-1', '< 9')], [libcurl]);
    assert.equal(findings.findings[0]?.matches[0]?.reasons[0]?.searchedName, 'curl');
  });

  test('is only reported with the Grype strategy if the product is stated as unaffected', async () => {
    const unaffected = {
      ...createNvdStatement('CVE-1', '>= 8.0'),
      provider: 'vendor',
      isUnaffected: true,
    };
    const statements = [
      createNvdStatement('CVE-1', '< 9'),
      createNvdStatement('CVE-2', '< 9'),
      unaffected,
    ];
    const own = await match(statements, [CURL]);
    assert.deepEqual(
      own.findings.map(({ id }) => id),
      ['CVE-2'],
    );
    const parity = await match(statements, [CURL], { isParity: true });
    assert.deepEqual(
      parity.findings.map(({ id }) => id),
      ['CVE-1', 'CVE-2'],
    );
  });
});

suite('a vulnerability that the secdb lists', () => {
  test('is decided by the secdb: a fixed package is not vulnerable, whatever a CPE matches', async () => {
    const findings = await match(
      [createSecdbStatement('CVE-1', 'curl', '8.0.0-r2'), createNvdStatement('CVE-1', '< 9')],
      [CURL],
    );
    assert.deepEqual(findings.findings, []);
  });

  test('is reported once if both state that it is vulnerable', async () => {
    const findings = await match(
      [createSecdbStatement('CVE-1', 'curl', '8.0.0-r9'), createNvdStatement('CVE-1', '< 9')],
      [CURL],
    );
    assert.deepEqual(listKinds(findings), ['direct']);
  });

  test('is kept by CPE if only the entry of the origin states that it is vulnerable', async () => {
    const libcurl = { ...CURL, name: 'libcurl', upstreams: [{ name: 'curl' }] };
    const findings = await match(
      [createSecdbStatement('CVE-1', 'curl', '8.0.0-r9'), createNvdStatement('CVE-1', '< 9')],
      [libcurl],
    );
    assert.deepEqual(listKinds(findings), ['indirect', 'cpe']);
  });

  test('are not kept by an entry without a fix', async () => {
    const noFix = {
      ...createSecdbStatement('CVE-1', 'curl', ''),
      ranges: [{ scheme: 'apk', constraint: '< 9' }],
    };
    const libcurl = { ...CURL, name: 'libcurl', upstreams: [{ name: 'curl' }] };
    const findings = await match([noFix, createNvdStatement('CVE-1', '< 9')], [libcurl]);
    assert.deepEqual(listKinds(findings), ['indirect']);
  });

  test('is the same under another ID with the CVE as alias, except with the Grype strategy', async () => {
    const statements = [
      createSecdbStatement('CGA-1', 'curl', '8.0.0-r2', ['CVE-1']),
      createNvdStatement('CVE-1', '< 9'),
    ];
    assert.deepEqual((await match(statements, [CURL])).findings, []);
    assert.deepEqual(listKinds(await match(statements, [CURL], { isParity: true })), ['cpe']);
  });
});

suite('a fix in version 0', () => {
  const denied = createSecdbStatement('CVE-1', 'curl', '0');
  const embedded: PackageSeed = {
    name: 'embedded',
    type: 'other',
    version: '8.0.0',
    cpes: [CURL_CPE],
  };

  test('never matches, removes the guess, and suppresses it for owned packages', async () => {
    using database = await createDatabase({
      systems: [ALPINE],
      statements: [denied, createNvdStatement('CVE-1', '< 9')],
    });
    const relationships = [
      { kind: 'owns-package', from: 'key-of-curl-apk', to: 'key-of-embedded-other', paths: [] },
    ] as const;
    const distro = { id: 'alpine', versionId: '3.18' };
    const inventory = createInventory({ distro, packages: [CURL, embedded], relationships });
    const findings = matchInventory(inventory, database);
    assert.deepEqual(findings.findings, []);
    assert.equal(findings.ignored.length, 1);
  });

  test('does not suppress it for packages that another package owns', async () => {
    const findings = await match([denied, createNvdStatement('CVE-1', '< 9')], [CURL, embedded]);
    assert.deepEqual(
      findings.findings.map(({ packageKey }) => packageKey),
      ['key-of-embedded-other'],
    );
  });
});

suite('the origin', () => {
  test('with the same name and version is not a second reason, except with the Grype strategy', async () => {
    const item = { ...CURL, upstreams: [{ name: 'curl' }, { name: '' }] };
    const statements = [createSecdbStatement('CVE-1', 'curl', '8.0.0-r9')];
    assert.deepEqual(listKinds(await match(statements, [item])), ['direct']);
    assert.deepEqual(listKinds(await match(statements, [item], { isParity: true })), [
      'direct',
      'indirect',
    ]);
  });

  test('yields to a statement about the package itself, which keeps its reason', async () => {
    const item = { ...CURL, name: 'libcurl', upstreams: [{ name: 'curl' }] };
    const statements = [
      createSecdbStatement('CVE-1', 'libcurl', '8.0.0-r5'),
      createSecdbStatement('CVE-1', 'curl', '8.0.0-r9'),
    ];
    const own = await match(statements, [item]);
    assert.deepEqual(own.findings[0]?.fixVersions, ['8.0.0-r5']);
    assert.deepEqual(listKinds(own), ['direct', 'indirect']);
  });

  test('only yields with the Grype strategy if its fix sorts first as text', async () => {
    const item = { ...CURL, name: 'libcurl', upstreams: [{ name: 'curl' }] };
    const later = [
      createSecdbStatement('CVE-1', 'libcurl', '8.0.0-r5'),
      createSecdbStatement('CVE-1', 'curl', '8.0.0-r9'),
    ];
    const earlier = [
      createSecdbStatement('CVE-1', 'libcurl', '8.0.0-r9'),
      createSecdbStatement('CVE-1', 'curl', '8.0.0-r5'),
    ];
    const countMatches = async (
      statements: readonly StatementSeed[],
    ): Promise<number | undefined> =>
      (await match(statements, [item], { isParity: true })).findings[0]?.matches.length;
    assert.equal(await countMatches(later), 2);
    assert.equal(await countMatches(earlier), 1);
  });
});

suite('scope of a statement', () => {
  test('a statement for another architecture does not apply, not even with the Grype strategy', async () => {
    const statement = {
      ...createSecdbStatement('CVE-1', 'curl', '9'),
      qualifiers: { architecture: 'aarch64' },
    };
    const item = { ...CURL, architecture: 'x86_64' };
    assert.deepEqual((await match([statement], [item])).findings, []);
    assert.deepEqual((await match([statement], [item], { isParity: true })).findings, []);
  });

  test('different spellings of one architecture are equal', async () => {
    const statement = {
      ...createSecdbStatement('CVE-1', 'curl', '9'),
      qualifiers: { architecture: 'amd64' },
    };
    const item = { ...CURL, architecture: 'x86_64', upstreams: [{ name: 'curl' }] };
    assert.equal((await match([statement], [item])).findings.length, 1);
  });

  test('statements stored under the name of the system are found', async () => {
    const statement = { ...createSecdbStatement('CVE-1', 'curl', '9'), ecosystem: 'Alpine' };
    assert.equal((await match([statement], [CURL])).findings.length, 1);
  });
});

test('a source without a known version is not looked up by CPE', async () => {
  const upstreams = [{ name: 'haxx-curl', version: 'unknown' }];
  const findings = await match([createNvdStatement('CVE-1', '< 8.1.0')], [{ ...CURL, upstreams }]);
  assert.deepEqual(listKinds(findings), ['cpe']);
});
