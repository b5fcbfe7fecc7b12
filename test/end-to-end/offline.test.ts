import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createTinyImage, serveImage } from '../support/image-server.ts';
import { startServer } from '../support/loopback-server.ts';
import { runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');

/** Makes Node refuse every connection. */
const WITHOUT_NETWORK = {
  NODE_OPTIONS: '--permission --allow-fs-read=* --allow-fs-write=* --allow-child-process',
};

describe('--offline', () => {
  for (const target of ['registry:alpine', 'alpine', 'docker:alpine', 'podman:alpine']) {
    test(`rejects ${target} without a connection`, async () => {
      const args = ['sbom', target, '--offline'];
      const { status, stdout, stderr } = await runProgram(args, WITHOUT_NETWORK);
      assert.deepEqual([status, stdout], [5, ''], stderr);
      assert.match(stderr, /E_OFFLINE.*alpine[^]*hint: leave out --offline/);
    });
  }

  test('contacts no server', async () => {
    await using server = await startServer(serveImage(createTinyImage()));
    const target = `${server.host}/app:1`;
    const offline = await runProgram(['sbom', target], { PLIMSOLL_OFFLINE: 'true' });
    assert.equal(offline.status, 5);
    assert.match(offline.stderr, /E_OFFLINE/);
    assert.deepEqual(server.requests, []);
    const online = await runProgram(['sbom', target]);
    assert.equal(online.status, 0, online.stderr);
    assert(server.requests.length > 0);
  });

  test('reads files as usual', async () => {
    const { status, stderr } = await runProgram(['sbom', SAMPLE, '--offline'], WITHOUT_NETWORK);
    assert.equal(status, 0, stderr);
  });
});

test('a run without --offline does try to connect, so that these tests can fail', async () => {
  const args = ['sbom', 'registry:127.0.0.1:1/app', '--limit', 'httpTriesMax=1'];
  const { status, stderr } = await runProgram(args, WITHOUT_NETWORK);
  assert.notEqual(status, 0);
  assert.match(stderr, /--allow-net|ERR_ACCESS_DENIED|restricted/);
});
