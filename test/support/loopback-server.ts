import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

export interface LoopbackServer extends AsyncDisposable {
  /** Host and port, as in an image reference. */
  readonly host: string;
  readonly origin: string;
  readonly port: number;
  /** Each request so far: method, path, and the `Authorization` header or a dash. */
  readonly requests: string[];
}

/**
 * Starts a small HTTP server for tests on a free port of the loopback; it uses TLS if a certificate
 * is given.
 */
export async function startServer(
  listener: RequestListener,
  certificate?: Certificate,
): Promise<LoopbackServer> {
  const requests: string[] = [];
  const recordRequest: RequestListener = (request, response) => {
    const { method, url, headers } = request;
    requests.push(`${method} ${url} ${headers.authorization ?? '-'}`);
    listener(request, response);
  };
  const server: Server =
    certificate === undefined
      ? createServer(recordRequest)
      : createSecureServer(certificate, recordRequest);
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    port,
    origin: `${certificate === undefined ? 'http' : 'https'}://${host}`,
    requests,
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}

export async function listen(server: Server, socketPath?: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  if (socketPath === undefined) {
    server.listen(0, '127.0.0.1', resolve);
  } else {
    server.listen(socketPath, resolve);
  }
  await promise;
  return socketPath === undefined ? (server.address() as AddressInfo).port : 0;
}

export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
