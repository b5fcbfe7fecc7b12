import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from './certificate.ts';

export interface RegistryOptions {
  /** An existing directory for its own use. */
  readonly folder: string;
  readonly certificate?: Certificate;
  /** An htpasswd line, with bcrypt. */
  readonly passwordLine?: string;
  /** Receives events about changes. */
  readonly receiver?: { readonly url: string; readonly token: string };
}

export interface DockerRegistry extends AsyncDisposable {
  readonly host: string;
  /** Directory of the blobs, for tests that damage some. */
  readonly dataFolder: string;
}

const START_MS_MAX = 20_000;

/** Starts Docker's own registry on a free port of the loopback, and waits until it listens. */
export async function startRegistry(options: RegistryOptions): Promise<DockerRegistry> {
  const { folder, certificate, passwordLine, receiver } = options;
  const port = await findFreePort();
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder);
  const configuration = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: dataFolder }, delete: { enabled: true } },
    ...(receiver === undefined ? {} : { notifications: createNotifications(receiver) }),
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'of these tests',
      ...(certificate === undefined
        ? {}
        : { tls: { certificate: certificate.certificateFile, key: certificate.keyFile } }),
    },
    ...(passwordLine === undefined
      ? {}
      : { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
  };
  writeFileSync(join(folder, 'htpasswd'), `${passwordLine ?? ''}\n`);
  // YAML is a superset of JSON.
  writeFileSync(join(folder, 'registry.yml'), JSON.stringify(configuration));
  const child = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await waitForListener(port, () => child.exitCode);
  return {
    host: `127.0.0.1:${port}`,
    dataFolder,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function createNotifications({ url, token }: NonNullable<RegistryOptions['receiver']>): object {
  const headers = { Authorization: [`Bearer ${token}`] };
  const endpoint = { name: 'plimsoll', url, headers, timeout: '1s', threshold: 1, backoff: '1s' };
  return { endpoints: [endpoint] };
}

/** Copies images with skopeo, as users do to fill their registries. */
export function copyImage(from: string, to: string, ...options: readonly string[]): void {
  const { status, stderr } = spawnSync(
    'skopeo',
    ['--insecure-policy', 'copy', '--quiet', '--dest-tls-verify=false', ...options, from, to],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`skopeo ended with ${status}: ${stderr}`);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const port = getPort(server);
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return port;
}

function getPort(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function waitForListener(port: number, exitCode: () => number | null): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < START_MS_MAX) {
    if (exitCode() !== null) {
      throw new Error(`docker-registry ended with ${exitCode()}`);
    }
    const isUp = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      () => true,
      (error: Error) => !String(error.cause).includes('ECONNREFUSED'),
    );
    if (isUp) {
      return;
    }
    await pause(50);
  }
  throw new Error('docker-registry does not listen');
}
