import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DatabaseMirror } from '../support/database-mirror.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

const BUILT = '2026-01-02T03:04:05Z';
const NEWER = '2026-01-02T23:00:00Z';
const NOW_SECONDS = 1_767_398_400;
const HOUR = 3600;
const DAY = 24 * HOUR;

interface World {
  readonly mirror: DatabaseMirror;
  readonly folder: string;
  readonly target: string;
  /** Scans at the given number of seconds after the start of the test's time. */
  scan(secondsLater: number, ...more: readonly string[]): Promise<Ended>;
}

/**
 * Creates a system with one vulnerable package, an empty cache, and a server that publishes a
 * database.
 */
async function createWorld(t: TestContext): Promise<World> {
  const mirror = await DatabaseMirror.start();
  t.after(() => mirror[Symbol.asyncDispose]());
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-scan-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const target = join(folder, 'root');
  mkdirSync(join(target, 'etc'), { recursive: true });
  mkdirSync(join(target, 'lib/apk/db'), { recursive: true });
  writeFileSync(join(target, 'etc/os-release'), 'ID=alpine\nVERSION_ID=3.10.1\n');
  writeFileSync(join(target, 'lib/apk/db/installed'), 'P:musl\nV:1.1.20-r0\nA:x86_64\n\n');
  return {
    mirror,
    folder,
    target,
    scan: (secondsLater, ...more) =>
      runProgram([`dir:${target}`, '--db-url', mirror.url, ...more], {
        PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
        SOURCE_DATE_EPOCH: String(NOW_SECONDS + secondsLater),
      }),
  };
}

const FOUND = /^musl +1\.1\.20-r0 +1\.1\.24-r3 +apk +CVE-2020-0001/m;

test('a first scan downloads the database, reports it on one line, and finds', async (t) => {
  const { mirror, scan } = await createWorld(t);
  mirror.publishTiny(BUILT);
  const { status, stdout, stderr } = await scan(0, '--fail-incomplete');
  assert.equal(status, 0, stderr);
  assert.match(stdout, FOUND);
  assert.match(
    stderr,
    /^downloading the advisory database of 2026-01-02T03:04:05Z from http:\S+$/m,
  );
  assert.equal(mirror.requests.length, 2);
});

test('checks the mirror again after two hours, and uses newer data', async (t) => {
  const { mirror, scan } = await createWorld(t);
  mirror.publishTiny(BUILT);
  await scan(0);
  mirror.publishTiny(NEWER);
  mirror.requests.length = 0;
  const soon = await scan(HOUR);
  assert.match(soon.stdout, FOUND);
  assert.deepEqual(mirror.requests, []);
  const later = await scan(2 * HOUR, '-o', 'json');
  assert.equal(mirror.requests.length, 2);
  const document = JSON.parse(later.stdout) as { findings: { database: { builtAt: string } } };
  assert.equal(document.findings.database.builtAt, NEWER);
});

test('a failed check keeps recent data in use, with a warning', async (t) => {
  const { mirror, scan } = await createWorld(t);
  mirror.publishTiny(BUILT);
  await scan(0);
  mirror.put('/databases/v6/latest.json', 'garbage');
  const { status, stdout, stderr } = await scan(DAY, '--fail-incomplete');
  assert.equal(status, 0, stderr);
  assert.match(stdout, FOUND);
  assert.match(stdout, /^Alert: could not update the advisory database: .* is not JSON\.$/m);
  assert.match(stderr, /^warning: could not update the advisory database: /m);
  mirror.requests.length = 0;
  assert.doesNotMatch((await scan(DAY + HOUR)).stdout, /Alert/);
  assert.deepEqual(mirror.requests, []);
});

test('reports outdated data and, on request, exits with a separate status', async (t) => {
  const { mirror, scan } = await createWorld(t);
  mirror.publishTiny(BUILT);
  await scan(0);
  const same = await scan(6 * DAY, '--fail-incomplete');
  assert.equal(same.status, 4);
  assert.match(same.stdout, FOUND);
  const message = 'the advisory database was built 2026-01-02T03:04:05Z, more than 5 days ago';
  assert.ok(same.stdout.includes(`Alert: ${message}.`), same.stdout);
  assert.ok(same.stderr.includes(`warning: ${message}\n`), same.stderr);
  mirror.handler = (_, response) => {
    response.writeHead(404).end();
    return true;
  };
  const dead = await scan(6 * DAY, '-o', 'json');
  assert.equal(dead.status, 0);
  const { findings } = JSON.parse(dead.stdout) as { findings: { alerts: { kind: string }[] } };
  assert.deepEqual(
    findings.alerts.map(({ kind }) => kind).filter((kind) => kind.startsWith('database-')),
    ['database-outdated', 'database-not-updated'],
  );
  const allowed = await scan(6 * DAY, '--db-max-age', '30', '--fail-incomplete');
  assert.equal(allowed.status, 0);
});

