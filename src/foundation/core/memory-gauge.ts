/** Watches the memory of the process. */
export interface MemoryGauge {
  /**
   * Cheap; called after every few megabytes or thousand files.
   *
   * @throws UserError `E_MEMORY` if the process holds more than the run may use
   */
  look(): void;
}
