import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createDatabase,
  type StatementSeed,
  type SystemSeed,
} from '../../test/support/advisory-database.ts';
import { createInventory, type InventorySeed } from '../../test/support/inventory.ts';
import { matchPackages } from '../../test/support/match.ts';
import type { WeakProof } from '../core/inventory.ts';

const SYSTEM: SystemSeed = { name: 'redhat', releaseId: 'rhel', major: '9' };
const RANGE = { scheme: 'pep440', constraint: '< 2', fix: '2' };
const UPSTREAM: StatementSeed = {
  id: 'GHSA-1',
  provider: 'github',
  aliases: ['CVE-1'],
  ecosystem: 'python',
  name: 'urllib3',
  ranges: [RANGE],
};
/** A source that lists unfixed vulnerabilities, too. */
const UNFIXED = createStatement('CVE-9', 'other', { constraint: '', state: 'wont-fix' });

const OWNED = { name: 'urllib3', type: 'python', version: '1.26.5' };
const OWNER = { name: 'python3-urllib3', type: 'rpm', version: '1.26.5-3.el9' };
const OWNS = {
  kind: 'owns-package',
  from: 'key-of-python3-urllib3-rpm',
  to: 'key-of-urllib3-python',
  paths: [],
} as const;

function createStatement(
  id: string,
  name: string,
  range: { constraint: string; fix?: string; state?: string },
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const ranges = [{ scheme: 'rpm', ...range }];
  return { id, provider: 'rhel', system: 0, ecosystem: 'rpm', name, ranges, ...more };
}

interface Answer {
  readonly counted: readonly string[];
  readonly notes: readonly string[];
  readonly rules: readonly string[];
}

async function matchPython(
  statements: readonly StatementSeed[],
  more: Partial<InventorySeed> = {},
  isParity = false,
): Promise<Answer> {
  using database = await createDatabase({
    systems: [SYSTEM],
    statements: [UPSTREAM, ...statements],
  });
  const inventory = createInventory({
    distro: { id: 'rhel', versionId: '9' },
    packages: [OWNED, OWNER],
    relationships: [OWNS],
    ...more,
  });
  const { findings, ignored } = matchPackages(inventory, database, { isParity });
  const ofUpstream = findings.filter(({ packageKey }) => packageKey === OWNS.to);
  return {
    counted: ofUpstream.map(({ id }) => id),
    notes: ofUpstream.flatMap(({ notes = [] }) => notes),
    rules: ignored.filter(({ finding }) => finding.packageKey === OWNS.to).map(({ rule }) => rule),
  };
}

const describeDecided = (what: string): Answer => ({
  counted: [],
  notes: [],
  rules: [`decided by the distribution: owner python3-urllib3 (${what})`],
});

const describeUndecided = (why: string): Answer => ({
  counted: ['GHSA-1'],
  notes: [`not decided by the distribution: ${why}`],
  rules: [],
});

const PARTIAL =
  'it has no advisory for its package python3-urllib3, and lists only what it has fixed';

