import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeCertificate } from '../../../test/support/certificate.ts';
import { skipUnlessInstalled } from '../../../test/support/installed-program.ts';
import { closeServer, listen, startServer } from '../../../test/support/loopback-server.ts';
import { type ErrorCode, UserError } from '../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { AddressScope } from './address-scope.ts';
import { HttpClient, type HttpOptions } from './http-client.ts';
import { HttpFault } from './http-fault.ts';
import { TransferAllowance } from './transfer-allowance.ts';

const AUTHORIZATION = 'Basic canary';
const FOLDER = mkdtempSync(join(tmpdir(), 'http-client-test-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

function createClient(
  options: Partial<HttpOptions> = {},
  limits: Partial<Limits> = {},
): HttpClient {
  const made = new HttpClient({
    limits: { ...DEFAULT_LIMITS, httpIdleMsMax: 2_000, ...limits },
    userAgent: 'test',
    ...options,
  });
  after(() => made[Symbol.dispose]());
  return made;
}

async function fetchText(http: HttpClient, url: string, authorization?: string): Promise<string> {
  const response = await http.send({
    url: new URL(url),
    ...(authorization === undefined ? {} : { authorization }),
  });
  return Buffer.from(await http.readBody(response, 1_000)).toString();
}

function expectError(code: ErrorCode, text: RegExp | string) {
  return (error: unknown): true => {
    assert(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    const told = `${error.message} ${error.hint} ${String(error.cause)}`;
    assert(typeof text === 'string' ? told.includes(text) : text.test(told), told);
    assert(!told.includes('canary'), told);
    return true;
  };
}

function redirect(response: ServerResponse, location: string, status = 302): void {
  response.writeHead(status, { location }).end();
}

describe('a redirect', () => {
  test('within the origin keeps the credentials', async () => {
    await using server = await startServer(({ url }, response) =>
      url === '/a' ? redirect(response, '/b') : response.end('content'),
    );
    assert.equal(await fetchText(createClient(), `${server.origin}/a`, AUTHORIZATION), 'content');
    assert.deepEqual(server.requests, ['GET /a Basic canary', 'GET /b Basic canary']);
  });

  test('to another origin drops the credentials, even if it leads back', async () => {
    let back = '';
    await using other = await startServer((_, response) => redirect(response, `${back}/end`));
    await using server = await startServer(({ url }, response) =>
      url === '/a' ? redirect(response, `${other.origin}/x`) : response.end('content'),
    );
    back = server.origin;
    assert.equal(await fetchText(createClient(), `${server.origin}/a`, AUTHORIZATION), 'content');
    assert.deepEqual(other.requests, ['GET /x -']);
    assert.deepEqual(server.requests, ['GET /a Basic canary', 'GET /end -']);
  });

  test('to the same host under another name is to another origin', async () => {
    await using server = await startServer(({ url, headers }, response) =>
      url === '/a'
        ? redirect(response, `http://localhost:${headers.host?.split(':')[1]}/b`)
        : response.end('content'),
    );
    assert.equal(await fetchText(createClient(), `${server.origin}/a`, AUTHORIZATION), 'content');
    assert.deepEqual(server.requests, ['GET /a Basic canary', 'GET /b -']);
  });

  test('never sends a posted body to another origin', async () => {
    await using other = await startServer((_, response) => response.end());
    await using server = await startServer((_, response) => redirect(response, other.origin, 307));
    const sent = createClient().send({
      url: new URL(server.origin),
      method: 'POST',
      body: 'canary',
    });
    await assert.rejects(sent, expectError('E_NETWORK', 'another server'));
    assert.deepEqual(other.requests, []);
  });

  for (const location of [
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'http://user:canary@127.0.0.1:1/',
    'http://',
    'javascript:1',
  ]) {
    test(`to ${location} is rejected`, async () => {
      await using server = await startServer((_, response) => redirect(response, location));
      await assert.rejects(
        fetchText(createClient(), server.origin),
        expectError('E_NETWORK', 'redirects'),
      );
      assert.equal(server.requests.length, 1);
    });
  }

  test('in a loop ends with an error', async () => {
    await using server = await startServer((_, response) => redirect(response, '/'));
    await assert.rejects(
      fetchText(createClient(), server.origin),
      expectError('E_NETWORK', '10 times'),
    );
    assert.equal(server.requests.length, DEFAULT_LIMITS.httpRedirectsMax + 1);
  });
});

describe('a host named by a server', () => {
  /** A fake name server: for each name, the addresses for one query after the other. */
  function createLookup(answers: Readonly<Record<string, readonly string[]>>): LookupFunction {
    const asked = new Map<string, number>();
    return (hostname, options, callback) => {
      const count = asked.get(hostname) ?? 0;
      asked.set(hostname, count + 1);
      const all = answers[hostname] ?? [];
      const addresses = (all[Math.min(count, all.length - 1)] ?? '').split(' ').map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      callback(null, options.all === true ? addresses : (addresses[0]?.address ?? ''), 4);
    };
  }

  async function send(
    url: string,
    namingScope: AddressScope | undefined,
    options: Partial<HttpOptions> = {},
  ): Promise<number> {
    const http = createClient(options, { httpTriesMax: 1 });
    const response = await http.send({
      url: new URL(url),
      ...(namingScope === undefined ? {} : { namingScope }),
    });
    response.discard();
    return response.status;
  }

  test('is not reached on this machine in any form of its address', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.0.0.1.',
      '127.1.2.3',
      '0.0.0.0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      'localhost',
      'LOCALHOST',
    ]) {
      const url = `http://${host}:${server.port}/`;
      await assert.rejects(send(url, 'public'), expectError('E_NETWORK', '--allow-host'), host);
    }
    assert.deepEqual(server.requests, []);
  });

  test('is not reached on a private network or a link', async () => {
    for (const host of ['10.0.0.1', '192.168.1.1', '[fd00::1]', '169.254.169.254', '[fe80::1]']) {
      await assert.rejects(send(`http://${host}/`, 'public'), expectError('E_NETWORK', 'private'));
    }
    await assert.rejects(
      send('http://169.254.169.254/', 'private'),
      expectError('E_NETWORK', '169.254.169.254'),
    );
  });

  test('is not reached by a name that resolves there, even if the results change', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    const lookup = createLookup({
      'inside.example': ['127.0.0.1'],
      'mapped.example': ['::ffff:127.0.0.1'],
      'changing.example': ['203.0.113.1', '127.0.0.1'],
    });
    for (const name of ['inside.example', 'mapped.example']) {
      const url = `http://${name}:${server.port}/`;
      await assert.rejects(send(url, 'public', { lookup }), expectError('E_NETWORK', name));
    }
    const http = createClient({ lookup }, { httpTriesMax: 2, httpAnswerMsMax: 300 });
    const url = new URL(`http://changing.example:${server.port}/`);
    await assert.rejects(http.send({ url, namingScope: 'public' }), expectError('E_NETWORK', ''));
    await assert.rejects(
      http.send({ url, namingScope: 'public' }),
      expectError('E_NETWORK', 'private'),
    );
    assert.deepEqual(server.requests, []);
  });

  test('is reached by its remaining addresses', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    const lookup = createLookup({ 'both.example': ['169.254.169.254 127.0.0.1'] });
    const url = `http://both.example:${server.port}/`;
    assert.equal(await send(url, 'private', { lookup }), 200);
    assert.equal(
      await send(url, undefined, { lookup: createLookup({ 'both.example': ['127.0.0.1'] }) }),
      200,
    );
  });

  test('is reached if the user named it, allowed it, or it is in the network of the server', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    assert.equal(await send(server.origin, undefined), 200);
    assert.equal(await send(server.origin, 'private'), 200);
    for (const host of ['127.0.0.1', server.host]) {
      assert.equal(await send(server.origin, 'public', { allowedHosts: [host] }), 200);
    }
    await assert.rejects(
      send(server.origin, 'public', { allowedHosts: ['127.0.0.1:1', '27.0.0.1', 'localhost'] }),
      expectError('E_NETWORK', 'private'),
    );
  });

  test('does not reuse the connection of a host that the user named', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    const http = createClient();
    const url = new URL(server.origin);
    await http.readBody(await http.send({ url }), 100);
    await assert.rejects(
      http.send({ url, namingScope: 'public' }),
      expectError('E_NETWORK', 'private'),
    );
    assert.equal(server.requests.length, 1);
  });

  test('is not checked if a proxy connects to it', async () => {
    await using proxy = await startServer((_, response) => response.end('by proxy'));
    const proxyEnvironment = { HTTP_PROXY: proxy.origin, NO_PROXY: '10.0.0.1' };
    assert.equal(await send('http://10.0.0.2/', 'public', { proxyEnvironment }), 200);
    await assert.rejects(
      send('http://10.0.0.1/', 'public', { proxyEnvironment }),
      expectError('E_NETWORK', 'private'),
    );
  });

  test('may only redirect within the narrowest scope of the servers before it', async () => {
    await using server = await startServer((_, response) => redirect(response, '/again'));
    const http = createClient({ allowedHosts: [server.host] });
    await using inner = await startServer((_, response) => response.end('content'));
    await using outer = await startServer((_, response) => redirect(response, inner.origin));
    const near = createClient({ allowedHosts: [outer.host] });
    await assert.rejects(
      near.send({ url: new URL(outer.origin), namingScope: 'public' }),
      expectError('E_NETWORK', 'private'),
    );
    assert.deepEqual([outer.requests.length, inner.requests.length], [1, 0]);
    await assert.rejects(
      http.send({ url: new URL(server.origin) }),
      expectError('E_NETWORK', '10 times'),
    );
  });

  test('has the scope of its address', async () => {
    await using server = await startServer((_, response) => response.end('content'));
    await using proxy = await startServer((_, response) => response.end('by proxy'));
    const direct = await createClient().send({ url: new URL(server.origin) });
    direct.discard();
    const proxyEnvironment = { HTTP_PROXY: proxy.origin };
    const proxied = await createClient({ proxyEnvironment }).send({
      url: new URL('http://a.example/'),
    });
    proxied.discard();
    assert.deepEqual([direct.scope, proxied.scope], ['private', 'public']);
  });
});

