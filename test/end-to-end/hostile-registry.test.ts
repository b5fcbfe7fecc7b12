import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createTinyImage, serveImage } from '../support/image-server.ts';
import { type LoopbackServer, startServer } from '../support/loopback-server.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

/** The output must never contain any of these. */
const SECRET = 'canary-secret';
const TOKEN = 'canary-token';
const USER = 'somebody';
const BASIC = `Basic ${Buffer.from(`${USER}:${SECRET}`).toString('base64')}`;

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const IMAGE = createTinyImage();
const serve = serveImage(IMAGE);

let logins = 0;

/**
 * Writes a login file with credentials for exactly these hosts; returns the variable that names it.
 */
function writeLogin(
  entry: object,
  ...hosts: readonly string[]
): { readonly REGISTRY_AUTH_FILE: string } {
  const path = join(FOLDER, `auth-${logins++}.json`);
  writeFileSync(path, JSON.stringify({ auths: Object.fromEntries(hosts.map((h) => [h, entry])) }));
  return { REGISTRY_AUTH_FILE: path };
}

const password = { auth: BASIC.slice('Basic '.length) };

/**
 * Runs the program and asserts that it prints no secret, not even with -v, which prints everything.
 */
async function run(
  target: string,
  environment: Readonly<Record<string, string>> = {},
  ...more: readonly string[]
): Promise<Ended> {
  const args = ['sbom', target, '-v', '-o', 'json', ...more];
  const ended = await runProgram(args, environment);
  const printed = `${ended.stdout}${ended.stderr}`;
  for (const secret of [SECRET, TOKEN, password.auth]) {
    assert(!printed.includes(secret), printed);
  }
  return ended;
}

function assertFails(
  { status, stdout, stderr }: Ended,
  expected: { readonly status: number; readonly text: RegExp },
): void {
  assert.equal(status, expected.status, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, expected.text);
}

function assertPulled({ status, stdout, stderr }: Ended): void {
  assert.equal(status, 0, stderr);
  assert.match(stdout, /"name":"musl"/);
}

