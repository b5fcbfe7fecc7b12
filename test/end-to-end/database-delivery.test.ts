import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { describeDatabase } from '../../src/vulnerability/advisory/describe-database.ts';
import { createTinyArchive } from '../support/database-mirror.ts';
import { copyImage, startRegistry } from '../support/docker-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram } from '../support/run-program.ts';

const BUILT = '2026-01-02T03:04:05Z';

/** Creates a publisher with keys and an imported database in a temporary directory. */
async function createPublisher(t: TestContext) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-publisher-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => path.join(folder, name);
  fs.writeFileSync(at('archive.tar.zst'), createTinyArchive(BUILT));
  const run = (...args: readonly string[]) => runProgram(['db', ...args]);
  await run('import', at('archive.tar.zst'), '--db', at('source'));
  const { stdout } = await run('keys', 'create', at('keys'));
  assert.match(stdout, /^Key +[0-9a-f]{64}\nVersion +1\n/);
  const publish = (...more: readonly string[]) =>
    run('publish', at('public'), '--key', at('keys/private.pem'), '--db', at('source'), ...more);
  return { at, run, publish, key: ['--db-key', at('keys/public.pem')] };
}

function isValid(database: string): boolean {
  return describeDatabase(database, true).isValid;
}

test('publishes a signed directory, and installs and checks it', async (t) => {
  const { at, run, publish, key } = await createPublisher(t);
  const { status, stdout } = await publish();
  assert.equal(status, 0);
  assert.match(stdout, /^Index +\d+, expires 20\S+Z\nWritten +[\d,]+ bytes\n$/);
  assert.match((await publish()).stdout, /\nWritten +nothing: already published\n$/);
  const client = ['--db', at('client'), '--db-url', at('public'), ...key];
  const before = await run('check', ...client);
  assert.equal(before.status, 100);
  assert.match(before.stdout, /^No advisory database is installed\nAvailable: index \d+, created /);
  const updated = await run('update', ...client, '--offline');
  assert.deepEqual(
    [updated.status, updated.stdout],
    [0, `Advisory database updated: built ${BUILT}\n`],
  );
  assert.match(
    updated.stderr,
    /^downloading \d shards of the advisory database .*\nDownloaded advisory/,
  );
  assert.ok(isValid(at('client')));
  assert.equal((await run('check', ...client)).status, 0);
  const list = await run('list', ...client, '-o', 'json');
  assert.deepEqual(Object.keys((JSON.parse(list.stdout) as object[])[0] ?? {}), [
    'sequence',
    'created',
    'expires',
    'shards',
    'sizeBytes',
  ]);
});

test('refuses a signed directory without its key, and with another one', async (t) => {
  const { at, run, publish } = await createPublisher(t);
  await publish();
  await run('keys', 'create', at('other'));
  const client = ['--db', at('client'), '--db-url', at('public')];
  const unknown = await run('update', ...client);
  assert.equal(unknown.status, 1);
  assert.match(
    unknown.stderr,
    /error\[E_DB_UNTRUSTED\]: no key is trusted: .*\nhint: name the pub/,
  );
  const other = await run('update', ...client, '--db-key', at('other/public.pem'));
  assert.match(other.stderr, /error\[E_DB_UNTRUSTED\]: unknown key: /);
  const secret = await run('update', ...client, '--db-key', at('other/private.pem'));
  assert.equal(secret.status, 3);
  assert.match(secret.stderr, /contains no Ed25519 public key/);
  assert.equal(fs.existsSync(path.join(at('client'), 'current')), false);
  assert.equal((await run('update', ...client, '--trust-first-key')).status, 0);
});

test('the private key is readable by its owner only, and stays after a rotation', async (t) => {
  const { at, run, publish, key } = await createPublisher(t);
  await publish();
  const client = ['--db', at('client'), '--db-url', at('public')];
  fs.copyFileSync(at('keys/public.pem'), at('pinned.pem'));
  await run('update', ...client, ...key);
  const rotated = await run('keys', 'rotate', at('keys'));
  assert.match(rotated.stdout, /\nVersion +2\n/);
  for (const name of ['private.pem', 'private-1.pem']) {
    assert.equal(fs.statSync(at(`keys/${name}`)).mode & 0o777, 0o600, name);
  }
  assert.match((await publish()).stdout, /\nWritten +[\d,]+ bytes\n/);
  assert.equal((await run('update', ...client, '--db-key', at('pinned.pem'))).status, 0);
  const again = await run('keys', 'create', at('keys'));
  assert.match(again.stderr, /error\[E_OUTPUT\]: ".*private.pem" exists already/);
});

test('carries a database to a machine without a network', async (t) => {
  const { at, run, publish, key } = await createPublisher(t);
  await publish();
  await run('update', '--db', at('client'), '--db-url', at('public'), ...key);
  const written = await run('export', '--signed', at('signed.tar'), '--db', at('client'));
  assert.match(written.stdout, /^Signed advisory database written to /);
  const imported = await run(
    'import',
    at('signed.tar'),
    '--db',
    at('offline'),
    ...key,
    '--offline',
  );
  assert.equal(imported.status, 0, imported.stderr);
  assert.ok(isValid(at('offline')));
  const unsigned = await run('export', '--signed', at('no.tar'), '--db', at('source'));
  assert.match(unsigned.stderr, /error\[E_DB_UNTRUSTED\]: .*has no publisher's signature/);
  assert.equal(fs.existsSync(at('no.tar')), false);
});

/** Writes an SBOM with a package of npm and one of Alpine. */
function writeSbom(file: string, components: readonly object[]): void {
  const document = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components };
  fs.writeFileSync(file, JSON.stringify(document));
}

