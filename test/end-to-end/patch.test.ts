import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { PatchPlan } from '../../src/hardening/harden/patch/patch-plan.ts';
import type { StatementSeed } from '../support/advisory-database.ts';
import { ALPINE, DecidedWorld } from '../support/decided-image.ts';

const world = new DecidedWorld();

function createStatement(id: string, name: string, fix: string | undefined): StatementSeed {
  return {
    id,
    provider: 'alpine',
    system: 0,
    ecosystem: 'apk',
    name,
    ranges: [
      fix === undefined
        ? { scheme: 'apk', constraint: '< 99', state: 'not-fixed' }
        : { scheme: 'apk', constraint: `< ${fix}`, fix, state: 'fixed' },
    ],
  };
}

function createNpmStatement(id: string, constraint: string, fix: string): StatementSeed {
  return {
    id,
    provider: 'github',
    ecosystem: 'npm',
    name: 'left-pad',
    ranges: [{ scheme: 'npm', constraint, fix, state: 'fixed' }],
  };
}

before(async () => {
  await world.addDatabase('db', {
    ...ALPINE,
    statements: [
      createStatement('CVE-2026-0001', 'openssl', '3.0.2'),
      createStatement('CVE-2026-0002', 'openssl', '3.0.4'),
      // The fix of one vulnerability is the start of another one.
      createStatement('CVE-2026-0003', 'zlib', '1.3'),
      {
        ...createStatement('CVE-2026-0004', 'zlib', '1.5'),
        ranges: [{ scheme: 'apk', constraint: '>= 1.3, < 1.5', fix: '1.5', state: 'fixed' }],
      },
      createStatement('CVE-2026-0005', 'musl', undefined),
      createNpmStatement('GHSA-2222-2222-2222', '< 1.2.0', '1.2.0'),
      // The version that fixes the first one is affected, and the next one is a larger step.
      createNpmStatement('GHSA-3333-3333-3333', '>= 1.2.0, < 2.0.0', '2.0.0'),
      createNpmStatement('GHSA-4444-4444-4444', '>= 3.0.0, < 3.1.0', '3.1.0'),
    ],
  });
});
after(() => world[Symbol.dispose]());

const RECORDS = [
  ['libssl3', '3.0.1', 'openssl'],
  ['libcrypto3', '3.0.1', 'openssl'],
  ['zlib', '1.2', 'zlib'],
  ['musl', '1.2', 'musl'],
]
  .map(([name, version, origin]) => `P:${name}\nV:${version}\nA:x86_64\no:${origin}\n\n`)
  .join('');

