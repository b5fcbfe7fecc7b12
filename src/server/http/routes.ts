import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { UserError } from '../../core/error.ts';
import { SEVERITIES, type SeverityWord } from '../../core/finding.ts';
import type { CallEngine } from '../engine/engine-methods.ts';

/** A request to a route, after its sender was authenticated. */
export interface RouteRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  /** At most `UPLOAD_BYTES_MAX`. */
  readonly body: Uint8Array;
  /** RFC 3339 */
  readonly now: string;
}

/** A route of the API as data; `docs/server.md` describes them. */
export interface Route {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  /** Returns a value that is sent as JSON, or a JSON text. */
  handle(request: RouteRequest, call: CallEngine): Promise<unknown>;
}

const MIB = 1024 * 1024;

/** Compressed bytes of an inventory. */
export const UPLOAD_BYTES_MAX = 64 * MIB;
/** Bytes of an inventory. */
const DOCUMENT_BYTES_MAX = 512 * MIB;

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/status',
    handle: (_, call) => call('readStatus', undefined),
  },
  {
    method: 'PUT',
    path: '/api/v1/inventories/:digest',
    handle: putInventory,
  },
  {
    method: 'GET',
    path: '/api/v1/images',
    handle: ({ query }, call) => call('listImages', readNumber(query.get('after'), 'after')),
  },
  {
    method: 'GET',
    path: '/api/v1/images/:id',
    handle: ({ parameters }, call) => call('readImage', readId(parameters)),
  },
  {
    method: 'GET',
    path: '/api/v1/images/:id/findings',
    handle: ({ parameters }, call) => call('listImageFindings', readId(parameters)),
  },
  {
    method: 'GET',
    path: '/api/v1/images/:id/result',
    handle: ({ parameters, now }, call) => call('writeResult', { id: readId(parameters), now }),
  },
  {
    method: 'GET',
    path: '/api/v1/images/:id/verdict',
    handle: ({ parameters }, call) => call('readVerdict', readId(parameters)),
  },
  {
    method: 'GET',
    path: '/api/v1/decisions',
    handle: (_, call) => call('listDecisions', undefined),
  },
  {
    method: 'GET',
    path: '/api/v1/jobs',
    handle: ({ query }, call) => call('listJobs', readNumber(query.get('after'), 'after')),
  },
  {
    method: 'GET',
    path: '/api/v1/jobs/:id',
    handle: ({ parameters }, call) => call('readJob', readId(parameters)),
  },
  {
    method: 'GET',
    path: '/api/v1/findings',
    handle: (_, call) => call('listFleetFindings', undefined),
  },
  {
    method: 'GET',
    path: '/api/v1/exposure',
    handle: ({ query }, call) => call('findExposure', query.get('name') ?? ''),
  },
  {
    method: 'GET',
    path: '/api/v1/changes',
    handle: ({ query }, call) => call('listChanges', readNumber(query.get('after'), 'after')),
  },
];

async function putInventory(
  { parameters, query, body, now }: RouteRequest,
  call: CallEngine,
): Promise<unknown> {
  const document = expandBody(body);
  const digest = createHash('sha256').update(document).digest('hex');
  if (digest !== parameters['digest']) {
    throw new UserError('E_DOCUMENT_INVALID', `the inventory has the digest ${digest}`, {
      hint: 'send it again: it was changed on its way',
    });
  }
  const severity = readSeverity(query.get('fail-on'));
  const gates = severity === undefined ? {} : { severity };
  return await call('push', { document, gates, now });
}

function expandBody(body: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength: DOCUMENT_BYTES_MAX });
  } catch (cause) {
    throw new UserError(
      'E_DOCUMENT_INVALID',
      'the inventory is not compressed by Zstandard, or is too large',
      {
        cause,
      },
    );
  }
}

function readSeverity(text: string | undefined): SeverityWord | undefined {
  if (text === undefined) {
    return undefined;
  }
  const severity = SEVERITIES.find((word) => word === text);
  if (severity === undefined) {
    throw new UserError('E_USAGE', `unknown severity: "${text}"`);
  }
  return severity;
}

function readId({ id }: RouteRequest['parameters']): number {
  return readNumber(id, 'the ID of an image');
}

function readNumber(text: string | undefined, title: string): number {
  const number = Number(text ?? 0);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new UserError('E_USAGE', `invalid number for ${title}: "${text}"`);
  }
  return number;
}
