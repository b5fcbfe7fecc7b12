import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeDatabase } from '../../src/vulnerability/advisory/describe-database.ts';
import { makeCertificate } from '../support/certificate.ts';
import { createTinyArchive, DatabaseMirror, getEtag } from '../support/database-mirror.ts';
import {
  createDatabaseWorld,
  listLeftovers,
  NEW,
  NOW_SECONDS,
  OLD,
  readBuildTime,
} from '../support/database-world.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram, startProgram } from '../support/run-program.ts';

/** Long enough for a response that arrives. */
const QUICK = ['--limit', 'httpIdleMsMax=400', '--limit', 'httpTriesMax=1'];

test('fills an empty directory, and the status names the origin', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  const { status, stdout, stderr } = await db('update');
  assert.deepEqual([status, stdout], [0, `Advisory database updated: built ${OLD}\n`]);
  assert.match(
    stderr,
    /^downloading the advisory database of 2026-01-02T03:04:05Z from http:\/\/127/,
  );
  assert.match(stderr, /Downloaded advisory database: .*\nImported advisory database: 6 rows\n$/);
  assert.equal(readBuildTime(root), OLD);
  assert.deepEqual(listLeftovers(root), []);
  assert.match((await db('status')).stdout, /From +http:.*\.tar\.zst\?checksum=sha256%3A/);
});

test('unchanged data are neither sent nor fetched again', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  mirror.requests.length = 0;
  const { status, stdout } = await db('update');
  assert.equal(status, 0);
  assert.match(stdout, /^No update available: the advisory database was built 2026-01-02T03/);
  assert.equal(mirror.requests.length, 1);
  assert.match(mirror.requests[0]?.headers['if-none-match'] ?? '', /^"[0-9a-f]+"$/);
});

test('a newer database is reported by exit status 100, and replaces the old one', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  assert.equal((await db('check')).status, 100);
  await db('update');
  assert.deepEqual([(await db('check')).status, readBuildTime(root)], [0, OLD]);
  mirror.publishTiny(NEW);
  const { status, stdout } = await db('check', '-o', 'json');
  assert.equal(status, 100);
  const document = JSON.parse(stdout) as Record<string, Record<string, string>>;
  assert.equal(document['currentDB']?.['built'], OLD);
  assert.equal(document['candidateDB']?.['built'], NEW);
  await db('update');
  assert.deepEqual([(await db('check')).status, readBuildTime(root)], [0, NEW]);
});

test('an older database is not an update', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  await db('update');
  mirror.publishTiny(OLD);
  assert.deepEqual([(await db('update')).status, readBuildTime(root)], [0, NEW]);
});

test('does not fetch an archive again and again if its time differs from the listing', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  mirror.publish(createTinyArchive(OLD), NEW);
  await db('update');
  assert.equal((await db('check')).status, 0);
});

test('resumes an interrupted download', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  const archive = createTinyArchive(NEW);
  mirror.publish(archive, NEW);
  const half = Math.floor(archive.length / 2);
  mirror.handler = ({ path, headers }, response) => {
    if (path.endsWith('.json') || headers.range !== undefined) {
      return false;
    }
    response.writeHead(200, { etag: getEtag(archive), 'content-length': archive.length });
    response.write(archive.subarray(0, half), () => setTimeout(() => response.destroy(), 100));
    return true;
  };
  assert.equal((await db('update')).status, 0);
  assert.equal(readBuildTime(root), NEW);
  const [, rest, ...others] = mirror.archiveRequests;
  assert.deepEqual(others, []);
  assert.equal(rest?.headers.range, `bytes=${half}-`);
  assert.equal(rest.headers['if-range'], getEtag(archive));
  assert.equal(mirror.statuses.at(-1), 206);
});

test('fetches an archive again that is replaced during its download', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  let isFirst = true;
  mirror.handler = ({ path }, response) => {
    if (path.endsWith('.json') || !isFirst) {
      return false;
    }
    isFirst = false;
    // Without a tag, only the checksum distinguishes the two contents.
    response.writeHead(200, { 'content-length': createTinyArchive(NEW).length });
    response.write(Buffer.alloc(500), () => setTimeout(() => response.destroy(), 100));
    return true;
  };
  assert.equal((await db('update')).status, 0);
  assert.equal(readBuildTime(root), NEW);
  assert.deepEqual(
    mirror.archiveRequests.map(({ headers }) => headers.range),
    [undefined, 'bytes=500-', undefined],
  );
});