const LAYER: readonly FixtureEntry[] = [
  { name: 'lib/apk/db/installed', content: RECORDS },
  { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\n' },
];

const DEBIAN_RECORD =
  'Package: curl\nStatus: install ok installed\nVersion: 7.88.1-10\nArchitecture: amd64\n\n';

/** An image of a system that the database does not cover. */
const UNCOVERED: readonly FixtureEntry[] = [
  { name: 'var/lib/dpkg/status', content: DEBIAN_RECORD },
  { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID=12\n' },
];

async function planImage(...args: readonly string[]): Promise<PatchPlan> {
  const { stdout, stderr } = await world.run('fix', world.writeImage(LAYER), '-o', 'json', ...args);
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as PatchPlan;
}

test('packages of one source are updated together, to the version that fixes all findings', async () => {
  const { groups, open, before: now, after: later, introduced } = await planImage();
  assert.deepEqual(
    groups.map(({ name, packages, version }) => [name, packages.map((one) => one.name), version]),
    [
      ['zlib', ['zlib'], '1.5'],
      ['openssl', ['libcrypto3', 'libssl3'], '3.0.4'],
    ],
  );
  assert.deepEqual([now, later, introduced], [6, 1, []]);
  assert.deepEqual(
    open.map(({ name, reason }) => [name, reason]),
    [['musl', 'no-fix']],
  );
});

test('a limit of packages leaves the rest open, with the version that would fix it', async () => {
  const { groups, open } = await planImage('--max-packages', '1');
  assert.deepEqual(
    groups.map(({ name }) => name),
    ['zlib'],
  );
  const left = open.filter(({ reason }) => reason === 'not-chosen');
  assert.equal(left.length, 4);
  assert.ok(left.every(({ version }) => version === '3.0.4'));
});

test('a target that could not be evaluated is not said to have nothing to fix', async () => {
  const { stdout } = await world.run('fix', world.writeImage(UNCOVERED), '-q');
  assert.match(stdout, /: no findings to fix, but the result is incomplete\n\nIncomplete: \S/);
});

test('an index without the version leaves the findings open', async () => {
  const index = world.writeFile(
    'APKINDEX',
    'P:zlib\nV:1.5\n\nP:libssl3\nV:3.0.3\n\nP:libcrypto3\nV:3.0.3\n',
  );
  const { groups, open } = await planImage('--check-index', index);
  assert.deepEqual(
    groups.map(({ name, index: state }) => [name, state?.kind]),
    [['zlib', 'available']],
  );
  assert.ok(open.some(({ reason }) => reason === 'index'));
});

test('the table, the Dockerfile and the script have the same command', async () => {
  const target = world.writeImage(LAYER);
  const command = "apk add --no-cache --upgrade 'zlib>=1.5' 'libcrypto3>=3.0.4' 'libssl3>=3.0.4'";
  for (const format of ['table', 'dockerfile', 'script']) {
    const { stdout, stderr } = await world.run('fix', target, '-o', format);
    assert.ok(stdout.includes(command), `${format}: ${stdout} ${stderr}`);
  }
  const { stdout } = await world.run('fix', target);
  assert.match(stdout, /updating 3 packages fixes 5 of 6 findings; 1 stays open/);
  assert.match(stdout, /Open: 1 finding in musl: no fix yet/);
});

test('a package in two places stays open in both, and no update is larger than the level', async () => {
  const copies = ['srv/a', 'srv/b'].map((folder) => ({
    name: `${folder}/node_modules/left-pad/package.json`,
    content: '{"name": "left-pad", "version": "1.1.0"}',
  }));
  const target = world.writeImage(copies);
  const plan = async (...args: readonly string[]): Promise<PatchPlan> => {
    const { stdout, stderr } = await world.run('fix', target, '-o', 'json', ...args);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as PatchPlan;
  };
  const minor = await plan();
  assert.deepEqual(
    minor.groups.map(({ version, packages: [one] }) => [version, one.keys.length]),
    [['1.2.0', 2]],
  );
  assert.deepEqual(
    minor.introduced.map(({ id }) => id),
    ['GHSA-3333-3333-3333', 'GHSA-3333-3333-3333'],
  );
  assert.deepEqual(
    (await plan('--level', 'major')).groups.map(({ version }) => version),
    ['2.0.0'],
  );
  const patch = await plan('--level', 'patch');
  assert.deepEqual(
    patch.open.map(({ reason, version }) => [reason, version]),
    [
      ['level', '1.2.0'],
      ['level', '1.2.0'],
    ],
  );
});

test('two versions of a package get one new version each, and both are matched again', async () => {
  const target = world.writeImage(
    ['1.1.0', '3.0.0'].map((version) => ({
      name: `srv/${version}/node_modules/left-pad/package.json`,
      content: `{"name": "left-pad", "version": "${version}"}`,
    })),
  );
  const { stdout, stderr } = await world.run('fix', target, '-o', 'json');
  assert.notEqual(stdout, '', stderr);
  const { groups, introduced, after: later } = JSON.parse(stdout) as PatchPlan;
  assert.deepEqual(groups.map(({ version }) => version).toSorted(), ['1.2.0', '3.1.0']);
  assert.deepEqual(
    introduced.map(({ id }) => id),
    ['GHSA-3333-3333-3333'],
  );
  assert.equal(later, 1);
});

test('only findings that a scan of the result does not have are stated as fixed', async () => {
  const upgrade = (records: string): string => records.replaceAll('V:3.0.1', 'V:3.0.4');
  const result = world.writeImage([
    {
      name: 'lib/apk/db/installed',
      content: upgrade(RECORDS).replace('P:musl\nV:1.2', 'P:musl\nV:1.3'),
    },
    { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\n' },
  ]);
  const run = (format: string) =>
    world.run('fix', world.writeImage(LAYER), '--after', result, '-o', format);
  const { stdout, stderr } = await run('openvex');
  const { statements } = JSON.parse(stdout || stderr) as {
    readonly statements: readonly {
      readonly vulnerability: { readonly name: string };
      readonly status: string;
      readonly products: readonly {
        readonly subcomponents: readonly { readonly '@id': string }[];
      }[];
    }[];
  };
  const stated = statements.flatMap(({ vulnerability, status, products }) =>
    products.flatMap(({ subcomponents }) =>
      subcomponents.map((part) => `${vulnerability.name} ${status} ${part['@id']}`),
    ),
  );
  assert.equal(stated.length, 4);
  assert.ok(
    stated.every((text) => /CVE-2026-000[12] fixed pkg:apk.*@3\.0\.4/.test(text)),
    stated.join(),
  );
  const table = await run('table');
  assert.match(table.stdout, /4 findings are fixed, 2 remain\./);
  const none = await world.run('fix', result, '--after', result, '-o', 'openvex');
  assert.match(none.stderr, /E_NOTHING_STATED/);
  const blind = world.writeImage(UNCOVERED);
  const { stdout: gone } = await world.run('fix', world.writeImage(LAYER), '--after', blind, '-q');
  assert.match(gone, /0 findings are fixed, 0 remain\.\n[^]*Incomplete: \S/);
});
