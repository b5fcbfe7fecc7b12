import { DeliveryLoop } from '../notify/delivery-loop.ts';
import type { Engine } from './engine.ts';

/** The pause between searches for jobs that other processes send. */
const SEARCH_MILLISECONDS = 500;
/** The clock may be changed, and other processes may store verdicts that end earlier. */
const CHECK_MILLISECONDS_MAX = 30_000;

export interface Background {
  /** Call it after a change: jobs or causes may have been added. */
  wake(): void;
  /** Ends after the current job. */
  end(): Promise<void>;
}

/**
 * Runs the jobs of a store, judges verdicts again when their validity ends, and sends messages
 * about changes.
 */
export function startBackground(engine: Engine, onProblem: (error: unknown) => void): Background {
  const ending = new AbortController();
  const { signal } = ending;
  const runner = engine.createRunner({
    signal,
    pauseMs: SEARCH_MILLISECONDS,
    onProblem,
    getTime: Date.now,
  });
  const deliveries = engine.isNotifying
    ? new DeliveryLoop(engine.notifier, { signal, onProblem })
    : undefined;
  const running = [runner.run(), ...(deliveries === undefined ? [] : [deliveries.run()])];
  let timer: NodeJS.Timeout | undefined;
  const queueDue = async (): Promise<void> => {
    clearTimeout(timer);
    let pause = CHECK_MILLISECONDS_MAX;
    try {
      await engine.presence.record(Date.now());
      const due = await engine.queueDueVerdicts(new Date().toISOString());
      pause = Math.min(pause, Math.max(0, (due ?? Number.POSITIVE_INFINITY) - Date.now()));
      runner.wake();
    } catch (error) {
      onProblem(error);
    }
    if (!signal.aborted) {
      timer = setTimeout(() => void queueDue(), pause);
    }
  };
  void queueDue();
  return {
    wake() {
      deliveries?.wake();
      void queueDue();
    },
    async end() {
      ending.abort();
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
