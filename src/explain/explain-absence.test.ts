import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type DatabaseSeed, databaseOf } from '../../test/support/advisory-database.ts';
import { inventoryOf, type PackageSeed } from '../../test/support/inventory.ts';
import { DEBIAN, DEBIAN_12, debStatement } from '../../test/support/match.ts';
import { matchInventory } from '../match/match-inventory.ts';
import { explainAbsence } from './explain-absence.ts';
import { explainPackages } from './explain-packages.ts';
import type { AbsenceExplanation, PackageExplanation } from './explanation.ts';
import { formatAbsence, formatPackage } from './explanation-text.ts';

const ID = 'CVE-2023-1';
const OPENSSL: PackageSeed = { name: 'openssl', version: '3.0.9-1', type: 'deb' };

/** What was held against every package. */
async function everyStatement(
  packages: readonly PackageSeed[],
  seed: DatabaseSeed,
  wanted?: string,
): Promise<readonly PackageExplanation[]> {
  using database = await databaseOf(seed);
  const inventory = inventoryOf({ distro: DEBIAN_12, packages });
  const options = {};
  const findings = matchInventory(inventory, database, options);
  return [...explainPackages(wanted, { inventory, findings, database, options })];
}

async function whyNot(
  packages: readonly PackageSeed[],
  seed: DatabaseSeed,
  wanted?: string,
): Promise<AbsenceExplanation> {
  using database = await databaseOf(seed);
  const inventory = inventoryOf({ distro: DEBIAN_12, packages });
  const options = {};
  const findings = matchInventory(inventory, database, options);
  const question = { id: ID, ...(wanted === undefined ? {} : { package: wanted }) };
  return explainAbsence(question, { inventory, findings, database, options });
}

const reasonsOf = ({ considered }: AbsenceExplanation): string[] =>
  considered.flatMap(({ package: item, rejections }) =>
    rejections.map(({ why, detail }) => `${item.name}: ${why}: ${detail}`),
  );

suite('why there is no finding', () => {
  test('a version that is fixed is shown against the fix', async () => {
    const answer = await whyNot([OPENSSL], {
      systems: [DEBIAN],
      statements: [debStatement(ID, 'openssl', '3.0.8-1')],
    });
    assert.deepEqual(reasonsOf(answer), [
      'openssl: version-outside: 3.0.9-1 is not in the affected range "< 3.0.8-1 (deb)"',
    ]);
    const text = formatAbsence(answer).join('\n');
    assert.match(text, /3\.0\.9-1 < 3\.0\.8-1: false \(deb\)/);
    assert.match(text, /debian, CVE-2023-1 \(debian 12 \/ deb \/ openssl\): version-outside/);
  });

  test('a statement for another architecture, one taken back, and one about no package here', async () => {
    const systems = [DEBIAN];
    const other = await whyNot([{ ...OPENSSL, architecture: 'amd64' }], {
      systems,
      statements: [
        debStatement(ID, 'openssl', '9', {
          qualifiers: { platform_cpes: ['cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*'] },
        }),
      ],
    });
    assert.match(reasonsOf(other).join('\n'), /not-qualified: it is about the platform cpe:/);
    const back = await whyNot([OPENSSL], {
      systems,
      statements: [debStatement(ID, 'openssl', '9', { status: 'rejected' })],
    });
    assert.deepEqual(reasonsOf(back), ['openssl: withdrawn: debian has withdrawn its advisory']);
    const none = await whyNot([OPENSSL], {
      systems,
      statements: [debStatement(ID, 'gnutls28', '9')],
    });
    assert.deepEqual(none.considered, []);
    assert.match(none.summary, /debian lists it, but not for a package of this target/);
  });

  test('an id that nobody knows, and a package that is not there', async () => {
    const seed = { systems: [DEBIAN], statements: [debStatement('CVE-2', 'openssl', '9')] };
    const nobody = await whyNot([OPENSSL], seed);
    assert.match(nobody.summary, /no source in the database has a record of it/);
    const absent = await whyNot([OPENSSL], seed, 'gnutls');
    assert.equal(absent.packagesSearched, 0);
    assert.match(absent.summary, /no package is named "gnutls"/);
  });

  test('of every package on request: what it is found for, and each statement beside', async () => {
    const seed: DatabaseSeed = {
      systems: [DEBIAN],
      statements: [
        debStatement('CVE-2', 'openssl', '3.0.8-1'),
        debStatement('CVE-3', 'openssl', '3.1-1', { aliases: ['GHSA-3'] }),
        debStatement('GHSA-3', 'openssl', '2.9-1', { cves: ['CVE-3'] }),
      ],
    };
    const bash: PackageSeed = { name: 'bash', version: '!', type: 'deb' };
    const [first, second] = await everyStatement([OPENSSL, bash], seed);
    assert.deepEqual(first?.found, ['CVE-3']);
    const fell = first.rejections.map(({ vulnerability, why }) => `${vulnerability} ${why}`);
    assert.deepEqual(fell, ['CVE-2 version-outside']);
    assert.deepEqual(second?.rejections, []);
    const text = formatPackage(first).join('\n');
    assert.match(
      text,
      /^openssl 3\.0\.9-1: 1 finding, 1 advisory did not match\nFound {10}CVE-3\n/,
    );
    assert.match(text, /3\.0\.9-1 < 3\.0\.8-1: false/);
    const named = await everyStatement([OPENSSL, bash], seed, 'bash');
    assert.deepEqual(
      named.map((one) => one.package.name),
      ['bash'],
    );
    const unjudged = await everyStatement([OPENSSL], { systems: [], statements: [] });
    assert.match(
      formatPackage(unjudged[0] ?? assert.fail()).join('\n'),
      /Not evaluated +the database/,
    );
  });

  test('what could not be judged is said, and never reads as clean', async () => {
    const answer = await whyNot([OPENSSL], { systems: [], statements: [] });
    assert.equal(answer.unjudged.length, 1);
    assert.match(answer.summary, /; 1 package could not be evaluated/);
    assert.match(
      formatAbsence(answer).join('\n'),
      /Not evaluated +openssl 3\.0\.9-1: the database has/,
    );
  });
});