/** A registry that requires a token from this realm, and accepts one. */
function requireToken(realm: () => string): RequestListener {
  return (request, response) => {
    if (request.headers.authorization === `Bearer ${TOKEN}`) {
      serve(request, response);
      return;
    }
    const challenge = `Bearer realm="${realm()}",service="of tests",scope="repository:other:push"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
  };
}

const sendToken: RequestListener = (_, response) =>
  void response.end(JSON.stringify({ token: TOKEN }));

describe('a token service', () => {
  test('gets the credentials of its registry, only to pull this repository', async () => {
    await using service = await startServer(sendToken);
    await using server = await startServer(requireToken(() => `${service.origin}/token`));
    assertPulled(await run(`${server.host}/app:1`, writeLogin(password, server.host)));
    assert.deepEqual(service.requests, [
      `GET /token?scope=repository%3Aapp%3Apull&service=of+tests ${BASIC}`,
    ]);
    assert(server.requests.every((request) => !request.includes(BASIC)));
  });

  test('is called without credentials if there are none', async () => {
    await using service = await startServer(sendToken);
    await using server = await startServer(requireToken(() => `${service.origin}/token`));
    assertPulled(await run(`${server.host}/app:1`));
    assert.match(service.requests[0] ?? '', / -$/);
  });

  test('gets a refresh token in a body, and the registry gets its own token unchanged', async () => {
    const bodies: string[] = [];
    await using service = await startServer((request, response) => {
      request.setEncoding('utf8').on('data', (piece: string) => bodies.push(piece));
      request.on('end', () => response.end(JSON.stringify({ access_token: TOKEN })));
    });
    await using server = await startServer(requireToken(() => `${service.origin}/token`));
    const target = `${server.host}/app:1`;
    assertPulled(await run(target, writeLogin({ identitytoken: SECRET }, server.host)));
    assert.deepEqual(service.requests, ['POST /token -']);
    assert.match(bodies.join(''), /^grant_type=refresh_token&refresh_token=canary-secret&/);
    assertPulled(await run(target, writeLogin({ registrytoken: TOKEN }, server.host)));
    assert.equal(service.requests.length, 1);
  });

  test('that responds without a token is reported', async () => {
    for (const answer of ['', '[]', '{"token":7}', '{"token":"a b"}', 'canary-token'.repeat(9)]) {
      await using service = await startServer((_, response) => response.end(answer));
      await using server = await startServer(requireToken(() => service.origin));
      const ended = await run(`${server.host}/app:1`, writeLogin(password, server.host));
      assertFails(ended, { status: 5, text: /E_UNAUTHORIZED.*did not issue a token/ });
    }
  });

  test('on another host loses the credentials if it redirects to another origin', async () => {
    await using thief = await startServer(sendToken);
    await using service = await startServer((_, response) =>
      response.writeHead(307, { location: `${thief.origin}/token` }).end(),
    );
    await using server = await startServer(requireToken(() => service.origin));
    await run(`${server.host}/app:1`, writeLogin(password, server.host));
    assert.deepEqual(
      thief.requests.map((request) => request.split(' ').at(-1)),
      ['-'],
    );
  });
});

describe('a server that the registry redirects to', () => {
  const sendChallenge =
    (challenge: string): RequestListener =>
    (_, response) =>
      response.writeHead(401, { 'www-authenticate': challenge }).end();

  for (const [title, entry] of [
    ['password', password],
    ['refresh token', { identitytoken: SECRET }],
    ['token', { registrytoken: TOKEN }],
  ] as const) {
    for (const part of ['blobs', 'manifests']) {
      test(`gets no ${title}, whatever it requests for ${part}`, async () => {
        await using thief = await startServer(sendToken);
        for (const challenge of [
          `Bearer realm="${thief.origin}/token",service="x"`,
          'Bearer realm="https://127.0.0.1:1/token"',
          'Basic realm="x"',
        ]) {
          await using storage = await startServer(sendChallenge(challenge));
          await using server = await startServer((request, response) =>
            request.url?.includes(`/${part}/`) === true
              ? response.writeHead(307, { location: `${storage.origin}${request.url}` }).end()
              : serve(request, response),
          );
          const ended = await run(
            `${server.host}/app:1`,
            writeLogin(entry, server.host, storage.host),
          );
          assertFails(ended, { status: 5, text: /E_UNAUTHORIZED.*redirects to 127.0.0.1/ });
          for (const { requests } of [thief, storage, server]) {
            assert(
              requests.every((request) => request.endsWith(' -')),
              requests.join('\n'),
            );
          }
          assert.deepEqual(thief.requests, []);
        }
      });
    }
  }

  test('does not get the login by a redirect back to the registry', async () => {
    let back = '';
    await using storage = await startServer((request, response) =>
      response.writeHead(307, { location: `${back}/steal${request.url}` }).end(),
    );
    await using server = await startServer((request, response) => {
      if (request.url?.startsWith('/steal') === true) {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${storage.origin}/t"` }).end();
      } else if (request.url?.includes('/blobs/') === true) {
        response.writeHead(307, { location: `${storage.origin}${request.url}` }).end();
      } else {
        serve(request, response);
      }
    });
    back = server.origin;
    const ended = await run(
      `${server.host}/app:1`,
      writeLogin({ registrytoken: TOKEN }, server.host),
    );
    assertFails(ended, { status: 5, text: /E_UNAUTHORIZED/ });
    assert(storage.requests.every((request) => request.endsWith(' -')));
  });
});

describe('a realm', () => {
  for (const realm of [
    'file:///etc/passwd',
    'ftp://127.0.0.1/token',
    'http://registry.example/token',
    'http://127.0.0.2:1/token',
    `https://${USER}:pass@127.0.0.1/token`,
    '/token',
    '',
    'javascript:alert(1)',
  ]) {
    test(`of ${realm === '' ? 'nothing' : realm} is not contacted`, async () => {
      await using server = await startServer(requireToken(() => realm));
      const ended = await run(`${server.host}/app:1`, writeLogin(password, server.host));
      assertFails(ended, { status: 5, text: /E_UNAUTHORIZED.*untrusted token service/ });
      assert(server.requests.every((request) => request.endsWith(' -')));
    });
  }
});