describe('a temporary failure', () => {
  for (const status of [429, 503]) {
    test(`with the status ${status} is retried at the time that the server names`, async () => {
      let count = 0;
      await using server = await startServer((_, response) =>
        count++ < 2
          ? response.writeHead(status, { 'retry-after': '0' }).end()
          : response.end('content'),
      );
      assert.equal(await fetchText(createClient(), server.origin), 'content');
      assert.equal(count, 3);
    });
  }

  test('of a connection is retried', async () => {
    let count = 0;
    await using server = await startServer(({ socket }, response) => {
      if (count++ === 0) {
        socket.destroy();
      } else {
        response.end('content');
      }
    });
    assert.equal(await fetchText(createClient(), server.origin), 'content');
  });

  test('is returned as the last response if it persists', async () => {
    await using server = await startServer((_, response) =>
      response.writeHead(503, { 'retry-after': '0' }).end(),
    );
    const response = await createClient().send({ url: new URL(server.origin) });
    assert.equal(response.status, 503);
    assert.equal(server.requests.length, DEFAULT_LIMITS.httpTriesMax);
  });

  test('does not include a refusal by the server', async () => {
    await using server = await startServer((_, response) => response.writeHead(404).end());
    assert.equal((await createClient().send({ url: new URL(server.origin) })).status, 404);
    assert.equal(server.requests.length, 1);
  });
});

