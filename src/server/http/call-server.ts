import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ERROR_CODES, type ErrorCode, UserError } from '../../foundation/core/error.ts';
import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import { computePauseMs } from '../../foundation/http/retry-pause.ts';
import type { ServerAddress } from './server-address.ts';

export interface ServerCall {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** Below the address of the server. */
  readonly path: string;
  /** Sent as JSON; bytes and forms as they are. */
  readonly body?: object;
  /** For messages, such as `the inventory`. */
  readonly subject: string;
  readonly timeoutMs: number;
  /** Called before another attempt, with the reason. */
  readonly onRetry?: (reason: string) => void;
}

/** Together they wait for about half a minute, or as long as the server asks for. */
const ATTEMPTS_MAX = 8;
/** Requests that may be repeated: the second one changes nothing more. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'PUT']);
/** Too many requests, or a server or proxy that is not ready. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The answer to one attempt, or the error if there was none. */
interface Attempt {
  /** Absent without an answer. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly cause?: unknown;
}

/**
 * Calls the API of a server, and returns its answer. A request that may be repeated is sent again
 * if the server does not answer or is not ready.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function callServer<Answer>(
  address: ServerAddress,
  call: ServerCall,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const last = await sendOnce(address, call);
    const isLast = attempt >= ATTEMPTS_MAX || !REPEATABLE.has(call.method);
    if (isLast || !isPassing(last, address)) {
      return readAnswer(last, address, call.subject) as Answer;
    }
    call.onRetry?.(
      last.status === undefined ? 'it does not answer' : `it answered with status ${last.status}`,
    );
    await pause(computePauseMs(attempt, last.headers));
  }
}

async function sendOnce(
  { url, host, token }: ServerAddress,
  { method, path, body, timeoutMs }: ServerCall,
): Promise<Attempt> {
  const content = toContent(body);
  const request = new Request(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof content === 'string' ? { 'content-type': 'application/json' } : {}),
    },
    ...(content === undefined ? {} : { body: content }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    if (host !== undefined) {
      return await sendToHost(request, host);
    }
    const response = await fetch(request);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, text: await response.text() };
  } catch (cause) {
    return { headers: {}, text: '', cause };
  }
}

/** The content type of a form has its boundary, which is only known when it is sent. */
function toContent(
  body: object | undefined,
): string | Uint8Array<ArrayBuffer> | FormData | undefined {
  if (body === undefined || body instanceof FormData) {
    return body;
  }
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

/** Like `fetch`, which cannot set the header `Host`; only on this machine. */
async function sendToHost(request: Request, host: string): Promise<Attempt> {
  const { url, method, signal } = request;
  const headers = { ...Object.fromEntries(request.headers), host };
  const sent = http.request(url, { method, headers, signal });
  sent.end(Buffer.from(await request.arrayBuffer()));
  const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
  const pieces: Uint8Array[] = [];
  for await (const piece of response) {
    pieces.push(piece as Uint8Array);
  }
  const own = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(own) as Record<string, string>,
    text: Buffer.concat(pieces).toString(),
  };
}

/** A server of this machine that does not listen was not started, and will not come back. */
function isPassing({ status, cause }: Attempt, { url }: ServerAddress): boolean {
  if (status !== undefined) {
    return PASSING_STATUSES.has(status);
  }
  const causes = [cause, cause instanceof Error ? cause.cause : undefined];
  const isRefused = causes.some((one) => String(one).includes('ECONNREFUSED'));
  const isSlow = causes.some((one) => one instanceof Error && one.name === 'TimeoutError');
  return !isSlow && !(isRefused && isLoopbackHost(new URL(url).hostname));
}

/** RFC 9457. */
interface ServerProblem {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function readAnswer(
  { status, text, cause }: Attempt,
  { url }: ServerAddress,
  subject: string,
): unknown {
  if (status === undefined) {
    throw new UserError('E_NETWORK', `the server at ${new URL(url).origin} does not answer`, {
      hint: 'start it again: plimsoll serve',
      cause,
    });
  }
  const answer = parseAnswer(text);
  if (status < 300 && answer !== undefined) {
    return answer;
  }
  const { code = '', detail, hint, errors = [] } = (answer ?? {}) as ServerProblem;
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_NETWORK';
  const places = errors
    .map(({ pointer, message }) => `${pointer}: ${message}`)
    .filter((place) => detail?.includes(place) !== true);
  const reason = [detail ?? `status ${status}, and not an answer of plimsoll`, ...places];
  const more = hint === undefined ? {} : { hint };
  throw new UserError(known, `the server did not accept ${subject}: ${reason.join('; ')}`, more);
}

/** A proxy in between may answer with a page. */
function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
