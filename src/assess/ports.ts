import type { Progress } from '../foundation/core/progress.ts';
import type { NetworkOptions } from '../foundation/core/target.ts';

/** The pipeline's access to the outside world. */
export interface Ports {
  /** RFC 3339: the time that ages, ends of life and expiries are compared with. */
  readonly now: string;
  /** RFC 3339: the clock of the machine, which no setting overrides. */
  readonly machineTime: string;
  readonly progress: Progress;
  /** Releases databases and temporary files; disposed of by the caller. */
  readonly resources: DisposableStack;
  readonly network: NetworkOptions;
  /** Environment variables, for proxies and credentials. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The parent of temporary directories, or a function that creates it on first use. */
  readonly temporaryFolder: string | (() => string);
  /** Receives messages for people, such as the VEX documents that were found. */
  notify(message: string): void;
}
