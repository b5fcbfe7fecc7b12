import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createTinyImage, serveImage } from './image-server.ts';
import { type Ended, runProgram } from './run-program.ts';

/**
 * A separate network with a registry at an internet address (RFC 5737) and another server at an
 * address of this machine, which is also named `inside.example`. This file is the program that runs
 * in it.
 */
export interface Scene {
  /** Target of the registry's redirects for blobs. */
  readonly blobsAt?: string;
  /** The token service that the registry names. */
  readonly realm?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Played extends Ended {
  /** Number of connections to the other server. */
  readonly connections: number;
  /** Requests to the other server: method, path and `Authorization`. */
  readonly requests: readonly string[];
}

const PUBLIC = '203.0.113.5';
const REGISTRY = `${PUBLIC}:5901`;
/** Host and port of the other server. */
export const INSIDE_PORT = 5902;

/** Returns the reason to skip tests that need such a network, or `false`. */
export function skipWithoutNetworks(): string | false {
  const { status } = spawnSync('unshare', ['-rnm', 'ip', 'link', 'set', 'lo', 'up']);
  return status === 0 ? false : 'this machine does not let us make a network';
}

/** Runs a scene in its own network. */
export function runScene(folder: string, scene: Scene): Played {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost inside.example\n');
  const script = [
    'ip link set lo up',
    `ip addr add ${PUBLIC}/32 dev lo`,
    'mount --bind "$1" /etc/hosts',
    'exec "$2" "$3" "$4"',
  ].join(' && ');
  const { stdout, stderr } = spawnSync(
    'unshare',
    [
      '-rnm',
      'sh',
      '-c',
      script,
      'sh',
      hosts,
      process.execPath,
      import.meta.filename,
      JSON.stringify(scene),
    ],
    { encoding: 'utf8' },
  );
  try {
    return JSON.parse(stdout) as Played;
  } catch {
    throw new Error(`the scene ended with ${stdout} ${stderr}`);
  }
}

async function answerScene({
  blobsAt,
  realm,
  args = [],
  environment = {},
}: Scene): Promise<Played> {
  const serve = serveImage(createTinyImage());
  const registry = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    if (realm !== undefined && request.headers.authorization !== 'Bearer abc') {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    } else if (blobsAt !== undefined && pathname.includes('/blobs/')) {
      response.writeHead(307, { location: `${blobsAt}${pathname}` }).end();
    } else {
      serve(request, response);
    }
  }).listen(5901, PUBLIC);
  const requests: string[] = [];
  const content = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    if (request.url?.startsWith(`http://${REGISTRY}/`) === true) {
      // Requested as a proxy.
      registry.emit('request', request, response);
    } else if (request.url?.startsWith('/token') === true) {
      response.end('{"token":"abc"}');
    } else {
      serve(request, response);
    }
  });
  let connections = 0;
  const inside = createTcpServer((socket) => {
    connections += 1;
    content.emit('connection', socket);
  }).listen(INSIDE_PORT, '127.0.0.1');
  const target = `registry:${REGISTRY}/app:1`;
  const ended = await runProgram(
    ['sbom', target, '--insecure-use-http', '-o', 'json', '-v', ...args],
    environment,
  );
  for (const server of [registry, inside]) {
    server.close();
  }
  registry.closeAllConnections();
  content.closeAllConnections();
  return { ...ended, connections, requests };
}

if (import.meta.main) {
  const played = await answerScene(JSON.parse(process.argv[2] ?? '{}') as Scene);
  process.stdout.write(JSON.stringify(played), () => process.exit(0));
}
