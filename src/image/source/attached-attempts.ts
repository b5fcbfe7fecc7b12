import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import type { UnreadDocument } from '../../foundation/core/target.ts';

/** Errors of one document: the others are still read. */
const DOCUMENT_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'E_DIGEST_MISMATCH',
  'E_IMAGE_INVALID',
  'E_LIMIT',
  'E_TARGET_UNKNOWN',
]);
/** Errors of the registry: no more requests are sent. */
const TEMPORARY_ERRORS: ReadonlySet<ErrorCode> = new Set(['E_NETWORK', 'E_UNAUTHORIZED']);

/** Reads documents that are attached to an image, and reports those that could not be read. */
export class AttachedAttempts {
  readonly #onUnread: ((unread: UnreadDocument) => void) | undefined;
  #isStopped = false;

  /** @param onUnread receives the reasons; if absent, errors are thrown */
  constructor(onUnread: ((unread: UnreadDocument) => void) | undefined) {
    this.#onUnread = onUnread;
  }

  /** Returns the result of the action; `undefined` after an error, or if the registry has failed. */
  async runAction<T>(action: () => Promise<T>): Promise<T | undefined> {
    if (this.#isStopped) {
      return undefined;
    }
    try {
      return await action();
    } catch (error) {
      if (this.#onUnread === undefined || !(error instanceof UserError)) {
        throw error;
      }
      const isTemporary = TEMPORARY_ERRORS.has(error.code);
      if (!isTemporary && !DOCUMENT_ERRORS.has(error.code)) {
        throw error;
      }
      this.#isStopped = isTemporary;
      this.#onUnread({ reason: error.message, isTemporary });
      return undefined;
    }
  }
}