test('evaluates nothing without any database', async (t) => {
  const { mirror, scan } = await createWorld(t);
  const { status, stdout, stderr } = await scan(0);
  assert.equal(status, 0);
  assert.match(stdout, /^Vulnerabilities not evaluated: /m);
  assert.match(stderr, /^warning: could not update the advisory database: .* status 404$/m);
  assert.equal((await scan(0, '--fail-incomplete')).status, 4);
  const { findings } = JSON.parse((await scan(0, '-o', 'json')).stdout) as {
    findings: { database: null; alerts: { kind: string }[] };
  };
  assert.equal(findings.database, null);
  assert.deepEqual(
    findings.alerts.map(({ kind }) => kind),
    ['database-missing', 'database-not-updated'],
  );
  assert.ok(mirror.requests.length >= 3);
});

test('a named directory must finally contain a database', async (t) => {
  const { folder, scan } = await createWorld(t);
  const { status, stderr } = await scan(0, '--db', join(folder, 'named'));
  assert.equal(status, 4);
  assert.match(stderr, /error\[E_DB_MISSING\]/);
});

test('an invalid mirror URL is a usage error, not a missing database', async (t) => {
  const { scan } = await createWorld(t);
  const { status, stderr } = await scan(0, '--db-url', 'mirror.example/databases');
  assert.equal(status, 3);
  assert.match(stderr, /E_USAGE/);
});

test('reports a missing target before a database is downloaded', async (t) => {
  const { mirror, target } = await createWorld(t);
  mirror.publishTiny(BUILT);
  const { status } = await runProgram([`dir:${target}/none`, '--db-url', mirror.url]);
  assert.equal(status, 5);
  assert.deepEqual(mirror.requests, []);
});

/** Ends the program when it opens a connection of any kind. */
const NO_SOCKETS = `import { Socket } from 'node:net';
Socket.prototype.connect = () => {
  process.stderr.write('a socket was opened');
  process.exit(99);
};
`;

for (const flag of ['--offline', '--no-db-auto-update']) {
  test(`a scan with ${flag} opens no socket, in any state of the database`, async (t) => {
    const { mirror, folder, target } = await createWorld(t);
    mirror.publishTiny(BUILT);
    const guard = join(folder, 'guard.mjs');
    writeFileSync(guard, NO_SOCKETS);
    const scan = (secondsLater: number, ...more: readonly string[]): Promise<Ended> =>
      runProgram([`dir:${target}`, '--db-url', mirror.url, ...more], {
        PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
        SOURCE_DATE_EPOCH: String(NOW_SECONDS + secondsLater),
        NODE_OPTIONS: `--import ${pathToFileURL(guard).href}`,
      });
    assert.equal((await scan(0)).status, 99, 'the guard sees sockets');
    assert.deepEqual(mirror.requests, []);
    const missing = await scan(0, flag);
    assert.equal(missing.status, 0, missing.stderr);
    assert.match(missing.stdout, /^Vulnerabilities not evaluated: /m);
    assert.equal((await scan(0, flag, '--fail-incomplete')).status, 4);
    const filled = await runProgram(
      ['db', 'update', '--db', join(folder, 'cache/db'), '--db-url', mirror.url],
      { SOURCE_DATE_EPOCH: String(NOW_SECONDS) },
    );
    assert.equal(filled.status, 0, filled.stderr);
    assert.match((await scan(DAY, flag)).stdout, FOUND);
    const old = await scan(30 * DAY, flag, '--fail-incomplete');
    assert.equal(old.status, 4, old.stderr);
    assert.match(old.stdout, /^Alert: the advisory database was built /m);
  });
}

test('scans that start together with an empty cache download the database once', async (t) => {
  const { mirror, scan } = await createWorld(t);
  mirror.publishTiny(BUILT);
  const ended = await Promise.all([scan(0), scan(0), scan(0)]);
  for (const { status, stdout, stderr } of ended) {
    assert.equal(status, 0, stderr);
    assert.match(stdout, FOUND);
  }
  assert.equal(mirror.archiveRequests.length, 1);
});
