const ENTRY_BYTES = 16 * 1024;
/** About the amount that is hashed and scanned in 50 ms on current hardware. */
const STRETCH_BYTES = 16 * 1024 * 1024;

/**
 * Decides when synchronous work should yield to the event loop, so that signals and timers are
 * handled. Measured in work, because only the command line reads the clock.
 */
export class YieldBudget {
  #doneBytes = 0;

  /** Counts one more step with so many bytes of content. */
  isDue(contentBytes: number): boolean {
    this.#doneBytes += ENTRY_BYTES + contentBytes;
    if (this.#doneBytes < STRETCH_BYTES) {
      return false;
    }
    this.#doneBytes = 0;
    return true;
  }
}
