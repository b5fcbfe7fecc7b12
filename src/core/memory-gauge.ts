/** Watches what the process takes. */
export interface MemoryGauge {
  /**
   * Cheap; called after every few megabytes or thousand files.
   *
   * @throws UserError `E_MEMORY` where more is held than the run may take.
   */
  look(): void;
}
