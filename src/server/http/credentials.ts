import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { createLocalPrincipal, type Principal } from '../access/principal.ts';
import { createToken, digestToken } from '../access/secret.ts';
import { findSession } from '../access/sessions.ts';
import { findToken } from '../access/tokens.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { Tables } from '../store/tables.ts';

const SIGN_IN_MILLISECONDS_MAX = 15 * 60 * 1000;

export interface CredentialsSetting {
  /** The secret of programs of the same user; only its digest is kept. */
  readonly token: string;
  readonly tenant: string;
  /** A connection of its own, so that signing in does not wait for the engine. */
  readonly db: Kysely<Tables>;
  readonly call: CallEngine;
}

/** The secrets in a request that identify its sender. */
interface Evidence {
  readonly token?: string;
  readonly session?: string;
}

/** The sender of a request, and how the sender was recognized. */
export interface Sender {
  readonly principal: Principal;
  /** The secret of the session; absent for a token. */
  readonly session?: string;
}

/**
 * Recognizes the senders of requests: by the token of the local user, by tokens in the store, and
 * by sessions of browsers. The link of `serve` begins a session once.
 */
export class Credentials {
  readonly #digest: string;
  readonly #local: Principal;
  readonly #setting: Omit<CredentialsSetting, 'token'>;
  #link: { readonly digest: string; readonly expires: number } | undefined;

  constructor({ token, ...setting }: CredentialsSetting) {
    this.#digest = digestToken(token);
    this.#local = createLocalPrincipal(setting.tenant);
    this.#setting = setting;
  }

  /** Creates the secret part of a sign-in link; the one before it stops working. */
  createLink(now: number): string {
    const secret = createToken();
    this.#link = { digest: digestToken(secret), expires: now + SIGN_IN_MILLISECONDS_MAX };
    return secret;
  }

  /** Exchanges the secret of a link for a session; `undefined` if it was used or has expired. */
  async openLink(secret: string, now: number): Promise<string | undefined> {
    const link = this.#link;
    if (
      link === undefined ||
      now > link.expires ||
      !isEqualDigest(link.digest, digestToken(secret))
    ) {
      return undefined;
    }
    this.#link = undefined;
    return await this.openSession(this.#local, now);
  }

  /** Begins a session, and returns its secret, which nobody has seen before. */
  async openSession(principal: Principal, now: number): Promise<string> {
    const session = createToken();
    await this.#setting.call('addSession', { digest: digestToken(session), principal, now });
    return session;
  }

  /** Returns the sender of a request; `undefined` if it is unknown. A token comes first. */
  async identify({ token, session }: Evidence, now: number): Promise<Sender | undefined> {
    if (token !== undefined) {
      return await this.#identifyToken(token, now);
    }
    if (session !== undefined) {
      const principal = await findSession(this.#setting.db, session, now);
      return principal === undefined ? undefined : { principal, session };
    }
    return undefined;
  }

  async #identifyToken(token: string, now: number): Promise<Sender | undefined> {
    if (isEqualDigest(this.#digest, digestToken(token))) {
      return { principal: this.#local };
    }
    const found = await findToken(this.#setting.db, token, now);
    if (found === undefined) {
      return undefined;
    }
    const { id, principal, isUseOld } = found;
    if (isUseOld) {
      await this.#setting.call('recordTokenUse', { id, now });
    }
    return { principal };
  }
}

function isEqualDigest(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** Returns the value that forms of a session must send: another site cannot know it. */
export function createFormToken(session: string): string {
  return digestToken(`form\0${session}`);
}

/** Returns whether a form has the value of its session. */
export function isFormToken(session: string, value: string): boolean {
  return isEqualDigest(digestToken(createFormToken(session)), digestToken(value));
}
