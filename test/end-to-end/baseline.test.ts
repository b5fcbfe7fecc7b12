import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { StatementSeed } from '../support/advisory-database.ts';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';

const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

function createStatement(id: string, name: string, ecosystem = 'apk'): StatementSeed {
  const ranges = [{ scheme: ecosystem, constraint: '< 2', fix: '2' }];
  const frame = { id, provider: ecosystem, ecosystem, name, ranges };
  return ecosystem === 'apk' ? { ...frame, system: 0 } : frame;
}

const STATEMENTS = [
  createStatement('CVE-2025-1', 'musl'),
  createStatement('CVE-2025-2', 'busybox'),
  createStatement('CVE-2025-3', 'openssl'),
  createStatement('CVE-2025-4', 'flask', 'python'),
];
const LATER = createStatement('CVE-2025-5', 'zlib');

/** The same name each time, as for a rebuilt tag. */
const NAMED = ['--name', 'app'] as const;

const createApkImage = (...packages: readonly string[]): string =>
  world.writeImage(createAlpineLayer(packages));

const WAS = ['musl 1.0', 'busybox 1', 'libssl1.1 1.1 openssl'] as const;
const baseline = join(world.folder, 'baseline.json');
const older = join(world.folder, 'older.json');

async function saveResult(target: string, file: string, database = 'db'): Promise<void> {
  const args = ['scan', target, ...NAMED, '-q', '-o', `json=${file}`];
  const { status, stderr } = await world.runWithDatabase(database, ...args);
  assert.equal(status, 0, stderr);
}

before(async () => {
  const builtAt = '2025-12-01 00:00:00+00:00';
  await world.addDatabase('db', { ...ALPINE, statements: [...STATEMENTS, LATER] });
  await world.addDatabase('older', { ...ALPINE, statements: STATEMENTS, builtAt });
  await saveResult(createApkImage(...WAS), baseline);
  await saveResult(createApkImage('musl 1.0', 'zlib 1'), older, 'older');
});

interface Result {
  readonly findings: {
    readonly findings: readonly { readonly id: string }[];
    readonly alerts: readonly { readonly kind: string; readonly message: string }[];
  };
  readonly verdict: {
    readonly gates: readonly {
      readonly reason: string;
      readonly failedBy: readonly { readonly id: string }[];
    }[];
  };
}

async function runGate(target: string, file: string, ...more: readonly string[]) {
  const onlyChanged = join(world.folder, 'changed.md');
  const outputs = ['-o', 'json', '-o', `markdown=${onlyChanged}`];
  const args = [...NAMED, '--baseline', file, '--fail-on-new', ...outputs, ...more];
  const { status, stdout, stderr } = await world.run('scan', target, ...args);
  const { findings, verdict } = JSON.parse(stdout) as Result;
  const failedBy = verdict.gates.flatMap((one) => one.failedBy.map(({ id }) => id));
  const reasons = verdict.gates.map(({ reason }) => reason).join('; ');
  const ids = findings.findings.map(({ id }) => id);
  const stale = findings.alerts.flatMap(({ kind, message }) =>
    kind === 'baseline-stale' ? [message] : [],
  );
  const markdown = readFileSync(onlyChanged, 'utf8');
  return { status, stderr, reasons, failedBy, ids, stale, markdown };
}

