import { WakeablePause } from '../jobs/wakeable-pause.ts';
import type { Notifier } from './notifier.ts';

/** Causes are reported within this time, also those of other processes. */
const SEARCH_MS = 1_000;

interface LoopOptions {
  /** Aborted to end after the current messages. */
  readonly signal: AbortSignal;
  onProblem(error: unknown): void;
}

/** Delivers messages until the signal ends it. */
export class DeliveryLoop {
  readonly #notifier: Notifier;
  readonly #options: LoopOptions;
  readonly #pause = new WakeablePause();

  constructor(notifier: Notifier, options: LoopOptions) {
    this.#notifier = notifier;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.wake());
  }

  /** Searches for causes at once: the store was changed. */
  wake(): void {
    this.#pause.wake();
  }

  async run(): Promise<void> {
    const { signal, onProblem } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#notifier.deliverDue();
      } catch (error) {
        onProblem(error);
      }
      if (!signal.aborted) {
        await this.#pause.wait(SEARCH_MS);
      }
    }
  }
}
