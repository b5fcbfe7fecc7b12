import {
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import { asHttpFault, HttpFault } from './http-fault.ts';
import type { HttpRequest } from './http-request.ts';
import { isLoopbackHost } from './loopback-host.ts';
import { isRedirect, redirected } from './redirect.ts';
import { trustedCertificates } from './trusted-certificates.ts';

export interface HttpOptions {
  readonly limits: Limits;
  /** Certificates to trust besides the usual ones, in PEM. */
  readonly extraCertificates?: readonly string[];
  /** Certificates of servers are not checked. */
  readonly isTlsUnchecked?: boolean;
  /**
   * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case. This machine itself needs no proxy.
   */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
  /** A unix socket that stands for every host, for daemons. */
  readonly socketPath?: string;
  readonly userAgent: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the content came from, after redirects. */
  readonly url: URL;
  /** Throws `UserError` `E_NETWORK` where the content ends before it should. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading the body. */
  discard(): void;
  /** Ends the exchange; whoever reads the body gets `reason`. */
  abort(reason: Error): void;
}

const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const PAUSE_LONGEST_MS = 30_000;
const PAUSE_FIRST_MS = 250;
/** A body up to this size is read away, so that the connection serves the next request. */
const DRAINED_BYTES_MAX = 64 * 1024;

/**
 * The one way to the network. Follows redirects without taking credentials to another origin or
 * leaving TLS, tries again what may pass, and bounds time and size. Status codes are the caller's
 * to judge.
 */
export class HttpClient implements Disposable {
  readonly #options: HttpOptions;
  readonly #agents = new Map<string, PlainAgent | SecureAgent>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Throws `UserError` `E_NETWORK` where no answer can be had. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const triesMax = request.triesMax ?? this.#options.limits.httpTriesMax;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#follow(request).catch(faultOrThrow);
      const isLast = attempt >= triesMax;
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

  /**
   * The body as bytes. Throws `UserError` `E_LIMIT` beyond `bytesMax`, `E_NETWORK` where it takes
   * longer than `httpAnswerMsMax` or breaks off.
   */
  async read(response: HttpResponse, bytesMax: number): Promise<Uint8Array> {
    const { httpAnswerMsMax } = this.#options.limits;
    const timer = setTimeout(
      () => response.abort(tooSlow(response.url, httpAnswerMsMax)),
      httpAnswerMsMax,
    );
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    try {
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
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) {
      agent.destroy();
    }
  }

  async #follow(request: HttpRequest): Promise<HttpResponse> {
    let current = request;
    for (let count = 0; count <= this.#options.limits.httpRedirectsMax; count++) {
      const response = await this.#exchange(current);
      const location = response.headers['location'];
      if (!isRedirect(response.status) || location === undefined) {
        return response;
      }
      response.discard();
      current = redirected(current, location, response.status);
    }
    const message = `it redirects more than ${this.#options.limits.httpRedirectsMax} times`;
    throw new HttpFault(message, request.url, { code: 'E_REDIRECT', isPassing: false });
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, authorization, body } = request;
    const { socketPath, userAgent, limits } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(asHttpFault(error, url));
      const agent = this.#agentFor(url);
      const settings: RequestOptions = {
        agent,
        method,
        headers: {
          'accept-encoding': 'identity',
          ...headers,
          'user-agent': userAgent,
          ...(authorization === undefined ? {} : { authorization }),
        },
        timeout: limits.httpIdleMsMax,
        ...(socketPath === undefined ? {} : { socketPath }),
      };
      const sent = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, settings);
      let answer: IncomingMessage | undefined;
      const timer = setTimeout(
        () => sent.destroy(tooSlow(url, limits.httpAnswerMsMax)),
        limits.httpAnswerMsMax,
      );
      sent.once('close', () => clearTimeout(timer));
      sent.once('response', (message) => {
        clearTimeout(timer);
        answer = message;
        resolve(toResponse(message, url));
      });
      sent.on('timeout', () => {
        // Content that waits for its reader is no fault of the server.
        if ((answer?.readableLength ?? 0) === 0) {
          const silence = `not a byte came in ${limits.httpIdleMsMax} ms`;
          const fault = new HttpFault(silence, url, { code: 'ETIMEDOUT', isPassing: true });
          (answer ?? sent).destroy(fault);
        }
      });
      sent.on('error', fail);
      sent.end(body);
    });
  }

  #agentFor(url: URL): PlainAgent | SecureAgent {
    const { proxyEnvironment, socketPath } = this.#options;
    const isDirect = socketPath !== undefined || isLoopbackHost(url.hostname);
    const key = `${url.protocol} ${isDirect}`;
    const known = this.#agents.get(key);
    if (known !== undefined) {
      return known;
    }
    const isProxied = !isDirect && proxyEnvironment !== undefined;
    const common = { keepAlive: true, ...(isProxied ? { proxyEnv: proxyEnvironment } : {}) };
    const agent = this.#newAgent(url, common);
    this.#agents.set(key, agent);
    return agent;
  }

  #newAgent(url: URL, common: { readonly keepAlive: boolean }): PlainAgent | SecureAgent {
    try {
      return url.protocol === 'https:' ? this.#secureAgent(common) : new PlainAgent(common);
    } catch (error) {
      throw error instanceof UserError ? error : asHttpFault(error, url);
    }
  }

  #secureAgent(common: { readonly keepAlive: boolean }): SecureAgent {
    const { extraCertificates = [], isTlsUnchecked = false } = this.#options;
    return new SecureAgent({
      ...common,
      rejectUnauthorized: !isTlsUnchecked,
      secureContext: trustedCertificates(extraCertificates),
    });
  }
}

function tooSlow(url: URL, answerMsMax: number): HttpFault {
  const message = `the answer was not complete after ${answerMsMax} ms`;
  return new HttpFault(message, url, { code: 'ETIMEDOUT', isPassing: false });
}

function faultOrThrow(error: unknown): HttpFault {
  if (error instanceof HttpFault) {
    return error;
  }
  throw error;
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
    discard: () => {
      if (Number(headers['content-length'] ?? Number.NaN) <= DRAINED_BYTES_MAX) {
        message.resume();
      } else {
        message.destroy();
      }
    },
    abort: (reason) => void message.destroy(reason),
  };
}

/** The body in pieces; one that ends before its announced length is a fault, not a short file. */
async function* wholeBody(message: IncomingMessage, url: URL): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of message) {
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw asHttpFault(error, url).toUserError();
  }
  if (!message.complete) {
    const facts = { code: 'ECONNRESET', isPassing: true } as const;
    throw new HttpFault('the connection broke off', url, facts).toUserError();
  }
}

/**
 * Doubled each time; a server's own word in whole seconds counts, within reason. RFC 9110, 10.2.3.
 */
function pauseMs(attempt: number, response: HttpResponse | undefined): number {
  const asked = Number(response?.headers['retry-after'] ?? Number.NaN) * 1_000;
  const own = PAUSE_FIRST_MS * 2 ** (attempt - 1);
  return Math.min(Number.isFinite(asked) && asked >= 0 ? asked : own, PAUSE_LONGEST_MS);
}
