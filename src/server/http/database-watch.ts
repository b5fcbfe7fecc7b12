import { readLayerStamp } from '../../vulnerability/advisory/layer.ts';
import type { AdvisoryTimes } from '../engine/advisory-age.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { StoreChange } from '../engine/update-store.ts';
import { isOtherVersion } from '../store/store.ts';

/** Time until the server uses advisories that another process applied, or that a person pinned. */
const CHECK_MILLISECONDS = 2_000;
/** Time until the server uses a database that was replaced. */
const LOOK_MILLISECONDS = 250;

export interface DatabaseWatch {
  /** Rejects if a newer program updated the store: then this one must not go on. */
  readonly failed: Promise<never>;
  /** Starts no more checks. */
  stop(): void;
  /** Also waits for the check in flight, which calls the engine. */
  end(): Promise<void>;
}

export interface DatabaseWatchOptions {
  /** Directory of the advisory database; absent if another process updates the store. */
  readonly database?: string;
  /** Milliseconds since 1970. */
  readonly getTime: () => number;
  readonly onUpdate: (change: StoreChange, milliseconds: number) => void;
  /** Receives the times of the advisory database and of its sources after each check. */
  readonly onCheck: (times: AdvisoryTimes) => void;
  readonly onProblem: (error: unknown) => void;
}

/** Applies changes of the advisory database soon after it was replaced, one at a time. */
export function watchDatabase(
  call: CallEngine,
  { database, getTime, onUpdate, onCheck, onProblem }: DatabaseWatchOptions,
): DatabaseWatch {
  let last = { stamp: '', at: Number.NEGATIVE_INFINITY };
  let running: Promise<void> | undefined;
  const failing = Promise.withResolvers<never>();
  // The caller of `serveStore` awaits it later, so a rejection is not unhandled until then.
  failing.promise.catch(() => undefined);
  const check = async (): Promise<void> => {
    const begin = performance.now();
    try {
      const change = await call('refresh', new Date(getTime()).toISOString());
      if (change !== undefined) {
        onUpdate(change, performance.now() - begin);
      }
      onCheck(await call('readAdvisoryTimes', undefined));
    } catch (error) {
      if (isOtherVersion(error)) {
        failing.reject(error);
      } else {
        onProblem(error);
      }
    }
  };
  const look = async (): Promise<void> => {
    const stamp = database === undefined ? '' : await readLayerStamp(database);
    const at = performance.now();
    if (stamp !== last.stamp || at - last.at >= CHECK_MILLISECONDS) {
      last = { stamp, at };
      await check();
    }
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, LOOK_MILLISECONDS);
  const stop = (): void => clearInterval(timer);
  return {
    failed: failing.promise,
    stop,
    async end() {
      stop();
      await running;
    },
  };
}