describe('a response body', () => {
  test('that is truncated is an error', async () => {
    await using server = await startServer(({ socket }, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('short', () => socket.destroy());
    });
    await assert.rejects(
      fetchText(createClient(), server.origin),
      expectError('E_NETWORK', 'aborted'),
    );
  });

  test('in chunks without the last one is an error', async () => {
    await using server = await startServer(({ socket }, response) => {
      response.write('short', () => socket.destroy());
    });
    await assert.rejects(
      fetchText(createClient(), server.origin),
      expectError('E_NETWORK', 'aborted'),
    );
  });

  test('beyond the size limit is refused while it is received', async () => {
    await using server = await startServer((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await assert.rejects(
      fetchText(createClient(), server.origin),
      expectError('E_LIMIT', '1000 bytes'),
    );
  });

  test('that stalls is an error', async () => {
    await using server = await startServer((_, response) => void response.write('x'));
    const http = createClient({}, { httpIdleMsMax: 100 });
    await assert.rejects(fetchText(http, server.origin), expectError('E_NETWORK', '100 ms'));
  });

  test('that comes byte by byte ends with an error', async () => {
    await using server = await startServer((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const http = createClient({}, { httpAnswerMsMax: 200 });
    await assert.rejects(fetchText(http, server.origin), expectError('E_NETWORK', '200 ms'));
  });

  test('waits for a slow reader without a limit', async () => {
    await using server = await startServer((_, response) => response.end(Buffer.alloc(4_000_000)));
    const http = createClient({}, { httpIdleMsMax: 100 });
    const response = await http.send({ url: new URL(server.origin) });
    let sizeBytes = 0;
    for await (const piece of response.body) {
      if (sizeBytes === 0) {
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      sizeBytes += piece.length;
    }
    assert.equal(sizeBytes, 4_000_000);
  });
});

describe('a body with a slow reader', () => {
  test('is aborted if it stalls once the reader waits', async () => {
    await using server = await startServer((_, response) => {
      response.write(Buffer.alloc(200_000));
    });
    const http = createClient({}, { httpIdleMsMax: 100 });
    const response = await http.send({ url: new URL(server.origin) });
    await assert.rejects(
      async () => {
        for await (const piece of response.body) {
          await new Promise((resolve) => setTimeout(resolve, piece.length > 0 ? 150 : 0));
        }
      },
      expectError('E_NETWORK', '100 ms'),
    );
  });
});

describe('a transfer', () => {
  const limits = {
    ...DEFAULT_LIMITS,
    httpIdleMsMax: 5_000,
    httpAnswerMsMax: 200,
    httpBytesPerSecondMin: 1_000,
  };

  function startDripping(pieceBytes: number, pauseMs: number) {
    return startServer((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(pieceBytes)), pauseMs);
      response.on('close', () => clearInterval(timer));
    });
  }

  async function readSome(origin: string, bytesMax: number): Promise<number> {
    const allowance = new TransferAllowance(limits);
    const response = await createClient({}, limits).send({ url: new URL(origin) });
    let sizeBytes = 0;
    for await (const piece of allowance.readPieces(response)) {
      sizeBytes += piece.length;
      if (sizeBytes >= bytesMax) {
        break;
      }
    }
    return sizeBytes;
  }

  test('that comes byte by byte is aborted', async () => {
    await using server = await startDripping(1, 20);
    await assert.rejects(readSome(server.origin, 10_000), expectError('E_NETWORK', 'too slow'));
  });

  test('may take as long as its size allows', async () => {
    await using server = await startDripping(1_000, 50);
    const start = performance.now();
    assert((await readSome(server.origin, 10_000)) >= 10_000);
    assert(performance.now() - start > limits.httpAnswerMsMax);
  });

  test('does not count the time of its reader', async () => {
    await using server = await startServer((_, response) => response.end(Buffer.alloc(300_000)));
    const allowance = new TransferAllowance({ ...limits, httpBytesPerSecondMin: 1e9 });
    const response = await createClient().send({ url: new URL(server.origin) });
    let sizeBytes = 0;
    for await (const piece of allowance.readPieces(response)) {
      sizeBytes += piece.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(sizeBytes, 300_000);
  });

  test('is resumed while data comes, but not forever', async () => {
    const fault = new HttpFault('broken', new URL('http://a'), { code: 'x', isPassing: true });
    const body = (async function* () {
      yield new Uint8Array(1);
    })();
    const allowance = new TransferAllowance({ ...limits, httpTriesMax: 2, httpBreaksMax: 3 });
    for await (const piece of allowance.readPieces({ url: new URL('http://a'), body })) {
      assert.equal(piece.length, 1);
    }
    assert.deepEqual(
      [1, 2].map(() => allowance.canResume(fault)),
      [true, false],
    );
    assert.equal(new TransferAllowance(limits).canResume(new Error('another')), false);
  });
});

describe('a missing response', () => {
  test('is an error after the timeout', async () => {
    await using server = await startServer(() => undefined);
    const http = createClient({}, { httpIdleMsMax: 100, httpTriesMax: 1 });
    await assert.rejects(fetchText(http, server.origin), expectError('E_NETWORK', '100 ms'));
  });

  test('because of a closed port is an error after some attempts', async () => {
    const server = await startServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const http = createClient({}, { httpTriesMax: 2 });
    await assert.rejects(fetchText(http, server.origin), expectError('E_NETWORK', 'ECONNREFUSED'));
  });

  test('because of another protocol is an error', async () => {
    await using server = await startServer(({ socket }) => void socket.end('SSH-2.0-canary\r\n'));
    await assert.rejects(
      fetchText(createClient(), server.origin),
      expectError('E_NETWORK', 'Parse Error'),
    );
  });
});

const skip = skipUnlessInstalled('openssl');

describe('TLS', { skip }, () => {
  const certificate = skip === false ? makeCertificate(FOLDER) : undefined;

  test('with a certificate of an unknown authority is refused with a hint', async () => {
    await using server = await startServer((_, response) => response.end(), certificate);
    await assert.rejects(
      fetchText(createClient(), server.origin, AUTHORIZATION),
      expectError('E_NETWORK', '--ca-file'),
    );
    assert.deepEqual(server.requests, []);
  });

  test('accepts a named authority, or any certificate if verification is disabled', async () => {
    await using server = await startServer((_, response) => response.end('content'), certificate);
    const extraCertificates = [certificate?.cert ?? ''];
    for (const http of [
      createClient({ extraCertificates }),
      createClient({ isTlsUnchecked: true }),
    ]) {
      assert.equal(await fetchText(http, server.origin), 'content');
    }
  });

  test('is never left by a redirect', async () => {
    await using plain = await startServer((_, response) => response.end());
    await using server = await startServer(
      (_, response) => redirect(response, plain.origin),
      certificate,
    );
    const http = createClient({ isTlsUnchecked: true });
    await assert.rejects(fetchText(http, server.origin), expectError('E_NETWORK', 'to plain HTTP'));
    assert.deepEqual(plain.requests, []);
  });

  test('goes through a tunnel of the proxy', async () => {
    const tunnels: string[] = [];
    await using server = await startServer((_, response) => response.end('content'), certificate);
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
      const upstream = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    const port = await listen(proxy);
    const http = createClient({
      isTlsUnchecked: true,
      proxyEnvironment: { HTTPS_PROXY: `http://user:canary@127.0.0.1:${port}` },
    });
    assert.equal(await fetchText(http, 'https://registry.example/'), 'content');
    const login = Buffer.from('user:canary').toString('base64');
    assert.deepEqual(tunnels, [`registry.example:443 Basic ${login}`]);
    http[Symbol.dispose]();
    await closeServer(proxy);
  });
});

test('reports a certificate file without certificates', async () => {
  const http = createClient({ extraCertificates: ['-----BEGIN CERTIFICATE-----\nnonsense'] });
  await assert.rejects(
    fetchText(http, 'https://127.0.0.1:1/'),
    expectError('E_CONFIG', '--ca-file'),
  );
});

describe('a proxy', () => {
  test('receives requests to other machines, except those in NO_PROXY', async () => {
    await using proxy = await startServer((_, response) => response.end('by proxy'));
    await using direct = await startServer((_, response) => response.end('direct'));
    const http = createClient(
      { proxyEnvironment: { HTTP_PROXY: proxy.origin, NO_PROXY: 'direct.invalid' } },
      { httpTriesMax: 1 },
    );
    assert.equal(await fetchText(http, 'http://registry.example/'), 'by proxy');
    assert.equal(await fetchText(http, direct.origin), 'direct');
    await assert.rejects(
      fetchText(http, 'http://direct.invalid/'),
      expectError('E_NETWORK', 'direct.invalid'),
    );
    assert.deepEqual(proxy.requests, ['GET http://registry.example/ -']);
  });

  for (const [title, proxy] of [
    ['that is not there', 'http://user:canary@127.0.0.1:1'],
    ['that is not an address', 'http://user:canary@127.0.0.1:99999'],
    ['of another kind', 'nonsense://user:canary@127.0.0.1:1'],
  ] as const) {
    test(`${title} is reported without its password`, async () => {
      const proxyEnvironment = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
      const http = createClient({ proxyEnvironment }, { httpTriesMax: 1 });
      for (const url of ['http://registry.invalid/', 'https://registry.invalid/']) {
        await assert.rejects(fetchText(http, url), expectError('E_NETWORK', ''));
      }
    });
  }

  test('that refuses a tunnel is reported without its password', async () => {
    const proxy = createServer();
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 No canary\r\n\r\n'));
    const port = await listen(proxy);
    const HTTPS_PROXY = `http://user:canary@127.0.0.1:${port}`;
    const http = createClient({ proxyEnvironment: { HTTPS_PROXY } }, { httpTriesMax: 1 });
    await assert.rejects(
      fetchText(http, 'https://registry.invalid/'),
      (error) => error instanceof UserError && !error.message.includes('user:canary'),
    );
    await closeServer(proxy);
  });
});
