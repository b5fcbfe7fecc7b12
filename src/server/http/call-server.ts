import { ERROR_CODES, type ErrorCode, UserError } from '../../core/error.ts';
import type { ServerAddress } from './server-address.ts';

export interface ServerCall {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** Below the address of the server. */
  readonly path: string;
  /** Sent as JSON, or as it is. */
  readonly body?: object;
  /** For messages, such as `the inventory`. */
  readonly subject: string;
  readonly timeoutMs: number;
}

/**
 * Calls the API of a server, and returns its answer.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function callServer<Answer>(
  { url, token }: ServerAddress,
  { method, path, body, subject, timeoutMs }: ServerCall,
): Promise<Answer> {
  const isBytes = body instanceof Uint8Array;
  const content = isBytes ? new Uint8Array(body) : JSON.stringify(body);
  const response = await fetchAnswer(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined || isBytes ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: content }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = (await response.json()) as Answer & ServerProblem;
  if (response.ok) {
    return answer;
  }
  const { code = '', detail = `status ${response.status}`, hint } = answer;
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_NETWORK';
  const more = hint === undefined ? {} : { hint };
  throw new UserError(known, `the server did not accept ${subject}: ${detail}`, more);
}

/** RFC 9457. */
interface ServerProblem {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
}

async function fetchAnswer(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    throw new UserError('E_NETWORK', `the server at ${new URL(url).origin} does not answer`, {
      hint: 'start it again: plimsoll serve',
      cause,
    });
  }
}
