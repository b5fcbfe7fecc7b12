import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { VERSION } from '../../foundation/core/package-version.ts';
import { classifyAddress } from '../../foundation/http/address-scope.ts';
import { createGuardedLookup } from '../../foundation/http/guarded-lookup.ts';

export interface GuardedRequest {
  readonly url: URL;
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RequestNetwork {
  /** Host names that may be in a private network. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly timeoutMs?: number;
  /** Resolves names; absent for that of the system. */
  readonly lookup?: LookupFunction;
}

/** The answer of a receiver, or the reason why there is none. */
export interface Attempt {
  /** 0 if there was no answer. */
  readonly status: number;
  /** The beginning of the answer. */
  readonly head: string;
  /** Empty if there was an answer. */
  readonly error: string;
}

const TIMEOUT_MS = 15_000;
const HEAD_BYTES_MAX = 1_024;

/** Returns whether a receiver accepted a message. */
export function isAccepted({ status }: Attempt): boolean {
  return status >= 200 && status < 300;
}

/**
 * Sends a request once. The connection uses the address that was checked, and redirects are not
 * followed: a receiver must not lead the server to addresses in its own network.
 *
 * @param bytesMax the rest of the answer is not read
 */
export async function sendGuarded(
  request: GuardedRequest,
  network: RequestNetwork,
  bytesMax = HEAD_BYTES_MAX,
): Promise<Attempt> {
  const { url } = request;
  const isAllowed = network.allowedHosts.has(url.hostname);
  const refusal = isAllowed ? undefined : findRefusal(url);
  if (refusal !== undefined) {
    return { status: 0, head: '', error: refusal };
  }
  try {
    const { timeoutMs = TIMEOUT_MS } = network;
    const lookup = isAllowed ? network.lookup : createGuardedLookup('public', network.lookup);
    return await sendAllowed(request, { lookup, timeoutMs, bytesMax });
  } catch (error) {
    return { status: 0, head: '', error: describeError(error, url) };
  }
}

function findRefusal({ protocol, hostname }: URL): string | undefined {
  if (protocol !== 'https:') {
    return `${hostname} is only reached over HTTPS, unless the server allows it by --allow-host`;
  }
  const address = hostname.replace(/^\[|\]$/g, '');
  return /^[\d.]+$|:/.test(address) && classifyAddress(address) !== 'public'
    ? describePrivate(hostname)
    : undefined;
}

function describePrivate(hostname: string): string {
  return `${hostname} is in a private network, and the server does not allow it by --allow-host`;
}

function describeError(error: unknown, { hostname }: URL): string {
  if (error instanceof Error && 'code' in error && error.code === 'E_ADDRESS') {
    return describePrivate(hostname);
  }
  return error instanceof Error ? error.message : String(error);
}

interface AllowedOptions {
  readonly lookup: LookupFunction | undefined;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

function sendAllowed(
  { url, method, headers, body }: GuardedRequest,
  { lookup, timeoutMs, bytesMax }: AllowedOptions,
): Promise<Attempt> {
  const bytes = Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<Attempt>();
  const { request: open } = url.protocol === 'https:' ? https : http;
  const request = open(url, {
    method,
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(lookup === undefined ? {} : { lookup }),
    headers: { ...headers, 'content-length': bytes.length, 'user-agent': `plimsoll/${VERSION}` },
  });
  request.on('error', reject);
  request.on('response', (response) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const finish = (): void => {
      const head = Buffer.concat(pieces).subarray(0, bytesMax).toString('utf8');
      resolve({ status: response.statusCode ?? 0, head, error: '' });
      response.destroy();
    };
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length >= bytesMax) {
        finish();
      }
    });
    response.on('end', finish);
    response.on('error', reject);
  });
  request.end(bytes);
  return promise;
}
