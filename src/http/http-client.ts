import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

export interface HttpOptions {
  readonly limits: Limits;
  /** Certificates to trust besides the usual ones, in PEM. */
  readonly extraCertificates?: readonly string[];
  /** Certificates of servers are not checked. */
  readonly isTlsUnchecked?: boolean;
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
  /** A unix socket that stands for every host, for daemons. */
  readonly socketPath?: string;
  readonly userAgent: string;
}

export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Value of the `Authorization` header. It is sent to the origin of `url` only, never beyond a
   * redirect to another.
   */
  readonly authorization?: string;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the content came from, after redirects. */
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading the body. */
  discard(): void;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_FAULTS = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);
const PAUSE_LONGEST_MS = 30_000;
const PAUSE_FIRST_MS = 250;

/**
 * The one way to the network. Follows redirects without taking credentials to another origin or
 * leaving TLS, tries again what may pass, and bounds time and size. Status codes are the caller's
 * to judge.
 */
export class HttpClient implements Disposable {
  readonly #options: HttpOptions;
  readonly #plainAgent: PlainAgent;
  readonly #secureAgent: SecureAgent;

  constructor(options: HttpOptions) {
    this.#options = options;
    const proxyEnv = options.proxyEnvironment;
    const common = { keepAlive: true, ...(proxyEnv === undefined ? {} : { proxyEnv }) };
    const { extraCertificates = [], isTlsUnchecked = false } = options;
    this.#plainAgent = new PlainAgent(common);
    this.#secureAgent = new SecureAgent({
      ...common,
      rejectUnauthorized: !isTlsUnchecked,
      ...(extraCertificates.length === 0
        ? {}
        : { ca: [...rootCertificates, ...extraCertificates] }),
    });
  }

  /** Throws `UserError` `E_NETWORK` where no answer can be had. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { httpTriesMax } = this.#options.limits;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#follow(request).catch((error: unknown) => asFault(error, request));
      const isLast = attempt >= httpTriesMax;
      if (answer instanceof HttpFault) {
        if (isLast || !answer.isPassing) {
          throw answer.toUserError();
        }
      } else if (isLast || !PASSING_STATUSES.has(answer.status)) {
        return answer;
      } else {
        answer.discard();
      }
      await pause(pauseMs(attempt, answer instanceof HttpFault ? undefined : answer));
    }
  }

  /** The body as bytes, refused beyond `bytesMax`. */
  async read(response: HttpResponse, bytesMax: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const piece of response.body) {
      sizeBytes += piece.length;
      if (sizeBytes > bytesMax) {
        response.discard();
        const message = `the answer of ${response.url.host} is longer than ${bytesMax} bytes`;
        throw new UserError('E_LIMIT', message);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  [Symbol.dispose](): void {
    this.#plainAgent.destroy();
    this.#secureAgent.destroy();
  }

  async #follow(request: HttpRequest): Promise<HttpResponse> {
    let current = request;
    for (let count = 0; count <= this.#options.limits.httpRedirectsMax; count++) {
      const response = await this.#exchange(current);
      const location = response.headers['location'];
      if (!REDIRECTS.has(response.status) || location === undefined) {
        return response;
      }
      response.discard();
      current = redirected(current, location, response.status);
    }
    throw new HttpFault('too many redirects', request.url, false);
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, authorization, body } = request;
    const isSecure = url.protocol === 'https:';
    const { socketPath, userAgent, limits } = this.#options;
    const settings = {
      method,
      headers: {
        ...headers,
        'user-agent': userAgent,
        ...(authorization === undefined ? {} : { authorization }),
      },
      timeout: limits.httpIdleMsMax,
      ...(socketPath === undefined ? {} : { socketPath }),
    };
    return new Promise((resolve, reject) => {
      const sent = isSecure
        ? secureRequest(url, { ...settings, agent: this.#secureAgent })
        : plainRequest(url, { ...settings, agent: this.#plainAgent });
      sent.once('response', (message) => resolve(toResponse(message, url)));
      sent.once('timeout', () => {
        sent.destroy(new HttpFault(`no answer in ${limits.httpIdleMsMax} ms`, url, true));
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly url: URL;
  readonly isPassing: boolean;

  constructor(message: string, url: URL, isPassing: boolean, cause?: unknown) {
    super(message, { cause });
    this.url = url;
    this.isPassing = isPassing;
  }

  toUserError(): UserError {
    return new UserError('E_NETWORK', `${this.url.origin} does not answer: ${this.message}`, {
      hint: 'check the name, the network and, behind a proxy, HTTPS_PROXY and NO_PROXY',
      cause: this,
    });
  }
}

function asFault(error: unknown, request: HttpRequest): HttpFault {
  if (error instanceof HttpFault) {
    return error;
  }
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return new HttpFault(message || code, request.url, PASSING_FAULTS.has(code), error);
}

/** RFC 9110, 15.4. Credentials stay with the origin that they were given for. */
function redirected(request: HttpRequest, location: string, status: number): HttpRequest {
  const url = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isHttp) {
    throw new HttpFault('it redirects to something that is no web address', request.url, false);
  }
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new HttpFault('it redirects from TLS to plain HTTP', request.url, false);
  }
  const { authorization, body, ...rest } = request;
  const isSameOrigin = url.origin === request.url.origin;
  const isKept = status === 307 || status === 308;
  return {
    ...rest,
    url,
    ...(isKept ? {} : { method: request.method === 'HEAD' ? 'HEAD' : 'GET' }),
    ...(isKept && isSameOrigin && body !== undefined ? { body } : {}),
    ...(isSameOrigin && authorization !== undefined ? { authorization } : {}),
  };
}

function toResponse(message: IncomingMessage, url: URL): HttpResponse {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  return {
    status: message.statusCode ?? 0,
    headers,
    url,
    body: wholeBody(message, url),
    discard: () => void message.destroy(),
  };
}

/** The body in pieces; one that ends before its announced length is a fault, not a short file. */
async function* wholeBody(message: IncomingMessage, url: URL): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of message) {
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw asFault(error, { url }).toUserError();
  }
  if (!message.complete) {
    throw new HttpFault('the connection broke off', url, true).toUserError();
  }
}

/**
 * Doubled each time; a server's own word in whole seconds counts, within reason. RFC 9110, 10.2.3.
 */
function pauseMs(attempt: number, response: HttpResponse | undefined): number {
  const asked = Number(response?.headers['retry-after']) * 1_000;
  const own = PAUSE_FIRST_MS * 2 ** (attempt - 1);
  return Math.min(Number.isFinite(asked) && asked >= 0 ? asked : own, PAUSE_LONGEST_MS);
}
