import type { Limits } from '../core/limits.ts';
import { findHttpFault, HttpFault } from './http-fault.ts';

/** Interval at which a waiting reader is checked. */
const TICK_MS = 50;

/** The parts of a response that a transfer needs. */
interface Transferred {
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Limits one transfer over all its connections: how long it may keep its reader waiting, by the
 * number of received bytes, and how often it may break off. Time taken by the reader does not
 * count.
 */
export class TransferAllowance {
  readonly #limits: Limits;
  #waitedMs = 0;
  #sizeBytes = 0;
  #breaks = 0;
  /** Consecutive breaks without a received byte. */
  #idleBreaks = 0;
  #bytesAtBreak = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Yields the pieces of a response. Throws `UserError` `E_NETWORK` if they come too slowly. */
  async *readPieces({ url, body }: Transferred): AsyncGenerator<Uint8Array> {
    const pieces = body[Symbol.asyncIterator]();
    let isOver = false;
    let isWaiting = false;
    const timer = setInterval(() => {
      this.#waitedMs += isWaiting ? TICK_MS : 0;
    }, TICK_MS);
    try {
      for (;;) {
        isWaiting = true;
        const next = await pieces.next();
        isWaiting = false;
        if (next.done === true) {
          isOver = true;
          return;
        }
        this.#sizeBytes += next.value.length;
        this.#checkRate(url);
        yield next.value;
      }
    } finally {
      clearInterval(timer);
      if (!isOver) {
        await pieces.return?.();
      }
    }
  }

  /** Returns whether the transfer may be resumed after an error. */
  canResume(error: unknown): boolean {
    const { httpTriesMax, httpBreaksMax } = this.#limits;
    this.#idleBreaks = this.#sizeBytes > this.#bytesAtBreak ? 1 : this.#idleBreaks + 1;
    this.#bytesAtBreak = this.#sizeBytes;
    this.#breaks += 1;
    const isTooOften = this.#breaks > httpBreaksMax || this.#idleBreaks >= httpTriesMax;
    return !isTooOften && findHttpFault(error)?.isPassing === true;
  }

  #checkRate(url: URL): void {
    const { httpAnswerMsMax, httpBytesPerSecondMin } = this.#limits;
    const allowedMs = httpAnswerMsMax + (this.#sizeBytes / httpBytesPerSecondMin) * 1_000;
    if (this.#waitedMs > allowedMs) {
      const message = `the transfer is too slow: ${this.#sizeBytes} bytes in ${this.#waitedMs} ms`;
      const facts = {
        code: 'E_SLOW',
        isPassing: false,
        hint: 'raise the limit httpAnswerMsMax or lower httpBytesPerSecondMin if this is expected',
      };
      throw new HttpFault(message, url, facts).toUserError();
    }
  }
}
