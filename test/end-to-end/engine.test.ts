import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { copyImage } from '../support/docker-registry.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { closeServer, listen } from '../support/loopback-server.ts';
import { PROGRAM, runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-engine-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

/** The unprivileged user, by Debian's policy. */
const NOBODY = 65_534;

const REPO_DIGEST = `registry.example/app@sha256:${'1'.repeat(64)}`;

let sockets = 0;

interface Engine extends AsyncDisposable {
  readonly socketPath: string;
  readonly requests: readonly string[];
}

/** Serves one image on a Unix socket, like the API of Docker. */
async function startEngine(name: string, archive: Buffer): Promise<Engine> {
  const requests: string[] = [];
  const respond: RequestListener = ({ url = '' }, response) => {
    requests.push(url);
    if (url === `/images/${name}/json`) {
      response.end(
        JSON.stringify({ Id: 'sha256:x', RepoTags: [name], RepoDigests: [REPO_DIGEST] }),
      );
    } else if (url === `/images/${name}/get`) {
      // In chunks, as an engine sends content that it generates.
      response.write(archive.subarray(0, 10_000));
      response.end(archive.subarray(10_000));
    } else {
      response.writeHead(404).end(JSON.stringify({ message: `No such image: ${url}` }));
    }
  };
  const socketPath = join(FOLDER, `${sockets++}.sock`);
  const server = createServer(respond);
  await listen(server, socketPath);
  return { socketPath, requests, [Symbol.asyncDispose]: () => closeServer(server) };
}

async function expectFailure(
  target: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | string; readonly stderr: string }> {
  const { status, stdout, stderr } = await runProgram(['sbom', target], environment);
  assert.equal(stdout, '');
  return { status, stderr };
}

interface Told {
  readonly inventory: {
    readonly target: { readonly repoDigests: readonly string[]; readonly userInput: string };
    readonly packages: readonly object[];
  };
}

describe('an image in an engine', { skip: skipUnlessInstalled('skopeo') }, () => {
  const archivePath = join(FOLDER, 'app.docker.tar');
  let archive: Buffer;
  before(() => {
    copyImage(`oci-archive:${SAMPLE}`, `docker-archive:${archivePath}:app:1`);
    archive = readFileSync(archivePath);
  });

  for (const [scheme, variable] of [
    ['docker', 'DOCKER_HOST'],
    ['podman', 'CONTAINER_HOST'],
  ] as const) {
    test(`is read by ${scheme}: with the content of the saved archive`, async () => {
      await using engine = await startEngine('app:1', archive);
      const environment = { [variable]: `unix://${engine.socketPath}` };
      const pulled = await runProgram(['sbom', `${scheme}:app:1`, '-o', 'json'], environment);
      assert.equal(pulled.status, 0, pulled.stderr);
      const { inventory } = JSON.parse(pulled.stdout) as Told;
      const saved = await runProgram(['sbom', archivePath, '-o', 'json']);
      assert.deepEqual(inventory.packages, (JSON.parse(saved.stdout) as Told).inventory.packages);
      assert(inventory.packages.length > 0);
      assert.deepEqual(inventory.target.repoDigests, [REPO_DIGEST]);
      assert.deepEqual(engine.requests, ['/images/app:1/json', '/images/app:1/get']);
    });
  }

  test('is found by its name, and requested with its implied tag', async () => {
    await using engine = await startEngine('team/app:latest', archive);
    const environment = { DOCKER_HOST: `unix://${engine.socketPath}` };
    const { status, stderr } = await runProgram(['sbom', 'team/app'], environment);
    assert.equal(status, 0, stderr);
    assert.equal(engine.requests[0], '/images/team/app:latest/json');
  });

  test('is searched in Docker, then in Podman', async () => {
    await using empty = await startEngine('other:1', archive);
    await using engine = await startEngine('app:1', archive);
    const environment = {
      DOCKER_HOST: `unix://${empty.socketPath}`,
      CONTAINER_HOST: `unix://${engine.socketPath}`,
    };
    const { status, stderr } = await runProgram(['sbom', 'app:1'], environment);
    assert.equal(status, 0, stderr);
    assert.deepEqual(empty.requests, ['/images/app:1/json']);
  });

  test('that is missing is reported', async () => {
    await using engine = await startEngine('app:1', archive);
    const environment = { DOCKER_HOST: `unix://${engine.socketPath}` };
    const { status, stderr } = await expectFailure('docker:nobody', environment);
    assert.equal(status, 5);
    assert.match(stderr, /E_TARGET_UNKNOWN.*Docker returned 404: No such image/);
  });

  test('that is sent in part is an error', async () => {
    await using engine = await startEngine('app:1', archive.subarray(0, 12_000));
    const environment = { DOCKER_HOST: `unix://${engine.socketPath}` };
    const { status, stderr } = await expectFailure('docker:app:1', environment);
    assert.equal(status, 1);
    assert.match(stderr, /E_IMAGE_INVALID/);
  });

  test('that only a name identifies is first searched as a file', async () => {
    await using engine = await startEngine('app:1', archive);
    const environment = { DOCKER_HOST: `unix://${engine.socketPath}` };
    const { status, stderr } = await runProgram(['sbom', archivePath], environment);
    assert.equal(status, 0, stderr);
    assert.deepEqual(engine.requests, []);
  });
});

describe('an engine', () => {
  test('with no socket, or without a listener, is not running', async () => {
    const left = join(FOLDER, 'left');
    writeFileSync(left, '');
    for (const socket of [join(FOLDER, 'absent.sock'), left]) {
      const { status, stderr } = await expectFailure('docker:app', {
        DOCKER_HOST: `unix://${socket}`,
      });
      assert.equal(status, 5);
      assert.match(stderr, /E_TARGET_UNREADABLE.*Docker is not running at .*\nhint: start Docker/);
    }
    const podman = await expectFailure('podman:app', { XDG_RUNTIME_DIR: FOLDER });
    assert.match(podman.stderr, /Podman is not running.*\nhint: start its service/);
  });

  test('that the user may not access is reported', async (t) => {
    await using engine = await startEngine('app:1', Buffer.alloc(0));
    chmodSync(engine.socketPath, 0);
    const DOCKER_HOST = `unix://${engine.socketPath}`;
    // Root can use every socket, so another user makes the attempt.
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const { status, stderr, error } = spawnSync(process.execPath, [PROGRAM, 'sbom', 'docker:app'], {
      ...user,
      cwd: '/',
      env: { DOCKER_HOST },
      encoding: 'utf8',
    });
    if (error !== undefined || stderr.includes('Cannot find module')) {
      t.skip('this checkout cannot be read by another user');
      return;
    }
    assert.equal(status, 5, stderr);
    assert.match(stderr, /E_UNAUTHORIZED.*permission denied for Docker.*\nhint: join the group/);
    assert.deepEqual(engine.requests, []);
  });

  test('with another address than a socket is rejected', async () => {
    for (const host of ['tcp://127.0.0.1:2375', 'ssh://x', 'unix://relative']) {
      const { status, stderr } = await expectFailure('docker:app', { DOCKER_HOST: host });
      assert.equal(status, 3);
      assert.match(stderr, /E_CONFIG.*invalid socket in DOCKER_HOST: it is not a unix socket/);
    }
  });

  test('is not called for an invalid image name', async () => {
    for (const name of ['../version', 'app?x=1', '//alpine', '', 'a b']) {
      const { status, stderr } = await expectFailure(`docker:${name}`, {});
      assert.equal(status, 5);
      assert.match(stderr, /E_TARGET_UNKNOWN.*invalid image name/, name);
    }
  });
});
