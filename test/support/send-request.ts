import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';

export interface SentRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as a proxy does: `fetch` cannot set the header `Host`. */
export async function sendRequest(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body }: SentRequest = {},
) {
  const { hostname, port } = new URL(url);
  const request = http.request({ hostname, port, path, method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const status = response.statusCode ?? 0;
  return { status, headers: response.headers, text: await text(response) };
}
