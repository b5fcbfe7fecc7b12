import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createTinyArchive } from '../support/database-mirror.ts';
import {
  createDatabaseWorld,
  listLeftovers,
  NEW,
  NOW_SECONDS,
  OLD,
  readBuildTime,
} from '../support/database-world.ts';
import { runProgram } from '../support/run-program.ts';

const FAR = 'http://mirror.invalid/databases';

function computeDigest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

test('a database is not fetched without TLS unless that is allowed', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  const environment = {
    HTTP_PROXY: `http://127.0.0.1:${mirror.port}`,
    SOURCE_DATE_EPOCH: NOW_SECONDS,
  };
  const target = join(dirname(root), 'empty.json');
  writeFileSync(target, '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}');
  const lines = [
    ['db', 'update', '--db-url', FAR],
    ['db', 'check', '--db-url', FAR],
    ['db', 'update', '--db-url', mirror.url, '--db-url', FAR],
    ['scan', `sbom:${target}`, '--db-url', FAR],
  ];
  for (const line of lines) {
    const { status, stdout, stderr } = await runProgram([...line, '--db', root], environment);
    assert.deepEqual([status, stdout], [3, ''], stderr);
    assert.match(
      stderr,
      /E_USAGE.*without TLS from http:\/\/mirror\.invalid[^]*--insecure-db-http/,
    );
  }
  assert.deepEqual(mirror.requests, []);
  const allowed = ['db', 'update', '--db', root, '--db-url', FAR, '--insecure-db-http'];
  assert.equal((await runProgram(allowed, environment)).status, 0);
  assert.equal(readBuildTime(root), OLD);
});

test('a pinned archive may come without TLS', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  const archive = createTinyArchive(OLD);
  mirror.publish(archive, OLD);
  const args = [
    'db',
    'update',
    '--db',
    root,
    '--db-url',
    FAR,
    '--db-digest',
    computeDigest(archive),
  ];
  const { status, stderr } = await runProgram(args, {
    HTTP_PROXY: `http://127.0.0.1:${mirror.port}`,
    SOURCE_DATE_EPOCH: NOW_SECONDS,
  });
  assert.deepEqual([status, readBuildTime(root)], [0, OLD], stderr);
});

test('a server on this machine may not redirect to one without TLS', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  for (const part of ['.json', '.zst']) {
    mirror.handler = ({ path, headers }, response) => {
      const isAsked = path.endsWith(part) && headers.host !== 'mirror.invalid';
      if (isAsked) {
        response.writeHead(302, { location: `http://mirror.invalid${path}` }).end();
      }
      return isAsked;
    };
    const args = ['db', 'update', '--db-url', mirror.url, '--db', root];
    const { status, stderr } = await runProgram(args, {
      HTTP_PROXY: `http://127.0.0.1:${mirror.port}`,
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /E_USAGE.*without TLS from http:\/\/mirror\.invalid/);
    assert.equal(readBuildTime(root), undefined);
  }
});

test('only the pinned archive becomes the database in use', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  const [old, fresh] = [createTinyArchive(OLD), createTinyArchive(NEW)];
  mirror.publish(fresh, NEW);
  const refused = await db('update', '--db-digest', computeDigest(old));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /E_DIGEST_MISMATCH/);
  for (const digest of [computeDigest(old), computeDigest(fresh)]) {
    assert(refused.stderr.includes(digest), refused.stderr);
  }
  assert.deepEqual([mirror.archiveRequests.length, readBuildTime(root)], [0, undefined]);
  assert.equal((await db('update', '--db-digest', computeDigest(fresh))).status, 0);
  assert.equal(readBuildTime(root), NEW);

  // A pin may select an older archive, and needs no request if the archive is already installed.
  mirror.publish(old, OLD);
  assert.equal((await db('update', '--db-digest', computeDigest(old))).status, 0);
  assert.equal(readBuildTime(root), OLD);
  mirror.publish(fresh, NEW);
  const { status, stdout } = await db('update', '--db-digest', computeDigest(old));
  assert.deepEqual([status, readBuildTime(root)], [0, OLD], stdout);
  assert.match(stdout, /^No update available/);
  assert.deepEqual(listLeftovers(root), []);
});

