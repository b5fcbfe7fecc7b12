import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDatabase, type DatabaseSeed } from '../../test/support/advisory-database.ts';
import { createInventory, type PackageSeed } from '../../test/support/inventory.ts';
import { createDebStatement, DEBIAN, DEBIAN_12 } from '../../test/support/match.ts';
import { matchInventory } from '../match/match-inventory.ts';
import { explainAbsence } from './explain-absence.ts';
import { explainPackages } from './explain-packages.ts';
import type { AbsenceExplanation, PackageExplanation } from './explanation.ts';
import { formatAbsence, formatPackage } from './explanation-text.ts';

const ID = 'CVE-2023-1';
const OPENSSL: PackageSeed = { name: 'openssl', version: '3.0.9-1', type: 'deb' };

/** Returns the statements that were checked against every package. */
async function explainSeed(
  packages: readonly PackageSeed[],
  seed: DatabaseSeed,
  wanted?: string,
): Promise<readonly PackageExplanation[]> {
  using database = await createDatabase(seed);
  const inventory = createInventory({ distro: DEBIAN_12, packages });
  const options = {};
  const findings = matchInventory(inventory, database, options);
  return [...explainPackages(wanted, { inventory, findings, database, options })];
}

async function explainSeedAbsence(
  packages: readonly PackageSeed[],
  seed: DatabaseSeed,
  wanted?: string,
): Promise<AbsenceExplanation> {
  using database = await createDatabase(seed);
  const inventory = createInventory({ distro: DEBIAN_12, packages });
  const options = {};
  const findings = matchInventory(inventory, database, options);
  const question = { id: ID, ...(wanted === undefined ? {} : { package: wanted }) };
  return explainAbsence(question, { inventory, findings, database, options });
}

const formatRejections = ({ considered }: AbsenceExplanation): string[] =>
  considered.flatMap(({ package: item, rejections }) =>
    rejections.map(({ why, detail }) => `${item.name}: ${why}: ${detail}`),
  );

suite('the reason for a missing finding', () => {
  test('shows a fixed version compared with the fix', async () => {
    const answer = await explainSeedAbsence([OPENSSL], {
      systems: [DEBIAN],
      statements: [createDebStatement(ID, 'openssl', '3.0.8-1')],
    });
    assert.deepEqual(formatRejections(answer), [
      'openssl: version-outside: 3.0.9-1 is not in the affected range "< 3.0.8-1 (deb)"',
    ]);
    const text = formatAbsence(answer).join('\n');
    assert.match(text, /3\.0\.9-1 < 3\.0\.8-1: false \(deb\)/);
    assert.match(text, /debian, CVE-2023-1 \(debian 12 \/ deb \/ openssl\): version-outside/);
  });

  test('explains a statement for another architecture, a withdrawn one, and one about no package here', async () => {
    const systems = [DEBIAN];
    const other = await explainSeedAbsence([{ ...OPENSSL, architecture: 'amd64' }], {
      systems,
      statements: [
        createDebStatement(ID, 'openssl', '9', {
          qualifiers: { platform_cpes: ['cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*'] },
        }),
      ],
    });
    assert.match(
      formatRejections(other).join('\n'),
      /not-qualified: it is about the platform cpe:/,
    );
    const back = await explainSeedAbsence([OPENSSL], {
      systems,
      statements: [createDebStatement(ID, 'openssl', '9', { status: 'rejected' })],
    });
    assert.deepEqual(formatRejections(back), [
      'openssl: withdrawn: debian has withdrawn its advisory',
    ]);
    const none = await explainSeedAbsence([OPENSSL], {
      systems,
      statements: [createDebStatement(ID, 'gnutls28', '9')],
    });
    assert.deepEqual(none.considered, []);
    assert.match(none.summary, /debian lists it, but not for a package of this target/);
  });

  test('explains an unknown ID and a missing package', async () => {
    const seed = { systems: [DEBIAN], statements: [createDebStatement('CVE-2', 'openssl', '9')] };
    const nobody = await explainSeedAbsence([OPENSSL], seed);
    assert.match(nobody.summary, /no source in the database has a record of it/);
    const absent = await explainSeedAbsence([OPENSSL], seed, 'gnutls');
    assert.equal(absent.packagesSearched, 0);
    assert.match(absent.summary, /no package is named "gnutls"/);
  });

  test('explains every package on request: its findings, and each other statement', async () => {
    const seed: DatabaseSeed = {
      systems: [DEBIAN],
      statements: [
        createDebStatement('CVE-2', 'openssl', '3.0.8-1'),
        createDebStatement('CVE-3', 'openssl', '3.1-1', { aliases: ['GHSA-3'] }),
        createDebStatement('GHSA-3', 'openssl', '2.9-1', { cves: ['CVE-3'] }),
      ],
    };
    const bash: PackageSeed = { name: 'bash', version: '!', type: 'deb' };
    const [first, second] = await explainSeed([OPENSSL, bash], seed);
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
    const named = await explainSeed([OPENSSL, bash], seed, 'bash');
    assert.deepEqual(
      named.map((one) => one.package.name),
      ['bash'],
    );
    const unjudged = await explainSeed([OPENSSL], { systems: [], statements: [] });
    assert.match(
      formatPackage(unjudged[0] ?? assert.fail()).join('\n'),
      /Not evaluated +the database/,
    );
  });

  test('reports packages that could not be evaluated, and never looks clean', async () => {
    const answer = await explainSeedAbsence([OPENSSL], { systems: [], statements: [] });
    assert.equal(answer.unjudged.length, 1);
    assert.match(answer.summary, /; 1 package could not be evaluated/);
    assert.match(
      formatAbsence(answer).join('\n'),
      /Not evaluated +openssl 3\.0\.9-1: the database has/,
    );
  });
});
