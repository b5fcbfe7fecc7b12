import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
const PREFIX = 'plimsoll_';
const SIGN_IN_MILLISECONDS_MAX = 15 * 60 * 1000;

export function createToken(): string {
  return `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/**
 * The credentials of a server: one token for programs of the same user, and sessions for browsers,
 * which begin with a link that works once. Only digests are kept.
 */
export class Credentials {
  readonly #token: Buffer;
  readonly #sessions = new Set<string>();
  #link: { readonly digest: Buffer; readonly expires: number } | undefined;

  constructor(token: string) {
    this.#token = digestToken(token);
  }

  /** Creates the secret part of a sign-in link; the one before it stops working. */
  createLink(now: number): string {
    const secret = createToken();
    this.#link = { digest: digestToken(secret), expires: now + SIGN_IN_MILLISECONDS_MAX };
    return secret;
  }

  /** Exchanges the secret of a link for a session; `undefined` if it was used or has expired. */
  openSession(secret: string, now: number): string | undefined {
    const link = this.#link;
    if (
      link === undefined ||
      now > link.expires ||
      !timingSafeEqual(link.digest, digestToken(secret))
    ) {
      return undefined;
    }
    this.#link = undefined;
    const session = createToken();
    this.#sessions.add(digestToken(session).toString('hex'));
    return session;
  }

  /** Returns whether a request is allowed by its token or session. */
  isAllowed({ token, session }: { readonly token?: string; readonly session?: string }): boolean {
    const isToken = token !== undefined && timingSafeEqual(this.#token, digestToken(token));
    return (
      isToken || (session !== undefined && this.#sessions.has(digestToken(session).toString('hex')))
    );
  }
}

function digestToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