test('retries a busy server', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  let busy = 2;
  mirror.handler = ({ path }, response) => {
    if (path.endsWith('.json') || busy === 0) {
      return false;
    }
    busy -= 1;
    response.writeHead(503, { 'retry-after': '0' }).end();
    return true;
  };
  assert.deepEqual([(await db('update')).status, readBuildTime(root)], [0, NEW]);
});

test('tries the next mirror if the first is unavailable, or has an invalid archive', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  const bad = await DatabaseMirror.start();
  t.after(() => bad[Symbol.asyncDispose]());
  bad.publishTiny(NEW, { checksum: `sha256:${'1'.repeat(64)}` });
  mirror.publishTiny(NEW);
  const { status, stderr } = await runProgram(['db', 'update', '--db', root], {
    PLIMSOLL_DB_URL: `http://127.0.0.1:9,${bad.url},${mirror.url}/v6/latest.json`,
    SOURCE_DATE_EPOCH: NOW_SECONDS,
  });
  assert.deepEqual([status, readBuildTime(root)], [0, NEW]);
  assert.match(stderr, /warning: request to http:\/\/127\.0\.0\.1:9 .*; trying the next mirror/);
  assert.match(stderr, /warning: checksum mismatch for .*; trying the next mirror/);
  assert.deepEqual(listLeftovers(root), []);
});

test('lists all mirrors if every one is unavailable', async (t) => {
  const { root } = await createDatabaseWorld(t);
  const places = ['--db-url', 'http://127.0.0.1:9', '--db-url', 'http://127.0.0.2:9/a'];
  const { status, stderr } = await runProgram(['db', 'update', '--db', root, ...places]);
  assert.equal(status, 5);
  assert.match(stderr, /E_NETWORK\]: could not download .*127\.0\.0\.1:9.*127\.0\.0\.2:9/);
});

test('stops waiting for a silent or slow server', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  mirror.handler = () => true;
  const silent = await db('update', ...QUICK);
  assert.equal(silent.status, 5);
  assert.match(silent.stderr, /E_NETWORK/);
  mirror.publishTiny(NEW);
  mirror.handler = ({ path }, response) => {
    if (path.endsWith('.json')) {
      return false;
    }
    response.writeHead(200, { 'content-length': 100_000 });
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
    return true;
  };
  const slow = await db('update', '--limit', 'databaseDownloadMsMax=500');
  assert.equal(slow.status, 5);
  assert.match(slow.stderr, /took longer than 500 ms/);
  assert.equal(readBuildTime(root), OLD);
  assert.deepEqual(listLeftovers(root), []);
});

test('rejects an archive above the limit, announced or not', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  const limit = ['--limit', 'databaseArchiveBytesMax=1000'];
  assert.match((await db('update', ...limit)).stderr, /E_LIMIT/);
  mirror.handler = ({ path }, response) => {
    if (path.endsWith('.json')) {
      return false;
    }
    response.writeHead(200).end(Buffer.alloc(5000));
    return true;
  };
  assert.match((await db('update', ...limit)).stderr, /E_LIMIT/);
});

test('two concurrent updates fetch one archive', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(NEW);
  mirror.handler = delayArchive(600);
  const both = await Promise.all([db('update'), db('update')]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [0, 0],
  );
  assert.match(both.map(({ stderr }) => stderr).join(''), /waiting for another process/);
  assert.equal(mirror.archiveRequests.length, 1);
  assert.equal(readBuildTime(root), NEW);
  assert.deepEqual(listLeftovers(root), []);
});

/** Delays the archive. */
function delayArchive(pauseMs: number): DatabaseMirror['handler'] {
  const archive = createTinyArchive(NEW);
  return ({ path }, response) => {
    if (path.endsWith('.json')) {
      return false;
    }
    setTimeout(() => response.writeHead(200).end(archive), pauseMs);
    return true;
  };
}

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  test(`after ${signal} during a download the next update succeeds and leaves nothing behind`, async (t) => {
    const { mirror, root, db } = await createDatabaseWorld(t);
    mirror.publishTiny(OLD);
    await db('update');
    mirror.publishTiny(NEW);
    const { promise: isDownloading, resolve } = Promise.withResolvers<void>();
    mirror.handler = ({ path }, response) => {
      if (path.endsWith('.json')) {
        return false;
      }
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(Buffer.alloc(5000), () => setTimeout(resolve, 100));
      return true;
    };
    const { child, ended } = startProgram(['db', 'update', '--db', root, '--db-url', mirror.url], {
      SOURCE_DATE_EPOCH: NOW_SECONDS,
    });
    await isDownloading;
    child.kill(signal);
    const { status } = await ended;
    assert.equal(status, signal === 'SIGKILL' ? 'SIGKILL' : 130);
    assert.equal(listLeftovers(root).length, signal === 'SIGKILL' ? 2 : 0);
    assert.equal(readBuildTime(root), OLD);
    mirror.handler = () => false;
    assert.equal((await db('update')).status, 0);
    assert.equal(readBuildTime(root), NEW);
    assert.deepEqual(listLeftovers(root), []);
  });
}

