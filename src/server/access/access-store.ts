import type { Store } from '../store/store.ts';
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

  constructor(store: Store) {
    this.#store = store;
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

  /** Like {@link beginAnswer}. */
  async beginAnswer(request: {
    readonly key: string;
    readonly request: string;
    readonly now: number;
  }): Promise<KnownAnswer | undefined> {
    return await beginAnswer(this.#store, request);
  }

  /** Like {@link endAnswer}. */
  async endAnswer(answer: EndedAnswer): Promise<void> {
    await endAnswer(this.#store, answer);
  }

  async dropAnswer(key: string): Promise<void> {
    await dropAnswer(this.#store, key);
  }
}
