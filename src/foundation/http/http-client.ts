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
import { HttpFault, toHttpFault } from './http-fault.ts';
import type { HttpRequest } from './http-request.ts';
import { findProxy, type ProxyEnvironment } from './proxy-use.ts';
import { createRedirectRequest, isRedirect } from './redirect.ts';
import { computePauseMs } from './retry-pause.ts';
import { createTrustContext } from './trusted-certificates.ts';

export interface HttpOptions {
  readonly limits: Limits;
  /** Certificates to trust in addition to the default ones, in PEM. */
  readonly extraCertificates?: readonly string[];
  /** If true, server certificates are not verified. */
  readonly isTlsUnchecked?: boolean;
  /**
   * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case. This machine itself needs no proxy.
   */
  readonly proxyEnvironment?: ProxyEnvironment;
  /** Hosts, with or without port, that servers may direct us to whatever their address. */
  readonly allowedHosts?: readonly string[];
  /**
   * Whether requests only reach public addresses and allowed hosts, even if the user named the
   * host. A proxy resolves names itself.
   */
  readonly isPublicOnly?: boolean;
  /** Resolves names; if absent, the system does. */
  readonly lookup?: LookupFunction;
  /** A Unix socket that stands for every host, for daemons. */
  readonly socketPath?: string;
  readonly userAgent: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** URL of the content after redirects. */
  readonly url: URL;
  /** Scope of the server by its connected address; content from a proxy is public. */
  readonly scope: AddressScope;
  /** Throws `UserError` `E_NETWORK` if the content is truncated or stalls. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading the body. */
  discard(): void;
  /** Ends the exchange; the reader of the body gets `reason` as an error. */
  abort(reason: Error): void;
}

/** Route of a request to its host. */
interface Route {
  /** Absent for a direct connection. */
  readonly proxy?: ProxyEnvironment;
  /** Limits the addresses of the host; absent if any is allowed. */
  readonly namingScope?: AddressScope;
}

type AgentOptions = PlainAgentOptions & { readonly lookup?: LookupFunction };

const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
/** A body up to this size is read and dropped, so that the connection can be reused. */
const DRAINED_BYTES_MAX = 64 * 1024;

/**
 * The only access to the network. Follows redirects without taking credentials to another origin or
 * leaving TLS, retries after temporary errors, and limits time and size. The caller handles status
 * codes.
 */