describe('a login', () => {
  const requirePassword: RequestListener = (request, response) => {
    if (request.headers.authorization === BASIC) {
      serve(request, response);
      return;
    }
    response.writeHead(401, { 'www-authenticate': 'Basic realm="tests"' }).end();
  };

  test('are sent to exactly their host and port', async () => {
    await using server = await startServer(requirePassword);
    assertPulled(await run(`${server.host}/app:1`, writeLogin(password, server.host)));
    const { length } = server.requests;
    for (const hosts of [
      ['127.0.0.1', '127.0.0.1:1', `127.0.0.1:${server.port}0`, `x${server.host}`],
      [`localhost:${server.port}`, `${server.host}.example`, `${server.host}/app2`],
    ]) {
      const ended = await run(`${server.host}/app:1`, writeLogin(password, ...hosts));
      assertFails(ended, { status: 5, text: /E_UNAUTHORIZED/ });
    }
    assert(server.requests.slice(length).every((request) => request.endsWith(' -')));
  });

  test('stay with the registry if blobs are stored elsewhere', async () => {
    await using storage = await startServer(serve);
    await using server = await startServer((request, response) => {
      if (request.headers.authorization === BASIC && request.url?.includes('/blobs/')) {
        response.writeHead(307, { location: `${storage.origin}${request.url}` }).end();
      } else {
        requirePassword(request, response);
      }
    });
    assertPulled(await run(`${server.host}/app:1`, writeLogin(password, server.host)));
    assert(storage.requests.length > 0);
    assert(storage.requests.every((request) => request.endsWith(' -')));
  });

  test('that are never sufficient end immediately', async () => {
    await using server = await startServer((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="more"' }).end(),
    );
    const ended = await run(`${server.host}/app:1`, writeLogin(password, server.host));
    assertFails(ended, { status: 5, text: /E_UNAUTHORIZED/ });
    assert(server.requests.length <= 3);
  });

  test('of a helper are never printed', async () => {
    await using server = await startServer(requirePassword);
    const script = `#!/bin/sh\necho '{"Username":"${USER}","Secret":"${SECRET}"}'\n`;
    const folder = mkdtempSync(join(FOLDER, 'helper-'));
    writeFileSync(join(folder, 'docker-credential-tests'), script, { mode: 0o755 });
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: 'tests' }));
    const environment = {
      DOCKER_CONFIG: folder,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    };
    assertPulled(await run(`${server.host}/app:1`, environment));
  });

  test('in the target or in a mirror are rejected, and not printed', async () => {
    for (const target of [
      `${USER}:${SECRET}@127.0.0.1/app`,
      `registry:${USER}:${SECRET}@127.0.0.1/app`,
      `https://${USER}:${SECRET}@127.0.0.1/app`,
      `docker://${USER}:${SECRET}@127.0.0.1/app`,
    ]) {
      assertFails(await run(target), { status: 3, text: /E_USAGE.*password/ });
    }
    const mirror = `docker.io=https://${USER}:${SECRET}@127.0.0.1`;
    const ended = await run('alpine', {}, '--registry-mirror', mirror);
    assertFails(ended, { status: 3, text: /E_CONFIG.*mirror/ });
  });

  test('of a proxy are never printed', async () => {
    for (const port of ['1', '99999', 'x']) {
      const proxy = `http://${USER}:${SECRET}@127.0.0.1:${port}`;
      const environment = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
      const ended = await run('registry.example/app:1', environment, '--limit', 'httpTriesMax=1');
      assertFails(ended, { status: 5, text: /E_NETWORK/ });
    }
  });

  test('is in no file that is written', async () => {
    await using server = await startServer(requirePassword);
    const outputs = ['json', 'syft-json'].map((format) => join(FOLDER, `out.${format}`));
    const flags = outputs.flatMap((path) => ['-o', `${path.split('.').at(-1)}=${path}`]);
    const ended = await run(`${server.host}/app:1`, writeLogin(password, server.host), ...flags);
    assert.equal(ended.status, 0, ended.stderr);
    for (const path of outputs) {
      const content = readFileSync(path, 'utf8');
      assert.match(content, /musl/);
      assert(!content.includes(SECRET) && !content.includes(password.auth));
    }
  });
});

