/**
 * Room for young objects grows, or stays as it is.
 *
 * Origin: measured, see `docs/performance.md`; the usual values are those that V8 prints.
 */
export const GROWING = '--semi-space-growth-factor=2';
export const STEADY = '--semi-space-growth-factor=1';

/**
 * Most runs end within a second or two. Compiling took a quarter of the time of such a run, most of
 * it for what then hardly ran any more: the last tier of the compiler waits until the run has shown
 * to be a long one (`run-length.ts`), the one before is slower to come. Room for young objects does
 * not grow by itself: most of what a scan makes lives on. See docs/performance.md.
 */
export const SHORT_RUN_FLAGS: readonly string[] = [
  STEADY,
  '--no-opt',
  // Else what is compiled meanwhile would stay as it is for ever.
  '--force-emit-interrupt-budget-checks',
  '--invocation-count-for-maglev=2000',
  '--invocation-count-for-maglev-osr=500',
];

/** What {@link SHORT_RUN_FLAGS} hold back of compiling, as V8 has it. */
export const LONG_RUN_FLAGS: readonly string[] = [
  '--opt',
  '--invocation-count-for-maglev=400',
  '--invocation-count-for-maglev-osr=100',
];

/** What V8 has instead of {@link SHORT_RUN_FLAGS} where nothing is said. */
export const USUAL_FLAGS: readonly string[] = [
  GROWING,
  '--no-force-emit-interrupt-budget-checks',
  ...LONG_RUN_FLAGS,
];
