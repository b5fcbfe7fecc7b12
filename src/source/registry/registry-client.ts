import { createHash } from 'node:crypto';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { HttpClient, HttpResponse } from '../../http/http-client.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials, FindCredentials } from './credentials/credentials.ts';
import { apiHost, isLoopback, type Reference } from './reference.ts';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export interface RegistryClientOptions {
  readonly http: HttpClient;
  readonly limits: Limits;
  readonly findCredentials: FindCredentials;
  /** Plain HTTP is spoken where TLS is not answered. */
  readonly isPlainAllowed: boolean;
}

export interface Manifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly mediaType: string;
}

/**
 * Pulls manifests and blobs of one repository. Credentials go to the registry itself and to the
 * token service that it names, and nowhere else; they are part of no message. OCI distribution
 * specification 1.1; Docker registry "Token Authentication Specification".
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #reference: Reference;
  /** Where the registry answers; found out by the first request. */
  #base: URL | undefined;
  #authorization: string | undefined;

  constructor(reference: Reference, options: RegistryClientOptions) {
    this.#options = options;
    this.#reference = reference;
  }

  /** The manifest or index of a tag or digest, with the digest of the bytes that came. */
  async manifest(selector: string): Promise<Manifest> {
    const response = await this.#get(`manifests/${selector}`, { accept: MANIFEST_TYPES });
    const { http, limits } = this.#options;
    const bytes = await http.read(response, limits.manifestBytesMax);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const mediaType = response.headers['content-type']?.split(';')[0]?.trim() ?? '';
    return { bytes, digest, mediaType };
  }

  /** A blob as a stream; the reading pass verifies its digest. */
  async *blob(digest: Digest): AsyncIterable<Uint8Array> {
    const response = await this.#get(`blobs/${digest}`, {});
    yield* response.body;
  }

  async blobBytes(digest: Digest, bytesMax: number): Promise<Uint8Array> {
    return this.#options.http.read(await this.#get(`blobs/${digest}`, {}), bytesMax);
  }

  async #get(path: string, headers: Record<string, string>): Promise<HttpResponse> {
    this.#base ??= await this.#findBase();
    const url = new URL(`/v2/${this.#reference.repository}/${path}`, this.#base);
    const first = await this.#send(url, headers);
    if (first.status !== 401) {
      return this.#judge(first, path);
    }
    first.discard();
    const challenges = parseChallenges(first.headers['www-authenticate'] ?? '');
    this.#authorization = await this.#authorize(challenges);
    return this.#judge(await this.#send(url, headers), path);
  }

  /** TLS first. Plain HTTP only where it was asked for, or on this very machine, as Docker does. */
  async #findBase(): Promise<URL> {
    const { registry } = this.#reference;
    const host = apiHost(registry);
    const secure = new URL(`https://${host}`);
    if (!this.#options.isPlainAllowed && !isLoopback(registry)) {
      return secure;
    }
    try {
      const response = await this.#options.http.send({ url: new URL('/v2/', secure) });
      response.discard();
      return secure;
    } catch {
      // Whatever kept TLS from being answered, the plain request that follows reports its own
      // fault.
      return new URL(`http://${host}`);
    }
  }

  #send(url: URL, headers: Record<string, string>): Promise<HttpResponse> {
    const authorization = this.#authorization;
    return this.#options.http.send({
      url,
      headers,
      ...(authorization === undefined ? {} : { authorization }),
    });
  }

  #judge(response: HttpResponse, path: string): HttpResponse {
    if (response.status === 200) {
      return response;
    }
    response.discard();
    const { registry, repository } = this.#reference;
    const what = `${registry}/${repository} (${path})`;
    if (response.status === 401 || response.status === 403) {
      throw new UserError('E_UNAUTHORIZED', `${registry} refuses access to ${what}`, {
        hint: `log in with: docker login ${registry}, or podman login ${registry}`,
      });
    }
    if (response.status === 404) {
      throw new UserError('E_TARGET_UNKNOWN', `${registry} has no ${what}`, {
        hint: 'check the spelling of name and tag; private images may need a login',
      });
    }
    const message = `${registry} answered ${response.status} for ${what}`;
    throw new UserError('E_NETWORK', message, { hint: 'try again later' });
  }

  async #authorize(challenges: readonly Challenge[]): Promise<string | undefined> {
    const credentials = await this.#options.findCredentials(this.#reference.registry);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      return `Bearer ${await this.#token(bearer, credentials)}`;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
    return isBasic && credentials?.kind === 'password' ? basic(credentials) : undefined;
  }

  async #token(challenge: Challenge, credentials: Credentials | undefined): Promise<string> {
    if (credentials?.kind === 'registry-token') {
      return credentials.token;
    }
    const url = this.#tokenUrl(challenge);
    const { http, limits } = this.#options;
    const response = await http.send(
      credentials?.kind === 'identity-token'
        ? refreshRequest(url, credentials.token)
        : { url, ...(credentials === undefined ? {} : { authorization: basic(credentials) }) },
    );
    if (response.status !== 200) {
      response.discard();
      throw new UserError('E_UNAUTHORIZED', `${url.host} gives no token: ${response.status}`, {
        hint: `log in with: docker login ${this.#reference.registry}`,
      });
    }
    return tokenOf(await http.read(response, limits.httpAnswerBytesMax), url);
  }

  /**
   * A realm outside TLS would carry the password in the clear, so that it is refused unless the
   * registry is too.
   */
  #tokenUrl({ parameters }: Challenge): URL {
    const realm = parameters['realm'] ?? '';
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    const isAllowed =
      url !== undefined &&
      url.username === '' &&
      url.password === '' &&
      (url.protocol === 'https:' || (url.protocol === 'http:' && this.#base?.protocol === 'http:'));
    if (url === undefined || !isAllowed) {
      const message = `${this.#reference.registry} names a token service that is not safe to ask`;
      throw new UserError('E_UNAUTHORIZED', message);
    }
    url.searchParams.set('scope', `repository:${this.#reference.repository}:pull`);
    if (parameters['service'] !== undefined) {
      url.searchParams.set('service', parameters['service']);
    }
    return url;
  }
}

function basic(credentials: Credentials): string {
  const { user, secret } =
    credentials.kind === 'password' ? credentials : { user: '<token>', secret: credentials.token };
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

function refreshRequest(url: URL, token: string) {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: 'plimsoll',
    service: url.searchParams.get('service') ?? '',
    scope: url.searchParams.get('scope') ?? '',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const bare = new URL(url.pathname, url.origin);
  return { url: bare, method: 'POST' as const, headers, body: body.toString() };
}

function tokenOf(bytes: Uint8Array, url: URL): string {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const answer: unknown = JSON.parse(text);
    const { token, access_token: accessToken } = answer as Record<string, unknown>;
    const found = token ?? accessToken;
    if (typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)) {
      return found;
    }
  } catch {
    // Said below: whatever is not an answer with a token is the same to the user.
  }
  throw new UserError('E_UNAUTHORIZED', `${url.host} answered without a token`);
}
