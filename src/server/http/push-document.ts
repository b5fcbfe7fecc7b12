import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { defined } from '../../foundation/core/defined.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { SentVex } from '../engine/vex-statements.ts';
import { callRoute, type RouteAnswer } from './api-client.ts';
import type { ServerAddress } from './server-address.ts';

/** A matching of many new components may take this long. */
const ANSWER_MILLISECONDS_MAX = 600_000;

/** The answer of a server to an inventory. */
export type PushedImage = RouteAnswer<'PUT /api/v1/inventories/{digest}'>;

export interface PushOptions {
  /** Severity of the gate; absent for none. */
  readonly failOn?: SeverityWord;
  /** Project of the image; absent for that of the token. */
  readonly project?: string;
  /** VEX documents for the same request, which the server adds in one transaction. */
  readonly vex?: readonly SentVex[];
  /** Called before another attempt, with the reason. */
  readonly onRetry?: (reason: string) => void;
}

/**
 * Sends an inventory to a server, and returns its answer.
 *
 * @throws UserError with the code of the server, or `E_NETWORK` if it does not answer
 */
export async function pushDocument(
  server: ServerAddress,
  document: Uint8Array,
  { failOn, project, vex = [], onRetry }: PushOptions = {},
): Promise<PushedImage> {
  const digest = createHash('sha256').update(document).digest('hex');
  const body = vex.length === 0 ? zstdCompressSync(document) : createUploadForm(document, vex);
  return await callRoute(server, 'PUT /api/v1/inventories/{digest}', {
    request: { path: { digest }, query: defined({ 'fail-on': failOn, project }), body },
    subject: 'the inventory',
    timeoutMs: ANSWER_MILLISECONDS_MAX,
    ...defined({ onRetry }),
  });
}

function createUploadForm(document: Uint8Array, vex: readonly SentVex[]): FormData {
  const toPart = (content: Uint8Array): Blob =>
    new Blob([new Uint8Array(zstdCompressSync(content))]);
  const form = new FormData();
  form.append('sbom', toPart(document), 'sbom');
  vex.forEach(({ name, content }) => form.append('vex', toPart(content), name));
  return form;
}