describe('a connection', () => {
  const blobPath = `/blobs/${IMAGE.layerDigest}`;
  const layer = IMAGE.blobs.get(IMAGE.layerDigest) ?? Buffer.alloc(0);

  /** Serves the image, except its layer, which `special` serves. */
  function startRegistry(special: RequestListener): Promise<LoopbackServer> {
    return startServer((request, response) =>
      request.url?.endsWith(blobPath) === true
        ? special(request, response)
        : serve(request, response),
    );
  }

  for (const [title, hasRanges] of [
    ['asking for the rest', true],
    ['from the beginning where the server knows no parts', false],
  ] as const) {
    test(`that breaks within a blob is resumed, ${title}`, async () => {
      let count = 0;
      await using server = await startRegistry((request, response) => {
        if (count++ === 0) {
          response.writeHead(200, { 'content-length': layer.length });
          response.write(layer.subarray(0, 100_000), () => request.socket.destroy());
        } else if (hasRanges) {
          assert.match(request.headers.range ?? '', /^bytes=\d+-$/);
          serve(request, response);
        } else {
          response.end(layer);
        }
      });
      assertPulled(await run(`${server.host}/app:1`));
      assert.equal(count, 2);
    });
  }

  test('that breaks repeatedly is an error in the end', async () => {
    await using server = await startRegistry((request, response) => {
      response.writeHead(200, { 'content-length': layer.length });
      response.write(layer.subarray(0, 1_000), () => request.socket.destroy());
    });
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 5, text: /E_NETWORK.*aborted/ });
  });

  test('that returns another range than requested is an error', async () => {
    await using server = await startRegistry((request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { 'content-length': layer.length });
        response.write(layer.subarray(0, 1_000), () => request.socket.destroy());
      } else {
        response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789');
      }
    });
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 5, text: /E_NETWORK.*a different part/ });
  });

  test('that stops within a blob is an error in time', async () => {
    await using server = await startRegistry((_, response) => {
      response.writeHead(200, { 'content-length': layer.length });
      response.write(layer.subarray(0, 1_000));
    });
    const limits = ['--limit', 'httpIdleMsMax=200', '--limit', 'httpTriesMax=1'];
    const ended = await run(`${server.host}/app:1`, {}, ...limits);
    assertFails(ended, { status: 5, text: /E_NETWORK.*200 ms/ });
  });

  test('that stalls within a blob is resumed at its position', async () => {
    let count = 0;
    await using server = await startRegistry((request, response) => {
      if (count++ === 0) {
        response.writeHead(200, { 'content-length': layer.length });
        response.write(layer.subarray(0, 100_000));
      } else {
        assert.equal(request.headers.range, 'bytes=100000-');
        serve(request, response);
      }
    });
    assertPulled(await run(`${server.host}/app:1`, {}, '--limit', 'httpIdleMsMax=1000'));
    assert.equal(count, 2);
  });

  test('that brings a blob byte by byte is an error in time', async () => {
    await using server = await startRegistry((_, response) => {
      response.writeHead(200, { 'content-length': layer.length });
      let at = 0;
      const timer = setInterval(() => response.write(layer.subarray(at, ++at)), 50);
      response.on('close', () => clearInterval(timer));
    });
    const limits = ['--limit', 'httpIdleMsMax=5000', '--limit', 'httpAnswerMsMax=1000'];
    const start = performance.now();
    const ended = await run(`${server.host}/app:1`, {}, ...limits);
    assertFails(ended, { status: 5, text: /E_NETWORK.*too slow/ });
    assert(performance.now() - start < 50_000);
  });

  test('that never ends is cut at the blob size in the manifest', async () => {
    await using server = await startRegistry((_, response) => {
      response.write(layer);
      const timer = setInterval(() => response.write(Buffer.alloc(10_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 1, text: /E_DIGEST_MISMATCH.*larger than/ });
  });

  test('that brings another blob is refused', async () => {
    await using server = await startRegistry((_, response) =>
      response.end(Buffer.alloc(layer.length, 'x')),
    );
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 1, text: /E_DIGEST_MISMATCH|E_IMAGE_INVALID/ });
  });

  test('that redirects forever is an error', async () => {
    await using server = await startRegistry((request, response) =>
      response.writeHead(302, { location: request.url }).end(),
    );
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 5, text: /E_NETWORK.*redirects more than 10 times/ });
  });

  test('with an endless manifest is rejected', async () => {
    await using server = await startServer((request, response) => {
      if (request.url?.includes('/manifests/') !== true) {
        serve(request, response);
        return;
      }
      const timer = setInterval(() => response.write(Buffer.alloc(1_000_000, ' ')), 1);
      response.on('close', () => clearInterval(timer));
    });
    const ended = await run(`${server.host}/app:1`);
    assertFails(ended, { status: 1, text: /E_LIMIT/ });
  });

  test('with another manifest than the requested digest is rejected', async () => {
    await using server = await startServer((request, response) => {
      if (request.url?.includes('/manifests/') === true) {
        response.end('{"schemaVersion":2}');
      } else {
        serve(request, response);
      }
    });
    const ended = await run(`${server.host}/app@${IMAGE.manifestDigest}`);
    assertFails(ended, { status: 1, text: /E_DIGEST_MISMATCH/ });
  });

  test('that is not a registry is reported', async () => {
    for (const answer of ['<html>', '{}', '[]', 'null', '{"manifests":[7]}']) {
      await using server = await startServer((_, response) => response.end(answer));
      const { status, stderr } = await run(`${server.host}/app:1`);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /E_IMAGE_INVALID/, answer);
    }
  });
});
