const ENTRY_BYTES = 16 * 1024;
/** About what is hashed and looked through in 50 ms on a machine of today. */
const STRETCH_BYTES = 16 * 1024 * 1024;

/**
 * Tells when work that never waits should let the event loop turn, so that signals and timers are
 * noticed. Measured in work done, since only the command line reads the clock.
 */
export class Pace {
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
