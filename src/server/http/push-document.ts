import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import type { PushResult } from '../engine/engine.ts';
import { callServer } from './call-server.ts';
import type { ServerAddress } from './server-address.ts';

/** A matching of many new components may take this long. */
const ANSWER_MILLISECONDS_MAX = 600_000;

/**
 * Sends an inventory to a server, and returns its answer.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function pushDocument(
  server: ServerAddress,
  document: Uint8Array,
  failOn: string | undefined,
): Promise<PushResult> {
  const digest = createHash('sha256').update(document).digest('hex');
  const query = failOn === undefined ? '' : `?fail-on=${failOn}`;
  return await callServer<PushResult>(server, {
    method: 'PUT',
    path: `/api/v1/inventories/${digest}${query}`,
    body: zstdCompressSync(document),
    subject: 'the inventory',
    timeoutMs: ANSWER_MILLISECONDS_MAX,
  });
}
