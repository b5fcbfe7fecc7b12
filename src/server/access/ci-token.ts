import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { UserError } from '../../foundation/core/error.ts';
import { isNameMatch, parseStars } from '../../foundation/core/name-pattern.ts';
import { isLoopbackHost } from '../../foundation/http/loopback-host.ts';
import type { Role } from './principal.ts';

/** The role of CI jobs whose subject matches, as their provider states it. */
export interface CiRole {
  /** Of GitHub, GitLab or Kubernetes. */
  readonly issuer: string;
  /** `*` matches any characters. */
  readonly subject: string;
  readonly role: Role;
  /** Absent for the whole tenant. */
  readonly project?: string;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

export interface CiTokenSetting {
  readonly roles: readonly CiRole[];
  /** The address of this server, which tokens must be made for. */
  readonly audience: string;
}

/** The job that a valid token is about. */
export interface CiJob {
  readonly role: CiRole;
  readonly subject: string;
}

interface JsonWebKey {
  readonly kid?: unknown;
  readonly kty?: unknown;
  readonly crv?: unknown;
}

interface KeySet {
  readonly keys: readonly JsonWebKey[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

const TOKEN_CHARS_MAX = 16_384;
const ANSWER_BYTES_MAX = 262_144;
const FETCH_MS_MAX = 5_000;
const KEYS_MS = 600_000;
/** Unknown keys are looked up again at most this often. */
const REFRESH_MS = 60_000;
const CLOCK_SECONDS = 60;
const RSA_BITS_MIN = 2_048;

/**
 * Checks tokens of CI jobs (JWT, RFC 7519; OpenID Connect Core, 3.1.3.7). Only algorithms with a
 * public key are accepted, and only keys of the type that the algorithm needs.
 */
export class CiTokens {
  readonly #setting: CiTokenSetting;
  readonly #keys = new Map<string, KeySet>();

  constructor(setting: CiTokenSetting) {
    this.#setting = setting;
  }

  /** Throws `UserError` `E_UNAUTHORIZED` if the token is not valid, or its job has no role. */
  async verifyToken(token: string, now: number): Promise<CiJob> {
    const { header, claims, signed, signature } = parseToken(token);
    const { iss, sub, aud } = claims;
    // Before anything is fetched: a token must not choose an address.
    const roles = this.#setting.roles.filter(({ issuer }) => issuer === iss);
    if (typeof iss !== 'string' || typeof sub !== 'string' || roles.length === 0) {
      throw createRefusal('the issuer of the token is not trusted');
    }
    const audiences: readonly unknown[] = [aud].flat();
    if (!audiences.includes(this.#setting.audience)) {
      throw createRefusal(`the token was not made for ${this.#setting.audience}`);
    }
    requireCurrent(claims, now);
    const key = await this.#findKey(iss, header, now);
    const algorithm = { key, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(signed), algorithm, signature)) {
      throw createRefusal('the signature of the token is not valid');
    }
    const role = roles.find(({ subject }) => isNameMatch(parseStars(subject), sub));
    if (role === undefined) {
      throw createRefusal('no role is declared for the subject of the token');
    }
    return { role, subject: sub };
  }

  async #findKey(
    issuer: string,
    { alg, kid }: Readonly<Record<string, unknown>>,
    now: number,
  ): Promise<KeyObject> {
    const known = this.#keys.get(issuer);
    const isOld = known === undefined || now - known.at > KEYS_MS;
    const isKnown = known?.keys.some((key) => key.kid === kid) ?? false;
    let set = known;
    if (isOld || (!isKnown && now - known.at > REFRESH_MS)) {
      set = { keys: await fetchKeys(issuer), at: now };
      this.#keys.set(issuer, set);
    }
    const jwk = set?.keys.find((key) => key.kid === kid);
    if (jwk === undefined || !isKeyType(alg, jwk)) {
      throw createRefusal('the key of the token is unknown, or of another type');
    }
    return importKey(jwk);
  }
}

function importKey(jwk: JsonWebKey): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: { ...jwk } as Record<string, unknown>, format: 'jwk' });
  } catch (cause) {
    throw createRefusal('the key of the token is malformed', cause);
  }
  if (jwk.kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN) {
    throw createRefusal('the key of the token is too short');
  }
  return key;
}

function isKeyType(algorithm: unknown, { kty, crv }: JsonWebKey): boolean {
  return (
    (algorithm === 'RS256' && kty === 'RSA') ||
    (algorithm === 'ES256' && kty === 'EC' && crv === 'P-256')
  );
}

function createRefusal(message: string, cause?: unknown): UserError {
  return new UserError('E_UNAUTHORIZED', message, { cause });
}

function parseToken(token: string) {
  const [head = '', body = '', signature = '', ...others] = token.split('.');
  if (token.length > TOKEN_CHARS_MAX || others.length > 0 || signature === '') {
    throw createRefusal('the token is malformed');
  }
  return {
    header: parseObject(head),
    claims: parseObject(body),
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function parseObject(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Handled below: it is not JSON.
  }
  throw createRefusal('the token is malformed');
}

function requireCurrent({ exp, nbf, iat }: Readonly<Record<string, unknown>>, now: number): void {
  const seconds = now / 1_000;
  const isCurrent =
    typeof exp === 'number' &&
    exp > seconds &&
    [nbf, iat].every(
      (time) => time === undefined || (typeof time === 'number' && time <= seconds + CLOCK_SECONDS),
    );
  if (!isCurrent) {
    throw createRefusal('the token has expired, or is not valid yet');
  }
}

/** Returns the keys of an issuer. OpenID Connect Discovery 1.0, 4. */
async function fetchKeys(issuer: string): Promise<readonly JsonWebKey[]> {
  try {
    const base = issuer.replace(/\/$/, '');
    const { issuer: own, jwks_uri: place } = await fetchObject(
      new URL(`${base}/.well-known/openid-configuration`),
    );
    if (own !== issuer || typeof place !== 'string') {
      throw new RangeError('the description of the issuer is about another one');
    }
    const { keys } = await fetchObject(new URL(place));
    return Array.isArray(keys) ? (keys as readonly JsonWebKey[]) : [];
  } catch (cause) {
    throw new UserError('E_NETWORK', `the keys of ${issuer} could not be read`, { cause });
  }
}

async function fetchObject(url: URL): Promise<Readonly<Record<string, unknown>>> {
  if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname)) {
    throw new RangeError('keys are only fetched over HTTPS');
  }
  const signal = AbortSignal.timeout(FETCH_MS_MAX);
  const response = await fetch(url, { redirect: 'error', signal });
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length > ANSWER_BYTES_MAX) {
      throw new RangeError('the answer is too long');
    }
  }
  if (!response.ok) {
    throw new RangeError(`the answer has the status ${response.status}`);
  }
  return JSON.parse(Buffer.concat(pieces).toString()) as Readonly<Record<string, unknown>>;
}