test('fetches a damaged database again', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  writeFileSync(join(describeDatabase(root).path, 'meta.db'), 'x');
  assert.equal((await db('status')).status, 4);
  assert.deepEqual([(await db('update')).status, readBuildTime(root)], [0, OLD]);
});

test('repairs a changed bit, although there is no newer database', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  const file = join(describeDatabase(root).path, 'ecosystem-npm.db');
  const content = readFileSync(file);
  content[40] = (content[40] ?? 0) ^ 1;
  writeFileSync(file, content);
  const searched = await db('search', 'left-pad');
  assert.equal(searched.status, 1);
  assert.match(searched.stderr, /error\[E_DB_INVALID\].*\nhint: run "plimsoll db update", or /);
  assert.equal(readBuildTime(root), undefined);
  const { status, stdout } = await db('update');
  assert.deepEqual([status, stdout], [0, `Advisory database updated: built ${OLD}\n`]);
  assert.equal(readBuildTime(root), OLD);
  assert.match((await db('update')).stdout, /^No update available/);
});

test('reports a directory that is not writable before anything is fetched', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  writeFileSync(root, 'a file');
  const { status, stderr } = await db('update');
  assert.equal(status, 1);
  assert.match(stderr, /E_SPILL\]: could not write to the directory/);
  assert.deepEqual(mirror.requests, []);
});

test('reports a discontinued schema', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD, { status: 'deprecated' });
  assert.match((await db('update')).stderr, /warning: .* will be discontinued soon/);
  mirror.publishTiny(NEW, { status: 'eol' });
  assert.match((await db('check')).stderr, /warning: .* no longer published/);
});

test('prints the listing for people and for programs', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  const { stdout } = await db('list');
  assert.match(stdout, /^Status +active\nSchema +v6\.1\.9\nBuilt +2026-01-02T03:04:05Z\nListing /);
  const [entry] = JSON.parse((await db('list', '-o', 'json')).stdout) as Record<string, string>[];
  assert.deepEqual(Object.keys(entry ?? {}), [
    'status',
    'schemaVersion',
    'built',
    'path',
    'checksum',
  ]);
  assert.equal((await db('list', '-o', 'table')).status, 3);
});

test('lists providers, and fails without a database', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  assert.match((await db('providers')).stderr, /E_DB_MISSING/);
  mirror.publishTiny(OLD);
  await db('update');
  assert.match((await db('providers')).stdout, /^NAME +VERSION +PROCESSOR +DATE CAPTURED +INPUT/);
  const models = JSON.parse((await db('providers', '-o', 'json')).stdout) as { name: string }[];
  assert.deepEqual(
    models.map(({ name }) => name),
    ['alpine', 'github', 'nvd'],
  );
});

test('updates from a directory, also without network access', async (t) => {
  const { root } = await createDatabaseWorld(t);
  const mirror = mkdtempSync(join(tmpdir(), 'plimsoll-directory-'));
  t.after(() => rmSync(mirror, { recursive: true }));
  const publish = (builtAtTime: string, checksum?: string): void => {
    const archive = createTinyArchive(builtAtTime);
    const listing = {
      status: 'active',
      schemaVersion: 'v6.1.9',
      built: builtAtTime,
      path: 'database.tar.zst',
      checksum: checksum ?? `sha256:${createHash('sha256').update(archive).digest('hex')}`,
    };
    mkdirSync(join(mirror, 'v6'), { recursive: true });
    writeFileSync(join(mirror, 'v6', 'database.tar.zst'), archive);
    writeFileSync(join(mirror, 'v6', 'latest.json'), JSON.stringify(listing));
  };
  publish(OLD);
  const runUpdate = (place: string, ...flags: string[]) =>
    runProgram(['db', 'update', '--db', root, '--db-url', place, ...flags], {});
  const first = await runUpdate(mirror, '--offline');
  assert.deepEqual([first.status, first.stdout], [0, `Advisory database updated: built ${OLD}\n`]);
  assert.match((await runUpdate(mirror, '--offline')).stdout, /^No update available/);
  publish(NEW, `sha256:${'0'.repeat(64)}`);
  const wrong = await runUpdate(mirror, '--offline');
  assert.match(wrong.stderr, /E_DIGEST_MISMATCH/);
  assert.equal(readBuildTime(root), OLD);
  publish(NEW);
  assert.equal((await runUpdate(`file://${mirror}`)).status, 0);
  assert.equal(readBuildTime(root), NEW);
  assert.deepEqual(listLeftovers(root), []);
  const missing = await runUpdate(`${mirror}/nothing`);
  assert.match(missing.stderr, /E_DB_UPDATE.*could not read the database listing/s);
});

