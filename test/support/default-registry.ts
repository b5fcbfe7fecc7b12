import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { type Ended, runProgram } from './run-program.ts';

/**
 * A separate network in which the default registry and its token service are a server of this
 * machine. This file is the program that runs in it.
 */
export interface DefaultRegistryScene {
  readonly lines: readonly (readonly string[])[];
  readonly environment: Readonly<Record<string, string>>;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface PlayedLines {
  readonly ended: readonly Ended[];
  /** Every request: host, path and status. */
  readonly requests: readonly string[];
}

const REGISTRY = 'registry-1.docker.io';
const TOKENS = 'auth.docker.io';
/** Names for which the certificate must be valid. */
export const REGISTRY_NAMES = [REGISTRY, TOKENS];

export function runWithDefaultRegistry(folder: string, scene: DefaultRegistryScene): PlayedLines {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost ${REGISTRY_NAMES.join(' ')}\n`);
  const script = 'ip link set lo up && mount --bind "$1" /etc/hosts && exec "$2" "$3" "$4"';
  const own = [hosts, process.execPath, import.meta.filename, JSON.stringify(scene)];
  const { stdout, stderr } = spawnSync('unshare', ['-rnm', 'sh', '-c', script, 'sh', ...own], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  try {
    return JSON.parse(stdout) as PlayedLines;
  } catch {
    throw new Error(`the scene ended with ${stdout} ${stderr}`);
  }
}

const CONTENTS: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  [
    'library/alpine',
    {
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.10.1\nPRETTY_NAME="Alpine Linux v3.10"\n',
      'lib/apk/db/installed': 'P:busybox\nV:1.30.1-r1\nA:x86_64\nL:GPL-2.0\n\n',
    },
  ],
  [
    'library/debian',
    {
      'etc/os-release':
        'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n',
      'var/lib/dpkg/status':
        'Package: libssl1.1\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 1.1.1n-0+deb11u3\n\n',
    },
  ],
]);

/** Returns a layout and the index of each repository, for two platforms. */
function createImages() {
  const layout = new FixtureLayout();
  const indexes = new Map<string, string>();
  for (const [repository, files] of CONTENTS) {
    const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
    const manifests = ['arm64', 'amd64'].map((architecture) => {
      const layer = createTar([...entries, { name: 'arch', content: architecture }]);
      const image = layout.addImage({ layers: [layer], platform: `linux/${architecture}` });
      return { ...image, platform: { os: 'linux', architecture } };
    });
    indexes.set(repository, layout.addIndex(manifests).digest);
  }
  return { layout, indexes };
}

/** Answers as the default registry does: with a token service, and at first with its rate limit. */
function createAnswer(requests: string[]) {
  const { layout, indexes } = createImages();
  let limited = 0;
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const { host = '', authorization } = request.headers;
    const { pathname, searchParams } = new URL(request.url ?? '', `https://${host}`);
    if (host === TOKENS && pathname === '/token') {
      const scope = searchParams.get('scope') ?? '';
      response.end(JSON.stringify({ token: scope, expires_in: 300 }));
      return;
    }
    const [, repository = '', kind, selector = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/u.exec(pathname) ?? [];
    const scope = `repository:${repository}:pull`;
    if (host !== REGISTRY || authorization !== `Bearer ${scope}`) {
      const realm = `https://${TOKENS}/token`;
      const challenge = `Bearer realm="${realm}",service="registry.docker.io",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end('{"errors":[]}');
    } else if (limited === 0) {
      limited += 1;
      response.writeHead(429, { 'retry-after': '1' }).end('{"errors":[]}');
    } else {
      const digest = selector === 'latest' ? indexes.get(repository) : selector;
      const content = layout.blobs.get(digest ?? '');
      const { mediaType = 'application/octet-stream' } =
        kind === 'manifests' && content !== undefined
          ? (JSON.parse(content.toString()) as { readonly mediaType?: string })
          : {};
      response
        .writeHead(content === undefined ? 404 : 200, { 'content-type': mediaType })
        .end(content);
    }
  };
  return (request: IncomingMessage, response: ServerResponse): void => {
    respond(request, response);
    const path = (request.url ?? '').replace(/\?.*$/u, '');
    requests.push(`${request.headers.host} ${path} ${response.statusCode}`);
  };
}

async function runLines(scene: DefaultRegistryScene): Promise<PlayedLines> {
  const requests: string[] = [];
  const options = {
    cert: readFileSync(scene.certificateFile),
    key: readFileSync(scene.keyFile),
  };
  const server = createServer(options, createAnswer(requests)).listen(443, '127.0.0.1');
  const ended: Ended[] = [];
  for (const line of scene.lines) ended.push(await runProgram(line, scene.environment));
  server.close();
  server.closeAllConnections();
  return { ended, requests };
}

if (import.meta.main) {
  const played = await runLines(JSON.parse(process.argv[2] ?? '{}') as DefaultRegistryScene);
  process.stdout.write(JSON.stringify(played), () => process.exit(0));
}
