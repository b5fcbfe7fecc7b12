import {
  type IncomingMessage,
  Agent as PlainAgent,
  type AgentOptions as PlainAgentOptions,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import { type AddressScope, classifyAddress } from './address-scope.ts';
import { checkAddress, createGuardedLookup } from './guarded-lookup.ts';
import { asHttpFault, HttpFault } from './http-fault.ts';
import type { HttpRequest } from './http-request.ts';
import { findProxy, type ProxyEnvironment } from './proxy-use.ts';
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
  readonly proxyEnvironment?: ProxyEnvironment;
  /** Hosts, with a port or without, that servers may send us to whatever their address. */
  readonly allowedHosts?: readonly string[];
  /** How names are resolved; absent: as the system does. */
  readonly lookup?: LookupFunction;
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
  /** Of the server, by the address of the connection; what a proxy fetched is public. */
  readonly scope: AddressScope;
  /** Throws `UserError` `E_NETWORK` if the content ends before it should, or stops coming. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading the body. */
  discard(): void;
  /** Ends the exchange; whoever reads the body gets `reason`. */
  abort(reason: Error): void;
}

/** How a request reaches its host. */
interface Route {
  /** Absent if it goes there directly. */
  readonly proxy?: ProxyEnvironment;
  /** Bounds the addresses of the host; absent if any will do. */
  readonly namedBy?: AddressScope;
}

type AgentOptions = PlainAgentOptions & { readonly lookup?: LookupFunction };

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
          const message = `the response of ${response.url.host} is larger than ${bytesMax} bytes`;
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
      const { status, scope } = response;
      current = redirected(current, { location, status, scope });
    }
    const message = `it redirects more than ${this.#options.limits.httpRedirectsMax} times`;
    throw new HttpFault(message, request.url, { code: 'E_REDIRECT', isPassing: false });
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, authorization, body } = request;
    const { socketPath, userAgent, limits } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(asHttpFault(error, url));
      const route = this.#routeFor(request);
      const settings: RequestOptions = {
        agent: this.#agentFor(url, route),
        method,
        headers: {
          'accept-encoding': 'identity',
          ...headers,
          'user-agent': userAgent,
          ...defined({ authorization }),
        },
        timeout: limits.httpIdleMsMax,
        ...defined({ socketPath }),
      };
      const sent = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, settings);
      const timer = setTimeout(
        () => sent.destroy(tooSlow(url, limits.httpAnswerMsMax)),
        limits.httpAnswerMsMax,
      );
      sent.once('close', () => clearTimeout(timer));
      sent.once('response', (message) => {
        clearTimeout(timer);
        // From here on only the time counts that a reader waits.
        message.socket.setTimeout(0);
        const isDirect = route.proxy === undefined && socketPath === undefined;
        const scope = isDirect ? classifyAddress(message.socket.remoteAddress ?? '') : 'public';
        resolve(toResponse(message, { url, scope, idleMsMax: limits.httpIdleMsMax }));
      });
      sent.on('timeout', () => sent.destroy(tooSilent(url, limits.httpIdleMsMax)));
      sent.on('error', fail);
      sent.end(body);
    });
  }

  /** How a request is sent. Throws if a server named a host that it may not name. */
  #routeFor({ url, namedBy }: HttpRequest): Route {
    const { proxyEnvironment, socketPath, allowedHosts = [] } = this.#options;
    if (socketPath !== undefined) {
      return {};
    }
    const proxy = findProxy(url, proxyEnvironment);
    const isAllowed = allowedHosts.some((host) => [url.host, url.hostname].includes(host));
    if (proxy !== undefined || namedBy === undefined || isAllowed) {
      return proxy === undefined ? {} : { proxy };
    }
    checkAddress(url, namedBy);
    return { namedBy };
  }

  #agentFor(url: URL, { proxy, namedBy }: Route): PlainAgent | SecureAgent {
    const key = `${url.protocol} ${proxy !== undefined} ${namedBy}`;
    const known = this.#agents.get(key);
    if (known !== undefined) {
      return known;
    }
    const { lookup } = this.#options;
    const guarded = namedBy === undefined ? lookup : createGuardedLookup(namedBy, lookup);
    const agent = this.#newAgent(url, {
      keepAlive: true,
      ...defined({ proxyEnv: proxy, lookup: guarded }),
    });
    this.#agents.set(key, agent);
    return agent;
  }

  #newAgent(url: URL, common: AgentOptions): PlainAgent | SecureAgent {
    try {
      return url.protocol === 'https:' ? this.#secureAgent(common) : new PlainAgent(common);
    } catch (error) {
      throw error instanceof UserError ? error : asHttpFault(error, url);
    }
  }

  #secureAgent(common: AgentOptions): SecureAgent {
    const { extraCertificates = [], isTlsUnchecked = false } = this.#options;
    return new SecureAgent({
      ...common,
      rejectUnauthorized: !isTlsUnchecked,
      secureContext: trustedCertificates(extraCertificates),
    });
  }
}

function tooSlow(url: URL, answerMsMax: number): HttpFault {
  const message = `the response was not complete after ${answerMsMax} ms`;
  return new HttpFault(message, url, { code: 'ETIMEDOUT', isPassing: false });
}

function faultOrThrow(error: unknown): HttpFault {
  if (error instanceof HttpFault) {
    return error;
  }
  throw error;
}

function tooSilent(url: URL, idleMsMax: number): HttpFault {
  const message = `no data was received for ${idleMsMax} ms`;
  return new HttpFault(message, url, { code: 'ETIMEDOUT', isPassing: true });
}

interface Exchange {
  readonly url: URL;
  readonly scope: AddressScope;
  readonly idleMsMax: number;
}

function toResponse(message: IncomingMessage, exchange: Exchange): HttpResponse {
  const { url, scope } = exchange;
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  return {
    status: message.statusCode ?? 0,
    headers,
    url,
    scope,
    body: wholeBody(message, exchange),
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

/**
 * The body in pieces; one that ends before its announced length is a fault, not a short file. It is
 * given up if its reader waits too long for a byte.
 */
async function* wholeBody(
  message: IncomingMessage,
  { url, idleMsMax }: Exchange,
): AsyncGenerator<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    timer = setTimeout(() => message.destroy(tooSilent(url, idleMsMax)), idleMsMax);
  };
  watch();
  try {
    for await (const piece of message) {
      clearTimeout(timer);
      yield piece as Uint8Array;
      watch();
    }
  } catch (error) {
    throw asHttpFault(error, url).toUserError();
  } finally {
    clearTimeout(timer);
  }
  if (!message.complete) {
    const facts = { code: 'ECONNRESET', isPassing: true } as const;
    throw new HttpFault('the connection was interrupted', url, facts).toUserError();
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