export class HttpClient implements Disposable {
  readonly #options: HttpOptions;
  readonly #agents = new Map<string, PlainAgent | SecureAgent>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Throws `UserError` `E_NETWORK` if no response can be had. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const triesMax = request.triesMax ?? this.#options.limits.httpTriesMax;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#follow(request).catch(requireFault);
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
      await pause(computePauseMs(attempt, answer instanceof HttpFault ? {} : answer.headers));
    }
  }

  /**
   * Returns the body as bytes. Throws `UserError` `E_LIMIT` beyond `bytesMax`, `E_NETWORK` if it
   * takes longer than `httpAnswerMsMax` or is truncated.
   */
  async readBody(response: HttpResponse, bytesMax: number): Promise<Uint8Array> {
    const { httpAnswerMsMax } = this.#options.limits;
    const timer = setTimeout(
      () => response.abort(createSlowError(response.url, httpAnswerMsMax)),
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
      const response = await this.#sendOnce(current);
      const location = response.headers['location'];
      if (!isRedirect(response.status) || location === undefined) {
        return response;
      }
      response.discard();
      const { status, scope } = response;
      current = createRedirectRequest(current, { location, status, scope });
    }
    const message = `it redirects more than ${this.#options.limits.httpRedirectsMax} times`;
    throw new HttpFault(message, request.url, { code: 'E_REDIRECT', isPassing: false });
  }

  #sendOnce(request: HttpRequest): Promise<HttpResponse> {
    const { url, method = 'GET', headers = {}, authorization, body } = request;
    const { socketPath, userAgent, limits } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(toHttpFault(error, url));
      const route = this.#chooseRoute(request);
      const settings: RequestOptions = {
        agent: this.#getAgent(url, route),
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
        () => sent.destroy(createSlowError(url, limits.httpAnswerMsMax)),
        limits.httpAnswerMsMax,
      );
      sent.once('close', () => clearTimeout(timer));
      sent.once('response', (message) => {
        clearTimeout(timer);
        // From now on, only the time counts during which a reader waits.
        message.socket.setTimeout(0);
        const isDirect = route.proxy === undefined && socketPath === undefined;
        const scope = isDirect ? classifyAddress(message.socket.remoteAddress ?? '') : 'public';
        resolve(toResponse(message, { url, scope, idleMsMax: limits.httpIdleMsMax }));
      });
      sent.on('timeout', () => sent.destroy(createIdleError(url, limits.httpIdleMsMax)));
      sent.on('error', fail);
      sent.end(body);
    });
  }

  /** Returns the route of a request. Throws if a server named a host that it may not name. */
  #chooseRoute({ url, namingScope: named }: HttpRequest): Route {
    const { proxyEnvironment, socketPath, allowedHosts = [], isPublicOnly } = this.#options;
    const namingScope = isPublicOnly === true ? 'public' : named;
    if (socketPath !== undefined) {
      return {};
    }
    const proxy = findProxy(url, proxyEnvironment);
    const isAllowed = allowedHosts.some((host) => [url.host, url.hostname].includes(host));
    if (proxy !== undefined || namingScope === undefined || isAllowed) {
      return proxy === undefined ? {} : { proxy };
    }
    checkAddress(url, namingScope);
    return { namingScope };
  }

  #getAgent(url: URL, { proxy, namingScope }: Route): PlainAgent | SecureAgent {
    const key = `${url.protocol} ${proxy !== undefined} ${namingScope}`;
    const known = this.#agents.get(key);
    if (known !== undefined) {
      return known;
    }
    const { lookup } = this.#options;
    const guarded = namingScope === undefined ? lookup : createGuardedLookup(namingScope, lookup);
    const agent = this.#createAgent(url, {
      keepAlive: true,
      ...defined({ proxyEnv: proxy, lookup: guarded }),
    });
    this.#agents.set(key, agent);
    return agent;
  }

  #createAgent(url: URL, common: AgentOptions): PlainAgent | SecureAgent {
    try {
      return url.protocol === 'https:' ? this.#createSecureAgent(common) : new PlainAgent(common);
    } catch (error) {
      throw error instanceof UserError ? error : toHttpFault(error, url);
    }
  }

  #createSecureAgent(common: AgentOptions): SecureAgent {
    const { extraCertificates = [], isTlsUnchecked = false } = this.#options;
    return new SecureAgent({
      ...common,
      rejectUnauthorized: !isTlsUnchecked,
      secureContext: createTrustContext(extraCertificates),
    });
  }
}

function createSlowError(url: URL, answerMsMax: number): HttpFault {
  const message = `the response was not complete after ${answerMsMax} ms`;
  return new HttpFault(message, url, { code: 'ETIMEDOUT', isPassing: false });
}

function requireFault(error: unknown): HttpFault {
  if (error instanceof HttpFault) {
    return error;
  }
  throw error;
}

function createIdleError(url: URL, idleMsMax: number): HttpFault {
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
    body: streamBody(message, exchange),
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
 * Yields the body in pieces. A body that ends before its announced length is an error, not a short
 * file. It is aborted if its reader waits too long for a byte.
 */
async function* streamBody(
  message: IncomingMessage,
  { url, idleMsMax }: Exchange,
): AsyncGenerator<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    timer = setTimeout(() => message.destroy(createIdleError(url, idleMsMax)), idleMsMax);
  };
  watch();
  try {
    for await (const piece of message) {
      clearTimeout(timer);
      yield piece as Uint8Array;
      watch();
    }
  } catch (error) {
    throw toHttpFault(error, url).toUserError();
  } finally {
    clearTimeout(timer);
  }
  if (!message.complete) {
    const facts = { code: 'ECONNRESET', isPassing: true } as const;
    throw new HttpFault('the connection was interrupted', url, facts).toUserError();
  }
}