test('a scan downloads the shards that it needs, and is incomplete without one', async (t) => {
  const { at, run, publish, key } = await createPublisher(t);
  await publish();
  const mirror = ['--db-url', at('public'), ...key, '--db', at('client'), '--db-max-age', '0'];
  const npm = { name: 'left-pad', version: '1.0.0', purl: 'pkg:npm/left-pad@1.0.0' };
  const musl = {
    name: 'musl',
    version: '1.0.0',
    purl: 'pkg:apk/alpine/musl@1.0.0?distro=alpine-3.10',
  };
  const system = { type: 'operating-system', name: 'alpine', version: '3.10' };
  writeSbom(at('npm.json'), [{ type: 'library', ...npm }]);
  writeSbom(at('apk.json'), [{ type: 'library', ...musl }, system]);
  const first = await runProgram(['scan', at('npm.json'), ...mirror]);
  assert.match(first.stdout, /GHSA-aaaa-bbbb-cccc/);
  const names = describeDatabase(at('client')).shards.map(({ name }) => name);
  assert.ok(names.includes('ecosystem-npm') && !names.includes('os-alpine'), names.join());
  const offline = await runProgram([
    'scan',
    at('apk.json'),
    ...mirror,
    '--offline',
    '--fail-incomplete',
  ]);
  assert.equal(offline.status, 4);
  assert.match(offline.stderr, /lacks shards that the target needs: os-alpine/);
  const searched = await runProgram(['db', 'search', 'pkg:apk/alpine/musl', '--db', at('client')]);
  assert.equal(searched.status, 4);
  assert.match(searched.stderr, /the result is incomplete without .* of the database: .*os-alpine/);
  const known = await runProgram(['db', 'search', 'left-pad', '--db', at('client'), '-o', 'json']);
  assert.equal(known.status, 4, 'a package of this name may be in another ecosystem');
  assert.match(known.stdout, /GHSA-aaaa-bbbb-cccc/);
  const complete = await runProgram(['scan', at('apk.json'), ...mirror, '--fail-incomplete']);
  assert.equal(complete.status, 0, complete.stderr);
  assert.match(complete.stdout, /CVE-2020-0001/);
  const wanted = await run('update', '--for', at('apk.json'), ...mirror, '--db', at('other'));
  assert.equal(wanted.status, 0, wanted.stderr);
  const shards = describeDatabase(at('other')).shards.map(({ name }) => name);
  assert.ok(shards.includes('os-alpine') && !shards.includes('ecosystem-npm'), shards.join());
});

test('rejects invalid arguments of publishing', async (t) => {
  const { at, run } = await createPublisher(t);
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['publish', at('public')], /publishing a database needs a private key/],
    [['publish', '--key', at('keys/private.pem')], /needs the directory to publish to/],
    [['publish', at('public'), '--key', at('none.pem')], /could not read ".*none.pem"/],
    [['publish', at('public'), '--key', at('keys/public.pem')], /is not an Ed25519 private key/],
    [
      ['publish', at('public'), '--key', at('keys/private.pem'), '--expires', 'soon'],
      /invalid value "soon" for --expires/,
    ],
    [
      ['publish', at('public'), '--key', at('keys/private.pem'), '--expires', '0d'],
      /invalid value "0d" for --expires/,
    ],
    [['keys'], /needs "create DIR" or "rotate DIR"/],
    [['keys', 'crate', at('x')], /needs "create DIR" or "rotate DIR"/],
    [['keys', 'rotate', at('x')], /could not read ".*private.pem"/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await run(...args, '--db', at('source'));
    assert.equal(status, 3, stderr);
    assert.match(stderr, message);
  }
  assert.equal(fs.existsSync(at('public')), false);
});

const skip = skipUnlessInstalled('docker-registry', 'skopeo');

test('updates from an artifact in a registry, and refuses a damaged one', { skip }, async (t) => {
  const { at, run, publish, key } = await createPublisher(t);
  fs.mkdirSync(at('registry'));
  await using registry = await startRegistry({ folder: at('registry') });
  assert.match((await publish('--oci-layout', at('layout'))).stdout, /\nLayout +.*layout:latest /);
  const place = `${registry.host}/security/advisories:today`;
  copyImage(`oci:${at('layout')}:latest`, `docker://${place}`);
  const client = ['--db', at('client'), '--db-url', `oci://${place}`, ...key];
  const updated = await run('update', ...client);
  assert.deepEqual(
    [updated.status, updated.stdout],
    [0, `Advisory database updated: built ${BUILT}\n`],
  );
  assert.ok(isValid(at('client')));
  assert.match((await run('update', ...client)).stdout, /^No update available/);
  const other = await run(
    'update',
    '--db',
    at('other'),
    '--db-url',
    `oci://${registry.host}/a:b`,
    ...key,
  );
  assert.equal(other.status, 5);
  changeBlobs(registry.dataFolder);
  const damaged = await run('update', '--db', at('new'), '--db-url', `oci://${place}`, ...key);
  assert.equal(damaged.status, 1);
  assert.match(damaged.stderr, /error\[E_DIGEST_MISMATCH\]: changed file: .*shards\//);
});

/** Changes a byte of every compressed file in the storage of a registry. */
function changeBlobs(folder: string): void {
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    if (path.basename(name) === 'data' && fs.readFileSync(file, 'hex').startsWith('28b52ffd')) {
      const content = fs.readFileSync(file);
      content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
      fs.writeFileSync(file, content);
    }
  }
}
