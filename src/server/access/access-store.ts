import type { Store } from '../store/store.ts';
import { explainUnreadable, readKeyId, TextSeal } from '../store/text-seal.ts';
import {
  type AuditEntry,
  type AuditState,
  type AuditView,
  appendAudit,
  listAudit,
  verifyAudit,
} from './audit-log.ts';
import {
  beginAnswer,
  dropAnswer,
  type EndedAnswer,
  endAnswer,
  type KnownAnswer,
} from './known-answers.ts';
import type { Principal } from './principal.ts';
import { addSession, endSessions, listSessionPrincipals, type SessionRequest } from './sessions.ts';
import {
  addExchangedToken,
  type ExchangedToken,
  listTokenPrincipals,
  recordTokenUse,
} from './tokens.ts';

/** Everything that the writer of a store does about access. */
export class AccessStore {
  readonly #store: Store;
  readonly #seal: TextSeal | undefined;

  /** @param secretsKey encrypts stored answers, which can contain secrets; absent for none */
  constructor(store: Store, secretsKey?: Uint8Array) {
    this.#store = store;
    this.#seal = secretsKey === undefined ? undefined : new TextSeal(secretsKey);
  }

  async addSession(request: SessionRequest): Promise<void> {
    await addSession(this.#store, request);
  }

  async endSessions(principal: string | undefined): Promise<number> {
    return await endSessions(this.#store, principal);
  }

  async addExchangedToken(token: ExchangedToken): Promise<string> {
    return await addExchangedToken(this.#store, token);
  }

  async recordTokenUse(id: number, now: number): Promise<void> {
    await recordTokenUse(this.#store.db, id, now);
  }

  async appendAudit(entry: AuditEntry): Promise<void> {
    await appendAudit(this.#store, entry);
  }

  async listAudit(after: number, limit: number): Promise<readonly AuditView[]> {
    return await listAudit(this.#store.db, after, limit);
  }

  async verifyAudit(): Promise<AuditState> {
    return await this.#store.readState(verifyAudit);
  }

  /** Returns everybody with a valid token or session. */
  async listPrincipals(now: number): Promise<readonly Principal[]> {
    const tokens = await listTokenPrincipals(this.#store.db, now);
    return [...tokens, ...(await listSessionPrincipals(this.#store.db, now))];
  }

  /**
   * Like {@link beginAnswer}.
   *
   * @throws UserError `E_SECRETS_KEY` if the answer needs another key, or was altered
   */
  async beginAnswer(request: {
    readonly key: string;
    readonly request: string;
    readonly now: number;
  }): Promise<KnownAnswer | undefined> {
    const known = await beginAnswer(this.#store, request);
    // An answer of a server without a key was stored as it is.
    if (known === undefined || readKeyId(known.body) === undefined) {
      return known;
    }
    const body = this.#seal?.open(known.body, request.key);
    if (body === undefined) {
      throw explainUnreadable('the answers to earlier requests', known.body, {
        ownKeyId: this.#seal?.keyId,
        hint: 'send the request with another Idempotency-Key',
      });
    }
    return { ...known, body };
  }

  /** Like {@link endAnswer}. */
  async endAnswer(answer: EndedAnswer): Promise<void> {
    const body = this.#seal?.seal(answer.body, answer.key) ?? answer.body;
    await endAnswer(this.#store, { ...answer, body });
  }

  async dropAnswer(key: string): Promise<void> {
    await dropAnswer(this.#store, key);
  }
}
