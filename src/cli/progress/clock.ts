/** The time and the timer that drawing needs. */
export interface Clock {
  /** Milliseconds since any fixed moment. */
  readMs(): number;
  /** Calls repeatedly until the result is called; does not keep the process alive. */
  repeat(intervalMs: number, call: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  readMs: () => performance.now(),
  repeat: (intervalMs, call) => {
    const timer = setInterval(call, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
