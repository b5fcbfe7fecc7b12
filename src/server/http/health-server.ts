import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../foundation/core/error.ts';

/** The state of a process, for the system that runs it. */
export interface Health {
  /** Returns the reason why the process does not accept requests; absent if it does. */
  readonly findObstacle: () => Promise<string | undefined>;
  /** Whether the process has started once. */
  readonly isStarted: () => boolean;
  /** Returns all metrics in the text format of Prometheus. */
  readonly writeMetrics: () => Promise<string>;
}

export interface HealthServer extends AsyncDisposable {
  readonly url: string;
}

interface HealthAnswer {
  readonly status: 200 | 404 | 503;
  readonly text: string;
  readonly type?: string;
}

const TEXT = 'text/plain; charset=utf-8';
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';
const WAIT_MS = 5_000;

/**
 * Serves the state of the process and its metrics on a port of their own. They have numbers only,
 * so they need no sign-in.
 *
 * @throws UserError `E_NETWORK` if the address is in use
 */
export async function startHealthServer(
  { host, port }: { readonly host: string; readonly port: number },
  health: Health,
): Promise<HealthServer> {
  const server = http.createServer((request, response) => {
    void answerHealth(request, health).then(({ status, text, type = TEXT }) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : text);
    });
  });
  server.requestTimeout = WAIT_MS;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new UserError('E_NETWORK', `could not listen on ${host}:${port}`, {
      hint: 'choose another address: --health-listen HOST:PORT',
      cause,
    });
  }
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerHealth(
  { method = '', url = '' }: http.IncomingMessage,
  health: Health,
): Promise<HealthAnswer> {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 404, text: 'not found\n' };
  }
  switch (url.split('?')[0]) {
    case '/livez':
      return { status: 200, text: 'ok\n' };
    case '/startupz':
      return health.isStarted()
        ? { status: 200, text: 'ok\n' }
        : { status: 503, text: 'starting\n' };
    case '/readyz': {
      const obstacle = await findObstacleInTime(health);
      return obstacle === undefined
        ? { status: 200, text: 'ok\n' }
        : { status: 503, text: `${obstacle}\n` };
    }
    case '/metrics':
      return await answerMetrics(health);
    default:
      return { status: 404, text: 'not found\n' };
  }
}

async function findObstacleInTime({ findObstacle }: Health): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, WAIT_MS, 'the store does not answer');
  try {
    return await Promise.race([findObstacle(), promise]);
  } catch {
    // The reason may have an address or a login.
    return 'the store is not readable';
  } finally {
    clearTimeout(timer);
  }
}

async function answerMetrics({ writeMetrics }: Health): Promise<HealthAnswer> {
  try {
    return { status: 200, text: await writeMetrics(), type: METRICS };
  } catch {
    return { status: 503, text: 'the store is not readable\n' };
  }
}