test('the status is that of missing data if the database is damaged, outdated or missing', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  assert.equal((await db('status')).status, 4);
  mirror.publishTiny(OLD);
  await db('update');
  assert.equal((await db('verify')).status, 0);
  const later = { SOURCE_DATE_EPOCH: String(Number(NOW_SECONDS) + 10 * 24 * 3600) };
  const old = await runProgram(['db', 'status', '--db', root, '-o', 'json'], later);
  assert.equal(old.status, 4);
  assert.match(old.stdout, /"valid": false,\n "error": "it was built more than 5 days ago"/);
  const any = await runProgram(['db', 'status', '--db', root, '--db-max-age', '0'], later);
  assert.equal(any.status, 0);
});

test('deleting removes the database and nothing else', async (t) => {
  const { mirror, root, db } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  await db('update');
  mkdirSync(join(root, 'mine'));
  assert.equal((await db('delete')).status, 0);
  assert.deepEqual(readdirSync(root), ['mine']);
  rmSync(join(root, 'mine'), { recursive: true });
  assert.equal((await db('delete')).status, 0);
  assert.equal(existsSync(root), false);
});

test('contacts no mirror with --offline', async (t) => {
  const { mirror, db } = await createDatabaseWorld(t);
  for (const word of ['update', 'check', 'list']) {
    const { status, stderr } = await db(word, '--offline');
    assert.equal(status, 3);
    assert.match(stderr, /E_USAGE\]: network access is disabled .* needs it/);
  }
  assert.deepEqual(mirror.requests, []);
});

test('rejects an invalid web URL, and does not print a password in one', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  const at = (url: string) => runProgram(['db', 'list', '--db', root, '--db-url', url]);
  assert.match((await at('ftp://mirror.example')).stderr, /E_USAGE\]: invalid database URL "ftp:/);
  const { stdout, stderr } = await at(mirror.url.replace('//', '//user:secret@'));
  assert.match(stdout, /^Status +active/);
  assert.doesNotMatch(stdout + stderr, /secret/);
  const [request] = mirror.requests;
  assert.equal(request?.headers.authorization, `Basic ${btoa('user:secret')}`);
});

const skip = skipUnlessInstalled('openssl');

test('accepts a certificate of the user in addition to the usual ones', { skip }, async (t) => {
  const { root } = await createDatabaseWorld(t);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const certificate = makeCertificate(folder);
  const mirror = await DatabaseMirror.start(certificate);
  t.after(() => mirror[Symbol.asyncDispose]());
  mirror.publishTiny(OLD);
  const update = ['db', 'update', '--db', root, '--db-url', mirror.url];
  const untrusted = await runProgram(update);
  assert.equal(untrusted.status, 5);
  assert.match(untrusted.stderr, /E_NETWORK\].*certificate[^]*--ca-file/);
  const trusted = await runProgram([...update, '--ca-file', certificate.certificateFile]);
  assert.deepEqual([trusted.status, readBuildTime(root)], [0, OLD], trusted.stderr);
});

test('uses a proxy that the environment names', async (t) => {
  const { mirror, root } = await createDatabaseWorld(t);
  mirror.publishTiny(OLD);
  const url = 'http://mirror.invalid/databases';
  const { status } = await runProgram(
    ['db', 'update', '--db', root, '--db-url', url, '--insecure-db-http'],
    { HTTP_PROXY: `http://127.0.0.1:${mirror.port}`, SOURCE_DATE_EPOCH: NOW_SECONDS },
  );
  assert.deepEqual([status, readBuildTime(root)], [0, OLD]);
  assert.equal(mirror.requests[0]?.headers.host, 'mirror.invalid');
});
