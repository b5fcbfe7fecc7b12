import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** JSON, or a text that is none. */
  readonly body: unknown;
}

export interface SentAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Starts a server on loopback that receives requests of channels, and answers them. */
export async function startReceivingServer(
  t: TestContext,
  answer: (request: ReceivedRequest) => SentAnswer,
) {
  const received: ReceivedRequest[] = [];
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: text === '' ? '' : JSON.parse(text) };
      received.push(one);
      const { status, body = '' } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
