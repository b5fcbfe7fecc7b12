import { hash } from 'node:crypto';
import { defined } from '../../../foundation/core/defined.ts';
import { type Digest, isDigest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { AddressScope } from '../../../foundation/http/address-scope.ts';
import type { HttpClient, HttpResponse } from '../../../foundation/http/http-client.ts';
import { findHttpFault, isTlsUnanswered } from '../../../foundation/http/http-fault.ts';
import type { HttpRequest } from '../../../foundation/http/http-request.ts';
import { isLoopbackHost } from '../../../foundation/http/loopback-host.ts';
import { TransferAllowance } from '../../../foundation/http/transfer-allowance.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { FindLogin } from './credentials/credentials.ts';
import type { Credentials } from './credentials/login.ts';
import type { Endpoint } from './endpoint.ts';
import { findNextQuery } from './next-page.ts';
import { requestToken, toBasicAuthorization } from './token-service.ts';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Statuses of registries without the referrers API: 404 by the specification; 400 or 405 if they
 * reject unknown paths.
 */
const NO_REFERRERS: ReadonlySet<number> = new Set([400, 404, 405]);
const REFERRER_PAGES_MAX = 100;

export interface RegistryClientOptions {
  readonly http: HttpClient;
  readonly limits: Limits;
  readonly findLogin: FindLogin;
  /** If true, falls back to plain HTTP when the server does not speak TLS. */
  readonly isPlainAllowed: boolean;
  /** Hosts, with or without a port, that may be the token service of a plain HTTP registry. */
  readonly allowedHosts: readonly string[];
  /** Whether tokens must also permit uploads. */
  readonly isPushing?: boolean;
}

/** A request to the registry itself. */
interface RegistryRequest {
  readonly path: string;
  readonly method?: NonNullable<HttpRequest['method']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Manifest {
  readonly bytes: Uint8Array;
  /** Digest of the received bytes, with the algorithm of the requested digest. */
  readonly digest: Digest;
  readonly mediaType: string;
}

/**
 * Pulls manifests and blobs of one repository. Credentials are only sent to the registry's own
 * origin and to the token service in its 401 response: challenges of a server that the registry
 * redirects to are ignored. Messages never contain credentials. OCI distribution specification 1.1;
 * Docker registry "Token Authentication Specification".
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #endpoint: Endpoint;
  /** Base address of the registry, found by the first request. */
  #base: URL | undefined;
  #authorization: string | undefined;
  /** The failure of a credential helper, for the hint. */
  #failure: string | undefined;

  constructor(endpoint: Endpoint, options: RegistryClientOptions) {
    this.#options = options;
    this.#endpoint = endpoint;
  }

  /** Returns the manifest or index of a tag or digest, with the digest of the received bytes. */
  async readManifest(selector: string): Promise<Manifest> {
    const { manifestBytesMax } = this.#options.limits;
    const path = `manifests/${selector}`;
    const { response, bytes } = await this.#readWhole(
      path,
      { accept: MANIFEST_TYPES },
      manifestBytesMax,
    );
    const algorithm = selector.startsWith('sha512:') ? 'sha512' : 'sha256';
    const mediaType = response.headers['content-type']?.split(';')[0]?.trim() ?? '';
    return { bytes, digest: `${algorithm}:${hash(algorithm, bytes, 'hex')}`, mediaType };
  }

  /**
   * Returns the pages of the index of the referrers of a manifest; `undefined` if the registry does
   * not support it. OCI distribution specification 1.1, "Listing Referrers".
   *
   * @throws UserError `E_NETWORK` for any other response: the referrers are then unknown
   */
  async listReferrers(digest: Digest): Promise<readonly Uint8Array[] | undefined> {
    const { manifestBytesMax } = this.#options.limits;
    const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
    const pages: Uint8Array[] = [];
    let bytesLeft = manifestBytesMax;
    for (let query = ''; pages.length < REFERRER_PAGES_MAX; ) {
      const path = `referrers/${digest}${query}`;
      const isExpected = (status: number) => query === '' && NO_REFERRERS.has(status);
      const { response, bytes } = await this.#readWhole(path, headers, bytesLeft, isExpected);
      if (isExpected(response.status)) {
        return undefined;
      }
      pages.push(bytes);
      bytesLeft -= bytes.length;
      const next = findNextQuery(response.headers['link'] ?? '');
      if (next === undefined) {
        return pages;
      }
      query = `?${next}`;
    }
    const message = `the list of referrers of ${digest} has more than ${REFERRER_PAGES_MAX} pages`;
    throw new UserError('E_LIMIT', message);
  }

  /** Returns the digest of a tag by one request; `undefined` if the tag does not exist. */
  async findDigest(tag: string): Promise<Digest | undefined> {
    const path = `manifests/${tag}`;
    const headers = { accept: MANIFEST_TYPES };
    const response = await this.#request({ path, headers, method: 'HEAD' });
    if (response.status === 404) {
      response.discard();
      return undefined;
    }
    this.#judge(response, path).discard();
    const digest = response.headers['docker-content-digest'] ?? '';
    // Old registries only return it with the manifest.
    return isDigest(digest) ? digest : (await this.readManifest(tag)).digest;
  }

  /** Returns one page of a list of names, and the path of the next one. */
  async readListPage(path: string): Promise<{ readonly bytes: Uint8Array; readonly link: string }> {
    const { manifestBytesMax } = this.#options.limits;
    const { response, bytes } = await this.#readWhole(path, {}, manifestBytesMax);
    return { bytes, link: response.headers['link'] ?? '' };
  }

  async readBlob(digest: Digest, bytesMax: number): Promise<Uint8Array> {
    return (await this.#readWhole(`blobs/${digest}`, {}, bytesMax)).bytes;
  }

  /**
   * Streams a blob; the reading pass verifies its digest. If the connection breaks off or stalls,
   * the rest is requested.
   *
   * @throws UserError `E_DIGEST_MISMATCH` if more than `sizeBytes` arrive, `E_NETWORK` if it takes
   *   too long for its size
   */
  async *readBlobStream(digest: Digest, sizeBytes: number | undefined): AsyncGenerator<Uint8Array> {
    const { limits } = this.#options;
    const bytesMax = sizeBytes ?? limits.layerBytesMax;
    const allowance = new TransferAllowance(limits);
    for (let done = 0; ; ) {
      const response = await this.#get(
        `blobs/${digest}`,
        done > 0 ? { range: `bytes=${done}-` } : {},
      );
      let position = getStart(response, done);
      try {
        for await (const piece of allowance.readPieces(response)) {
          const fresh = piece.subarray(Math.min(Math.max(0, done - position), piece.length));
          position += piece.length;
          done += fresh.length;
          if (done > bytesMax) {
            throw createTooLongError(digest, bytesMax, sizeBytes !== undefined);
          }
          yield fresh;
        }
        return;
      } catch (error) {
        if (!allowance.canResume(error)) {
          throw error;
        }
      }
    }
  }

  /**
   * Downloads a small document. If the transfer breaks off, it is requested again.
   *
   * @param isExpected whether a response with an error status is returned, too
   */
  async #readWhole(
    path: string,
    headers: Readonly<Record<string, string>>,
    bytesMax: number,
    isExpected: (status: number) => boolean = () => false,
  ): Promise<{ readonly response: HttpResponse; readonly bytes: Uint8Array }> {
    const { http, limits } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const response = await this.#get(path, headers, isExpected);
      try {
        return { response, bytes: await http.readBody(response, bytesMax) };
      } catch (error) {
        if (attempt >= limits.httpTriesMax || findHttpFault(error)?.isPassing !== true) {
          throw error;
        }
      }
    }
  }

  /**
   * Uploads a blob, unless the registry has it. OCI distribution specification 1.1, "Pushing
   * blobs".
   */
  async pushBlob(content: Uint8Array): Promise<Digest> {
    const digest: Digest = `sha256:${hash('sha256', content)}`;
    const known = await this.#request({ path: `blobs/${digest}`, method: 'HEAD' });
    known.discard();
    if (known.status !== 200) {
      const path = 'blobs/uploads/';
      const opened = this.#judge(await this.#request({ path, method: 'POST' }), path, 202);
      opened.discard();
      this.#judge(await this.#upload(opened, digest, content), path, 201).discard();
    }
    return digest;
  }

  /**
   * Uploads a manifest under a digest or a tag. Returns whether the registry lists it as a referrer
   * of its subject. OCI distribution specification 1.1, "Pushing Manifests with Subject".
   */
  async pushManifest(bytes: Uint8Array, mediaType: string, selector: string): Promise<boolean> {
    const path = `manifests/${selector}`;
    const headers = { 'content-type': mediaType };
    const response = await this.#request({ path, method: 'PUT', headers, body: bytes });
    this.#judge(response, path, 201).discard();
    return response.headers['oci-subject'] !== undefined;
  }

  /** The registry names the place of the upload. Another server gets no credentials. */
  #upload(opened: HttpResponse, digest: Digest, content: Uint8Array): Promise<HttpResponse> {
    const location = opened.headers['location'] ?? '';
    const url = URL.canParse(location, opened.url) ? new URL(location, opened.url) : undefined;
    const isOwn = url?.origin === opened.url.origin;
    if (url === undefined || (!isOwn && url.protocol !== 'https:')) {
      const { registry } = this.#endpoint;
      throw new UserError('E_NETWORK', `${registry} names no usable place for an upload`, {
        hint: 'ask the operator of the registry',
      });
    }
    url.searchParams.set('digest', digest);
    const authorization = isOwn ? this.#authorization : undefined;
    return this.#options.http.send({
      url,
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: content,
      ...(isOwn ? {} : { namingScope: opened.scope }),
      ...defined({ authorization }),
    });
  }

  async #get(
    path: string,
    headers: Readonly<Record<string, string>>,
    isExpected: (status: number) => boolean = () => false,
  ): Promise<HttpResponse> {
    const response = await this.#request({ path, headers });
    const isOwn = response.url.origin === this.#base?.origin;
    return isOwn && isExpected(response.status) ? response : this.#judge(response, path);
  }

  async #request(request: RegistryRequest): Promise<HttpResponse> {
    const { path, ...parts } = request;
    this.#base ??= await this.#findBase();
    const { repository } = this.#endpoint;
    const url = new URL(`/v2/${repository === '' ? '' : `${repository}/`}${path}`, this.#base);
    const first = await this.#send({ url, ...parts });
    // A redirect target may send a challenge, but does not get credentials.
    if (first.status !== 401 || first.url.origin !== url.origin) {
      return first;
    }
    first.discard();
    this.#authorization = await this.#authorize(first);
    return await this.#send({ url, ...parts });
  }

  /**
   * TLS first. Plain HTTP only if the user allowed it or the registry is on this machine, as in
   * Docker.
   */
  async #findBase(): Promise<URL> {
    const { host } = this.#endpoint;
    const secure = new URL(`https://${host}`);
    if (!this.#options.isPlainAllowed && !isLoopbackHost(secure.hostname)) {
      return secure;
    }
    try {
      const response = await this.#options.http.send({ url: new URL('/v2/', secure), triesMax: 1 });
      response.discard();
      return secure;
    } catch (error) {
      // A server whose certificate is not trusted does speak TLS: falling back would hide that.
      if (!isTlsUnanswered(error)) {
        throw error;
      }
      return new URL(`http://${host}`);
    }
  }

  #send(request: HttpRequest): Promise<HttpResponse> {
    const authorization = this.#authorization;
    return this.#options.http.send({ ...request, ...defined({ authorization }) });
  }

  /** @param accepted the status of success; if absent, that of a download */
  #judge(response: HttpResponse, path: string, accepted?: number): HttpResponse {
    const { status } = response;
    if (accepted === undefined ? status === 200 || status === 206 : status === accepted) {
      return response;
    }
    response.discard();
    const { registry, repository } = this.#endpoint;
    const subject = repository === '' ? 'the list of repositories' : repository;
    const what = `${path.replace('s/', ' ')} of ${subject}`;
    const { origin, host } = response.url;
    if (origin !== this.#base?.origin) {
      const message = `${registry} redirects to ${host}, which returned ${response.status} for ${what}`;
      const isRefusal = response.status === 401 || response.status === 403;
      throw new UserError(isRefusal ? 'E_UNAUTHORIZED' : 'E_NETWORK', message, {
        hint: 'ask the operator of the registry; logins are only sent to the registry itself',
      });
    }
    switch (response.status) {
      case 401:
      case 403:
        throw this.#createUnauthorizedError(`${registry} denied access to ${what}`);
      case 404:
        throw new UserError('E_TARGET_UNKNOWN', `${registry} has no ${what}`, {
          hint: 'check the spelling of name and tag; private images may need a login',
        });
      case 429:
        throw new UserError('E_NETWORK', `rate limit of ${registry} exceeded`, {
          hint: `wait, or log in for a higher limit: docker login ${registry}`,
        });
      default: {
        const message = `${registry} returned ${response.status} for ${what}`;
        throw new UserError('E_NETWORK', message, { hint: 'try again later' });
      }
    }
  }

  #createUnauthorizedError(message: string): UserError {
    const { registry } = this.#endpoint;
    const failure = this.#failure === undefined ? '' : `${this.#failure}; `;
    const hint = `${failure}log in with: docker login ${registry}, or podman login ${registry}`;
    return new UserError('E_UNAUTHORIZED', message, { hint });
  }

  /** Returns the authorization that the registry requires in its response. */
  async #authorize({ headers, scope }: HttpResponse): Promise<string | undefined> {
    const { registry, repository } = this.#endpoint;
    const challenges = parseChallenges(headers['www-authenticate'] ?? '');
    const { credentials, failure } = await this.#options.findLogin(registry, repository);
    this.#failure = failure;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      return `Bearer ${await this.#requestToken({ challenge: bearer, scope }, credentials)}`;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
    return isBasic && credentials?.kind === 'password'
      ? toBasicAuthorization(credentials)
      : undefined;
  }

  async #requestToken(
    { challenge, scope }: { readonly challenge: Challenge; readonly scope: AddressScope },
    credentials: Credentials | undefined,
  ): Promise<string> {
    if (credentials?.kind === 'registry-token') {
      return credentials.token;
    }
    const { http, limits } = this.#options;
    const url = this.#toTokenUrl(challenge);
    const answer = await requestToken(http, { url, namingScope: scope, credentials, limits });
    if (answer.token === undefined) {
      throw this.#createUnauthorizedError(`${url.host} did not issue a token: ${answer.reason}`);
    }
    return answer.token;
  }

  /**
   * A realm without TLS would carry the password in the clear, so it is rejected unless the
   * registry is on the same machine and itself without TLS.
   */
  #toTokenUrl({ parameters }: Challenge): URL {
    const realm = parameters.get('realm') ?? '';
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (url === undefined || !this.#isSafe(url)) {
      const { registry } = this.#endpoint;
      const message = `${registry} names an untrusted token service`;
      throw new UserError('E_UNAUTHORIZED', message, {
        hint: 'ask the operator of the registry; a token service needs an https:// URL without credentials',
      });
    }
    const actions = this.#options.isPushing === true ? 'pull,push' : 'pull';
    const { repository } = this.#endpoint;
    const subject =
      repository === '' ? 'registry:catalog:*' : `repository:${repository}:${actions}`;
    url.searchParams.set('scope', subject);
    const service = parameters.get('service');
    if (service !== undefined) {
      url.searchParams.set('service', service);
    }
    return url;
  }

  #isSafe(realm: URL): boolean {
    const { isPlainAllowed, allowedHosts } = this.#options;
    if (realm.username !== '' || realm.password !== '') {
      return false;
    }
    if (realm.protocol !== 'http:' || this.#base?.protocol !== 'http:') {
      return realm.protocol === 'https:';
    }
    const isAllowed = allowedHosts.some((host) => [realm.host, realm.hostname].includes(host));
    return isSameMachine(realm.hostname, this.#base.hostname) || (isPlainAllowed && isAllowed);
  }
}

const OWN_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSameMachine(left: string, right: string): boolean {
  return left === right || (OWN_NAMES.has(left) && OWN_NAMES.has(right));
}

/** Returns the position of a response's content in the blob. RFC 9110, 14.4. */
function getStart(response: HttpResponse, requested: number): number {
  if (response.status !== 206) {
    return 0;
  }
  const start = /^bytes (\d{1,16})-/.exec(response.headers['content-range'] ?? '')?.[1];
  if (Number(start) !== requested) {
    response.discard();
    const message = `${response.url.host} returned a different part of a blob than requested`;
    throw new UserError('E_NETWORK', message, { hint: 'try again later' });
  }
  return requested;
}

function createTooLongError(digest: Digest, bytesMax: number, isDescribed: boolean): UserError {
  return isDescribed
    ? new UserError(
        'E_DIGEST_MISMATCH',
        `the blob ${digest} is larger than the ${bytesMax} bytes declared in its manifest`,
      )
    : new UserError(
        'E_LIMIT',
        `the blob ${digest} is larger than the ${bytesMax} bytes of the limit layerBytesMax`,
      );
}
