import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { indexText } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { Store } from '../../src/server/store/store.ts';
import { findSharedMaterial, SKIP_REASON } from '../conformance/shared-material.ts';
import { AttachedWorld, INDEX_TYPE } from '../support/attached-world.ts';
import { startServer } from '../support/loopback-server.ts';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const CASE = 'test/assets/bundle-verify/happy-path-intoto-in-dsse-v3/bundle.sigstore.json';
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

const shared = findSharedMaterial();
const sigstore = join(shared ?? '', 'policy', 'sigstore');
const ROOT = join(sigstore, 'trusted_root-public-good.json');

function readBundle(): Buffer {
  const archive = join(sigstore, 'conformance-bundle-verify.tar.zst');
  return execFileSync('tar', ['--zstd', '-xOf', archive, CASE]);
}

/** A registry whose image `app:1` has a keyless bundle about another image. */
async function startWatchedRegistry(resources: AsyncDisposableStack) {
  const registry = new AttachedWorld();
  const { manifestDigest } = registry.image;
  const { descriptor } = registry.addArtifact(BUNDLE_TYPE, readBundle());
  registry.hold(`referrers/${manifestDigest}`, Buffer.from(indexText([descriptor])), INDEX_TYPE);
  registry.hold('tags/list', Buffer.from('{"tags":["1"]}'));
  return resources.use(
    await startServer((request, response) => {
      response.setHeader('docker-content-digest', manifestDigest);
      registry.respond(request, response);
    }),
  );
}

/** Runs a server that watches the registry; returns the states of the attached documents. */
async function readStates(t: TestContext, trust: readonly string[]): Promise<readonly string[]> {
  const resources = new AsyncDisposableStack();
  t.after(async () => await resources.disposeAsync());
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  const { host } = await startWatchedRegistry(resources);
  const common = ['--server-dir', world.folder];
  const watch = ['serve', 'admin', 'watch', 'add', 'lab', `${host}/app`, ...common];
  const added = await runProgram(watch);
  assert.equal(added.status, 0, added.stderr);
  const options = ['--db', world.database, '--listen', '127.0.0.1:0', '--allow-host', host];
  const running = startProgram(['serve', ...common, ...options, ...trust]);
  resources.defer(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  await readNextOutput(running);
  const store = resources.use(await Store.open({ folder: world.folder }));
  for (let waited = 0; waited < 30_000; waited += 100) {
    const rows = await store.db.selectFrom('attached_document').select('state').execute();
    if (rows.length > 0) {
      return rows.map(({ state }) => state);
    }
    await pause(100);
  }
  return [];
}

suite('a server that watches a registry', { skip: shared === undefined && SKIP_REASON }, () => {
  const trust = ['--trusted-root', ROOT, '--issuer', ISSUER, '--identity'];

  test('verifies keyless signatures of attached documents', async (t) => {
    // The signature counts, but the statement is about the artifact of the conformance suite.
    assert.deepEqual(await readStates(t, [...trust, IDENTITY]), ['other-subject']);
  });

  test('does not accept those of another identity', async (t) => {
    assert.deepEqual(await readStates(t, [...trust, 'ops@acme.example']), ['refused']);
  });

  test('does not start with an invalid trusted root, or without an identity', async () => {
    using world = new ServerWorld();
    await world.importDatabase();
    const serve = ['serve', '--server-dir', world.folder, '--db', world.database];
    const incomplete = await runProgram([...serve, '--trusted-root', ROOT]);
    assert.equal(incomplete.status, 3);
    assert.match(incomplete.stderr, /--trusted-root requires --identity and --issuer/);
    const identity = ['--identity', IDENTITY, '--issuer', ISSUER];
    const invalid = await runProgram([
      ...serve,
      '--trusted-root',
      import.meta.filename,
      ...identity,
    ]);
    assert.equal(invalid.status, 3);
    assert.match(invalid.stderr, /is not a trusted root of Sigstore/);
  });
});
