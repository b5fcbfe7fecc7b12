import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { VERSION } from '../../core/package-version.ts';
import { classifyAddress } from '../../http/address-scope.ts';
import { createGuardedLookup } from '../../http/guarded-lookup.ts';

export interface Webhook {
  readonly url: URL;
  /** Identifies the message: an attempt that is repeated has the same one. */
  readonly id: string;
  readonly body: string;
  /** `whsec_` and Base64; while secrets are rotated, each of them signs. */
  readonly secrets: readonly string[];
}

export interface WebhookOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Host names that may be in a private network. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly timeoutMs?: number;
}

/** The answer of the receiver, or the reason why there is none. */
export interface WebhookAttempt {
  /** 0 if there was no answer. */
  readonly status: number;
  /** The beginning of the answer. */
  readonly head: string;
  /** Empty if there was an answer. */
  readonly error: string;
}

const SECRET_PREFIX = 'whsec_';
const TIMEOUT_MS = 15_000;
const HEAD_BYTES_MAX = 1_024;

/**
 * Signs a message by each secret. Standard Webhooks, "Signature scheme".
 *
 * @param seconds since 1970
 */
export function signWebhook(
  { id, body, secrets }: Pick<Webhook, 'id' | 'body' | 'secrets'>,
  seconds: number,
): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`);
      return `v1,${signature.digest('base64')}`;
    })
    .join(' ');
}

/**
 * Sends a message once. The connection uses the address that was checked, and redirects are not
 * followed: a receiver must not lead the server to addresses in its own network.
 */
export async function sendWebhook(
  webhook: Webhook,
  options: WebhookOptions,
): Promise<WebhookAttempt> {
  const { url } = webhook;
  const isAllowed = options.allowedHosts.has(url.hostname);
  const refusal = isAllowed ? undefined : findRefusal(url);
  if (refusal !== undefined) {
    return { status: 0, head: '', error: refusal };
  }
  try {
    return await sendSigned(webhook, { ...options, isAllowed });
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

function sendSigned(
  { url, id, body, secrets }: Webhook,
  {
    now,
    isAllowed,
    timeoutMs = TIMEOUT_MS,
  }: Pick<WebhookOptions, 'now' | 'timeoutMs'> & { readonly isAllowed: boolean },
): Promise<WebhookAttempt> {
  const seconds = Math.floor(now / 1000);
  const bytes = Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<WebhookAttempt>();
  const { request: open } = url.protocol === 'https:' ? https : http;
  const request = open(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(isAllowed ? {} : { lookup: createGuardedLookup('public') }),
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'content-length': bytes.length,
      'user-agent': `plimsoll/${VERSION}`,
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook({ id, body, secrets }, seconds),
    },
  });
  request.on('error', reject);
  request.on('response', (response) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const finish = (): void => {
      const head = Buffer.concat(pieces).subarray(0, HEAD_BYTES_MAX).toString('utf8');
      resolve({ status: response.statusCode ?? 0, head, error: '' });
      response.destroy();
    };
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length >= HEAD_BYTES_MAX) {
        finish();
      }
    });
    response.on('end', finish);
    response.on('error', reject);
  });
  request.end(bytes);
  return promise;
}
