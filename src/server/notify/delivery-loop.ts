import { setTimeout as pause } from 'node:timers/promises';
import type { Notifier } from './notifier.ts';

/** Causes are reported within this time, also those of other processes. */
const SEARCH_MS = 1_000;

/** Delivers messages until the signal ends it. */
export async function runDeliveries(
  notifier: Notifier,
  { signal, onProblem }: { readonly signal: AbortSignal; onProblem(error: unknown): void },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await notifier.deliverDue();
    } catch (error) {
      onProblem(error);
    }
    await pause(SEARCH_MS, undefined, { signal }).catch(() => undefined);
  }
}