test('an import compares the file with the pin', async (t) => {
  const { root, db } = await createDatabaseWorld(t);
  const archive = createTinyArchive(OLD);
  const file = join(dirname(root), 'archive.tar.zst');
  writeFileSync(file, archive);
  const refused = await db('import', file, '--db-digest', `sha256:${'1'.repeat(64)}`);
  assert.deepEqual([refused.status, readBuildTime(root)], [1, undefined]);
  assert.match(refused.stderr, /E_DIGEST_MISMATCH/);
  assert(refused.stderr.includes(computeDigest(archive)));
  assert.equal((await db('import', file, '--db-digest', computeDigest(archive))).status, 0);
  assert.equal((await db('status', '--db-digest', computeDigest(archive))).status, 0);
  const other = await db('status', '--db-digest', `sha256:${'1'.repeat(64)}`);
  assert.equal(other.status, 4);
  assert.match(other.stdout, /it does not come from the archive sha256:1111/);

  const exported = join(dirname(root), 'exported.tar');
  assert.equal((await db('export', exported)).status, 0);
  const again = join(dirname(root), 'again');
  const imported = await runProgram(['db', 'import', exported, '--db', again]);
  assert.equal(imported.status, 0, imported.stderr);
});

test('a scan uses only the pinned database', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  const [old, fresh] = [createTinyArchive(OLD), createTinyArchive(NEW)];
  mirror.publish(old, OLD);
  await db('update');
  const target = join(dirname(root), 'empty.json');
  writeFileSync(target, '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}');
  const scan = (digest: string, ...more: readonly string[]) => {
    const place = ['--db', root, '--db-url', mirror.url];
    const args = ['scan', `sbom:${target}`, ...place, '--db-digest', digest, ...more];
    return runProgram(args, { SOURCE_DATE_EPOCH: NOW_SECONDS });
  };
  mirror.requests.length = 0;
  assert.equal((await scan(computeDigest(old))).status, 0);
  assert.deepEqual(mirror.requests, []);
  for (const more of [[], ['--offline']]) {
    const { status, stdout, stderr } = await scan(computeDigest(fresh), ...more);
    assert.deepEqual([status, stdout], [1, ''], stderr);
    assert.match(stderr, /E_DIGEST_MISMATCH.*pinned/);
  }
  mirror.publish(fresh, NEW);
  assert.equal((await scan(computeDigest(fresh))).status, 0);
  assert.equal(readBuildTime(root), NEW);
});

test('rejects a pin that is not a digest', async (t) => {
  const { root, db } = await createDatabaseWorld(t);
  for (const digest of ['latest', `sha256:${'A'.repeat(64)}`, `sha1:${'1'.repeat(40)}`]) {
    for (const word of ['update', 'check', 'status']) {
      const { status, stderr } = await db(word, '--db-digest', digest);
      assert.equal(status, 3, stderr);
    }
  }
  assert.equal(readBuildTime(root), undefined);
});

const LOSS = `
  DELETE FROM affected_package_handles WHERE package_id = 1;
  DELETE FROM affected_cpe_handles;
`;

test('no update, import or scan takes a database that lost much, unless it is accepted', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  const archive = createTinyArchive(NEW, LOSS);
  mirror.publish(archive, NEW);
  const file = join(dirname(root), 'smaller.tar.zst');
  writeFileSync(file, archive);
  for (const [word, ...rest] of [['update'], ['import', file]] as const) {
    const { status, stdout, stderr } = await db(word, ...rest);
    assert.deepEqual([status, stdout, readBuildTime(root)], [1, '', OLD], stderr);
    assert.match(stderr, /E_DB_LOSS.*the new database lost [^]*--accept-loss/);
    assert.deepEqual(listLeftovers(root), []);
  }
  const target = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
  const args = ['scan', target, '--db', root, '--db-url', mirror.url, '--fail-incomplete'];
  // Three hours later, when the next check is due.
  const cache = { PLIMSOLL_CACHE_DIR: join(dirname(root), 'cache') };
  const environment = { ...cache, SOURCE_DATE_EPOCH: String(Number(NOW_SECONDS) + 10_800) };
  const scanned = await runProgram(args, environment);
  assert.equal(scanned.status, 0, scanned.stderr);
  assert.match(
    scanned.stderr + scanned.stdout,
    /could not update the advisory database: the new database lost/,
  );
  assert.equal(readBuildTime(root), OLD);
  const later = { ...cache, SOURCE_DATE_EPOCH: String(Number(NOW_SECONDS) + 21_600) };
  await runProgram([...args, '--accept-loss'], later);
  assert.equal(readBuildTime(root), NEW);
});