describe('--fail-on-new with a baseline', () => {
  test('fails by introduced findings, and lists them', async () => {
    const told = await runGate(createApkImage(...WAS, 'zlib 1'), baseline);
    assert.deepEqual([told.status, told.failedBy, told.ids.length], [2, ['CVE-2025-5'], 4]);
    assert.match(told.stderr, /failed: --fail-on-new: 1 new finding is unknown or worse/);
    assert.match(told.markdown, /CVE-2025-5.*zlib 1 was added/s);
    assert.doesNotMatch(told.markdown, /CVE-2025-[123]/);
    assert.deepEqual(told.stale, []);
  });

  test('names the failed gate even with -q, and prints nothing if it passes', async () => {
    const quiet = [...NAMED, '--baseline', baseline, '--fail-on-new', '-q', '-o', 'csv'];
    const failed = await world.run('scan', createApkImage(...WAS, 'zlib 1'), ...quiet);
    const line = 'failed: --fail-on-new: 1 new finding is unknown or worse\n';
    assert.deepEqual([failed.status, failed.stderr], [2, line]);
    const passed = await world.run('scan', createApkImage(...WAS), ...quiet);
    assert.deepEqual([passed.status, passed.stderr], [0, '']);
  });

  test('passes if nothing changed', async () => {
    const { status, failedBy, ids, stale } = await runGate(createApkImage(...WAS), baseline);
    assert.deepEqual([status, failedBy, ids.length, stale], [0, [], 3, []]);
  });

  test('passes if a finding is fixed, a package only upgraded, and another renamed', async () => {
    const now = createApkImage('musl 1.1', 'busybox 2', 'libssl3 1.3 openssl');
    const { status, failedBy, ids, stale, markdown } = await runGate(now, baseline);
    assert.deepEqual([status, failedBy, stale], [0, [], []]);
    assert.deepEqual(ids, ['CVE-2025-3', 'CVE-2025-1']);
    assert.match(markdown, /CVE-2025-2.*busybox 1 was updated to 2/s);
  });

  test('treats findings on another line of a moved file as the same', async () => {
    const folder = join(world.folder, 'source');
    mkdirSync(join(folder, 'deps'), { recursive: true });
    world.writeFile('source/requirements.txt', 'flask==1.0\n');
    const saved = join(world.folder, 'source.json');
    await saveResult(`dir:${folder}`, saved);
    world.writeFile('source/requirements.txt', '# why\n\nclick==8.0\nflask==1.0\n');
    renameSync(join(folder, 'requirements.txt'), join(folder, 'deps', 'requirements.txt'));
    const { status, failedBy, ids } = await runGate(`dir:${folder}`, saved);
    assert.deepEqual([status, failedBy, ids], [0, [], ['CVE-2025-4']]);
  });

  test('is rejected without a result to compare with', async () => {
    const bare = await world.run('scan', createApkImage('musl 1'), '--fail-on-new');
    assert.equal(bare.status, 3);
    assert.match(bare.stderr, /--baseline FILE/);
    const sbom = world.writeFile('sbom.json', '{"bomFormat":"CycloneDX","specVersion":"1.6"}');
    const other = await world.run('scan', createApkImage('musl 1'), '--baseline', sbom);
    assert.match(other.stderr, /is not a plimsoll scan result/);
    const missing = await world.run('scan', createApkImage('musl 1'), '--baseline', `${sbom}.none`);
    assert.match(missing.stderr, /could not read the baseline ".*"/);
  });
});

describe('a stale baseline', () => {
  test('is reported if data changed, and findings of newer data do not fail', async () => {
    const told = await runGate(createApkImage('musl 2', 'zlib 1'), older);
    assert.deepEqual([told.status, told.failedBy, told.ids], [0, [], ['CVE-2025-5']]);
    assert.match(told.reasons, /1 more became known without a change of the target/);
    assert.equal(told.stale.length, 1);
    const dates =
      /older\.json is stale: it used the database of 2025-12-01, this scan uses 2026-01-02; create/;
    assert.match(told.stale[0] ?? '', dates);
  });

  test('is not reported if nothing changed, at any age', async () => {
    const { status, ids, stale } = await runGate(createApkImage('musl 1.0', 'zlib 2'), older);
    assert.deepEqual([status, ids, stale], [0, ['CVE-2025-1'], []]);
  });

  test('is reported if it belongs to another target', async () => {
    const { status, stale } = await runGate(
      createApkImage('musl 1.0'),
      baseline,
      '--name',
      'other',
    );
    assert.equal(status, 0);
    assert.match(stale[0] ?? '', /is stale: it describes "app"; create it again/);
  });
});
