import { WakeablePause } from '../jobs/wakeable-pause.ts';
import type { Notifier } from './notifier.ts';

/** Causes of all processes are reported within this time. */
const SEARCH_MS = 1_000;

interface LoopOptions {
  /** Aborted to end after the current messages. */
  readonly signal: AbortSignal;
  onProblem(error: unknown): void;
}

/** Delivers messages until the signal ends it. */
export class DeliveryLoop {
  readonly #notifier: Pick<Notifier, 'deliverDue'>;
  readonly #options: LoopOptions;
  readonly #pause = new WakeablePause();

  constructor(notifier: Pick<Notifier, 'deliverDue'>, options: LoopOptions) {
    this.#notifier = notifier;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.wake());
  }

  /** Searches for causes at once: the store was changed. */
  wake(): void {
    this.#pause.wake();
  }

  /** Delivers messages again and again, even while a receiver does not answer. */
  async run(): Promise<void> {
    const { signal, onProblem } = this.#options;
    const running = new Set<Promise<unknown>>();
    while (!signal.aborted) {
      const delivering = this.#notifier.deliverDue().catch(onProblem);
      running.add(delivering);
      void delivering.then(() => running.delete(delivering));
      await this.#pause.wait(SEARCH_MS);
    }
    await Promise.all(running);
  }
}
