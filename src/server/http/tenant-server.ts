import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { UserError } from '../../foundation/core/error.ts';

type HttpServer = ReturnType<typeof createAdaptorServer>;

/** The application of a tenant. */
export interface TenantApp {
  answer(request: Request): Response | Promise<Response>;
}

/**
 * Creates the server of several tenants: the header `Host` chooses the application and its store.
 *
 * @param usual receives the requests for other hosts, and rejects them
 */
export function createTenantServer(
  hosts: ReadonlyMap<string, TenantApp>,
  usual: TenantApp,
): HttpServer {
  return createAdaptorServer({
    fetch: (request) => (hosts.get(request.headers.get('host') ?? '') ?? usual).answer(request),
  });
}

/** Requests in flight, and then the current jobs, may take this long when the server ends. */
const DRAIN_MS_MAX = 10_000;

/** Ends requests in flight, and then the work of the tenants. */
export async function drainServer(server: HttpServer, endWork: () => Promise<void>): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const timer = setTimeout(ended.resolve, DRAIN_MS_MAX);
  server.close(() => ended.resolve());
  if ('closeIdleConnections' in server) {
    server.closeIdleConnections();
  }
  await ended.promise;
  if ('closeAllConnections' in server) {
    server.closeAllConnections();
  }
  await Promise.race([endWork(), pause(DRAIN_MS_MAX, undefined, { ref: false })]);
  clearTimeout(timer);
}

/** Returns the port. Throws `UserError` `E_NETWORK` if the address is in use. */
export function listen(server: HttpServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new UserError('E_NETWORK', `could not listen on ${host}:${port}`, {
          hint: 'choose another address: --listen HOST:PORT',
          cause,
        }),
      ),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
