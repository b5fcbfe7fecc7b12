import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseMirror } from '../support/database-mirror.ts';
import { runProgram } from '../support/run-program.ts';
import { SKIP_REASON, sharedMaterial } from '../conformance/shared-material.ts';

const material = sharedMaterial();
const ALPINE = join(material ?? '', 'corpus/images/alpine-3.20.oci.tar');
const DATABASE = join(material ?? '', 'advisories/grype-v6');
const REGISTRY_WAIT_MS = 10_000;

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function reasonToSkip(): string | false {
  if (!existsSync(ALPINE) || !existsSync(DATABASE)) {
    return SKIP_REASON;
  }
  const missing = ['docker-registry', 'skopeo'].filter((program) => !isInstalled(program));
  return missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;
}

/** A registry on this machine that holds the image under `alpine:3.20`. Returns `HOST:PORT`. */
async function startRegistry(t: TestContext, folder: string): Promise<string> {
  const port = await freePort();
  const address = `localhost:${port}`;
  const settings = join(folder, 'registry.yml');
  writeFileSync(
    settings,
    `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: ${join(folder, 'registry')} } }
http: { addr: 127.0.0.1:${port} }
`,
  );
  const child = spawn('docker-registry', ['serve', settings], { stdio: 'ignore' });
  t.after(() => end(child));
  await untilAnswers(`http://127.0.0.1:${port}/v2/`);
  const { status, stderr } = spawnSync(
    'skopeo',
    [
      'copy',
      '--insecure-policy',
      '--dest-tls-verify=false',
      `oci-archive:${ALPINE}`,
      `docker://127.0.0.1:${port}/alpine:3.20`,
    ],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.equal(status, 0, stderr);
  return address;
}

async function end(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.on('exit', () => resolve());
  child.kill('SIGKILL');
  await promise;
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
  return await promise;
}

async function untilAnswers(url: string): Promise<void> {
  const pauseMs = 100;
  for (let waitedMs = 0; waitedMs < REGISTRY_WAIT_MS; waitedMs += pauseMs) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) {
      return;
    }
    await pause(pauseMs);
  }
  assert.fail('the registry does not answer');
}

/** Publishes the recorded database under the names that it has. */
function publishRecorded(mirror: DatabaseMirror): void {
  for (const name of readdirSync(DATABASE)) {
    mirror.put(`/databases/v6/${name}`, readFileSync(join(DATABASE, name)));
  }
}

/** When the recorded database was built, in seconds since 1970. */
function builtSeconds(): number {
  const listing = JSON.parse(readFileSync(join(DATABASE, 'latest.json'), 'utf8')) as {
    readonly built: string;
  };
  return Date.parse(listing.built) / 1000;
}

test('an image in a registry is scanned from an empty cache to the table', async (t) => {
  const skip = reasonToSkip();
  if (skip !== false) {
    t.skip(skip);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-connected-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const mirror = await DatabaseMirror.start();
  t.after(() => mirror[Symbol.asyncDispose]());
  publishRecorded(mirror);
  const address = await startRegistry(t, folder);
  const target = `${address}/alpine:3.20`;
  const environment = {
    PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
    PLIMSOLL_DB_URL: mirror.url,
    SOURCE_DATE_EPOCH: String(builtSeconds() + 3600),
  };
  const { status, stdout, stderr } = await runProgram(['scan', target], environment);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Parsed image: sha256:[0-9a-f]{64}$/m);
  assert.match(stderr, /^Downloaded advisory database: \S+ MiB$/m);
  assert.match(stderr, /^Imported advisory database: /m);
  assert.match(stdout, /^NAME +INSTALLED .*TYPE +VULNERABILITY +SEVERITY/m);
  assert.match(stdout, /^\d+ findings?: /m);
  mirror.requests.length = 0;
  const again = await runProgram(['scan', target], environment);
  assert.deepEqual([again.status, again.stdout], [0, stdout]);
  assert.deepEqual(mirror.requests, []);
});
