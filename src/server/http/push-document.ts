import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { ERROR_CODES, type ErrorCode, UserError } from '../../core/error.ts';
import type { PushResult } from '../engine/engine.ts';
import type { ServerAddress } from './server-address.ts';

/** A matching of many new components may take this long. */
const ANSWER_MILLISECONDS_MAX = 600_000;

/**
 * Sends an inventory to a server, and returns its answer.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function pushDocument(
  { url, token }: ServerAddress,
  document: Uint8Array,
  failOn: string | undefined,
): Promise<PushResult> {
  const digest = createHash('sha256').update(document).digest('hex');
  const query = failOn === undefined ? '' : `?fail-on=${failOn}`;
  const response = await send(`${url}/api/v1/inventories/${digest}${query}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: new Uint8Array(zstdCompressSync(document)),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS_MAX),
  });
  const answer = (await response.json()) as PushResult & ServerError;
  if (response.ok) {
    return answer;
  }
  const { code = '', detail = `status ${response.status}`, hint } = answer;
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_NETWORK';
  const more = hint === undefined ? {} : { hint };
  throw new UserError(known, `the server did not accept the inventory: ${detail}`, more);
}

/** RFC 9457 */
interface ServerError {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    throw new UserError('E_NETWORK', `the server at ${new URL(url).origin} does not answer`, {
      hint: 'start it again: plimsoll serve',
      cause,
    });
  }
}