suite('a language package installed by a package of the distribution', () => {
  test('gets the verdict of the statement about its owner', async () => {
    const of = (fix: string) =>
      createStatement('CVE-1', OWNER.name, { constraint: `< ${fix}`, fix });
    assert.deepEqual(await matchPython([of('0:1.26.5-2.el9')]), describeDecided('CVE-1: fixed'));
    assert.deepEqual(await matchPython([of('0:1.26.5-4.el9')]), describeDecided('CVE-1: affected'));
    const denied = createStatement('CVE-1', OWNER.name, { constraint: '' }, { isUnaffected: true });
    assert.deepEqual(
      await matchPython([of('0:9-1'), denied]),
      describeDecided('CVE-1: not affected'),
    );
  });

  test('gets the verdict of the statement about the source of its owner', async () => {
    const upstreams = [{ name: 'python-urllib3', version: '1.26.5-3.el9' }];
    const statement = createStatement('CVE-1', 'python-urllib3', {
      constraint: '< 0:1.26.5-3.el9',
    });
    const packages = [OWNED, { ...OWNER, upstreams }];
    assert.deepEqual(await matchPython([statement], { packages }), describeDecided('CVE-1: fixed'));
  });

  test('is not affected if the distribution lists unfixed vulnerabilities but not this one', async () => {
    assert.deepEqual(await matchPython([UNFIXED]), describeDecided('no advisory'));
    const other = createStatement('CVE-5', OWNER.name, { constraint: '< 1', fix: '1' });
    const packages = [OWNED, { ...OWNER, version: '7-1.el9' }];
    assert.deepEqual(
      await matchPython([UNFIXED, other], { packages }),
      describeDecided('no advisory'),
    );
  });

  test('is reported if the distribution has no statement about its owner', async () => {
    const packages = [OWNED, { ...OWNER, version: '7-1.el9' }];
    const expected = describeUndecided('it states nothing about the package python3-urllib3');
    assert.deepEqual(await matchPython([UNFIXED], { packages }), expected);
  });

  test('is reported if the distribution lists only fixes, or hardly anything else', async () => {
    const other = createStatement('CVE-5', OWNER.name, { constraint: '< 1', fix: '1' });
    assert.deepEqual(await matchPython([other]), describeUndecided(PARTIAL));
    const many = Array.from({ length: 120 }, (_, index) => ({ ...other, id: `CVE-${50 + index}` }));
    assert.deepEqual(await matchPython([UNFIXED, ...many]), describeUndecided(PARTIAL));
  });

  test('is reported if there are no advisories for the distribution', async () => {
    const expected = describeUndecided('it has no advisories for its package python3-urllib3');
    const distro = { id: 'rhel', versionId: '8' };
    assert.deepEqual(await matchPython([UNFIXED], { distro }), expected);
  });

  test('is reported if the statement cannot be compared', async () => {
    const statement = createStatement('CVE-1', OWNER.name, { constraint: '< < 1' });
    const expected = describeUndecided('its range for python3-urllib3 could not be compared');
    assert.deepEqual(await matchPython([UNFIXED, statement]), expected);
  });

  test('is decided by any owner that can decide, and only by packages of the distribution', async () => {
    const second = { ...OWNER, name: 'second' };
    const from = { ...OWNS, from: 'key-of-second-rpm' };
    const statement = createStatement('CVE-1', 'second', { constraint: '< 1', fix: '1' });
    const both = { packages: [OWNED, OWNER, second], relationships: [OWNS, from] };
    const rules = ['decided by the distribution: owner second (CVE-1: fixed)'];
    assert.deepEqual((await matchPython([statement], both)).rules, rules);
    const foreign = { name: 'bundle', type: 'npm', version: '1' };
    const relationships = [
      { ...OWNS, from: 'key-of-bundle-npm' },
      { ...OWNS, from: 'key-of-nothing' },
    ];
    const alone = await matchPython([UNFIXED], { packages: [OWNED, foreign], relationships });
    assert.deepEqual(alone, { counted: ['GHSA-1'], notes: [], rules: [] });
  });

  test('is only decided if the record of its owner proves the installation', async () => {
    const statement = createStatement('CVE-1', OWNER.name, { constraint: '< 0:1.26.5-2.el9' });
    const matchProof = (proof: WeakProof) =>
      matchPython([UNFIXED, statement], { relationships: [{ ...OWNS, proof }] });
    const named = 'its record has no digest, but the same name and version';
    assert.deepEqual(await matchProof('name'), describeDecided(`CVE-1: fixed; ${named}`));
    const changed = describeUndecided('the digest in the record of python3-urllib3 does not match');
    assert.deepEqual(await matchProof('changed'), changed);
    const listed = describeUndecided('the record of python3-urllib3 has no digest of the files');
    assert.deepEqual(await matchProof('path'), listed);
    const relationships = [{ ...OWNS, proof: 'path' } as const];
    const omitted = await matchPython([UNFIXED], { relationships }, true);
    assert.deepEqual(omitted, { counted: [], notes: [], rules: [] });
  });

  test('is judged by upstream statements if it has no owner', async () => {
    const statement = createStatement('CVE-1', OWNER.name, { constraint: '< 1', fix: '1' });
    const apart = await matchPython([statement], { relationships: [] });
    assert.deepEqual(apart, { counted: ['GHSA-1'], notes: [], rules: [] });
  });

  test('is omitted with the Grype strategy if versions agree, and suppressed if it is fixed', async () => {
    const nothing = { counted: [], notes: [], rules: [] };
    assert.deepEqual(await matchPython([UNFIXED], {}, true), nothing);
    const packages = [OWNED, { ...OWNER, version: '7-1.el9' }];
    const kept = { counted: ['GHSA-1'], notes: [], rules: [] };
    assert.deepEqual(await matchPython([UNFIXED], { packages }, true), kept);
    const fixed = createStatement('CVE-1', OWNER.name, { constraint: '< 0:1', fix: '0:1' });
    const silenced = { ...nothing, rules: ['fixed-by-distribution'] };
    assert.deepEqual(await matchPython([fixed], { packages }, true), silenced);
    const amazon = { id: 'amzn', versionId: '9', idLike: ['rhel'] };
    assert.deepEqual(await matchPython([UNFIXED], { distro: amazon }, true), kept);
  });
});
