/** How an image starts its process, as far as a trial needs it. */
export interface TrialProcess {
  /** Entrypoint and arguments. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingFolder: string;
  /** `USER`, `UID`, and optionally a group after a colon. */
  readonly user: string;
  readonly volumes: readonly string[];
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  /** `CMD` or `CMD-SHELL`, and what follows. */
  readonly healthcheck: readonly string[];
  readonly stopSignal: string;
}

export interface TrialLayer {
  /**
   * Yields the uncompressed tar stream. Throws a `UserError` if the stored bytes do not match their
   * digest.
   */
  open(): AsyncIterable<Uint8Array>;
}

/** An image that is run in a trial. */
export interface TrialImage {
  /** Name as the user wrote it. */
  readonly name: string;
  readonly process: TrialProcess;
  /** The lowest first. */
  readonly layers: readonly TrialLayer[];
}
