import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findSharedMaterial, SKIP_REASON } from '../conformance/shared-material.ts';
import { DatabaseMirror } from '../support/database-mirror.ts';
import { copyImage, startRegistry } from '../support/docker-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
const material = findSharedMaterial() ?? '';
const ALPINE = join(material, 'corpus', 'images', 'alpine-3.20.oci.tar');
const DATABASE = join(material, 'advisories', 'grype-v6');
const HOUR_SECONDS = 3600;
const skip = skipUnlessInstalled('docker-registry', 'skopeo');

interface Connected {
  /** The scanned image: `localhost:PORT/alpine:3.20`. */
  readonly target: string;
  readonly mirror: DatabaseMirror;
  readonly cache: string;
}

/**
 * Creates a registry that has the image, a mirror that publishes nothing yet, and an empty cache.
 */
async function connect(t: TestContext, image: string): Promise<Connected> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-connected-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const mirror = await DatabaseMirror.start();
  t.after(() => mirror[Symbol.asyncDispose]());
  const registry = await startRegistry({ folder });
  t.after(() => registry[Symbol.asyncDispose]());
  copyImage(`oci-archive:${image}`, `docker://${registry.host}/alpine:3.20`);
  const [, port = ''] = registry.host.split(':');
  return { target: `localhost:${port}/alpine:3.20`, mirror, cache: join(folder, 'cache') };
}

/** Scans an hour after the database was built. */
function scan({ target, mirror, cache }: Connected, builtAt: string) {
  return runProgram(['scan', target, '--all'], {
    PLIMSOLL_CACHE_DIR: cache,
    PLIMSOLL_DB_URL: mirror.url,
    SOURCE_DATE_EPOCH: String(Date.parse(builtAt) / 1000 + HOUR_SECONDS),
  });
}

test('scans a sample in a registry with an empty cache and a tiny database', {
  skip,
}, async (t) => {
  const connected = await connect(t, SAMPLE);
  const builtAt = '2026-01-02T03:04:05Z';
  connected.mirror.publishTiny(builtAt);
  const { status, stdout, stderr } = await scan(connected, builtAt);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^downloading the advisory database of 2026-01-02T03:04:05Z from http:/m);
  assert.match(stderr, /^Scanned for vulnerabilities: /m);
  assert.doesNotMatch(stdout, /Vulnerabilities not evaluated/);
});

test('scans an image in a registry from an empty cache to the table', { skip }, async (t) => {
  if (!existsSync(ALPINE) || !existsSync(DATABASE)) {
    t.skip(SKIP_REASON);
    return;
  }
  const connected = await connect(t, ALPINE);
  for (const name of readdirSync(DATABASE)) {
    connected.mirror.put(`/databases/v6/${name}`, readFileSync(join(DATABASE, name)));
  }
  const { built } = JSON.parse(readFileSync(join(DATABASE, 'latest.json'), 'utf8')) as {
    readonly built: string;
  };
  const { status, stdout, stderr } = await scan(connected, built);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Parsed image: sha256:[0-9a-f]{64}$/m);
  assert.match(stderr, /^Downloaded advisory database: \S+ MiB$/m);
  assert.match(stderr, /^Imported advisory database: /m);
  assert.match(stdout, /^NAME +INSTALLED .*TYPE +VULNERABILITY +SEVERITY/m);
  assert.match(stdout, /^\d+ findings?: /m);
  connected.mirror.requests.length = 0;
  const again = await scan(connected, built);
  assert.deepEqual([again.status, again.stdout], [0, stdout]);
  assert.deepEqual(connected.mirror.requests, []);
});
