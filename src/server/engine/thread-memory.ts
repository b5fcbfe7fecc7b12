/**
 * Limits of the memory of threads. With the usual size for new values, each idle thread would keep
 * tens of megabytes that nothing uses any more, and a server has several.
 */
export const THREAD_MEMORY = { maxYoungGenerationSizeMb: 8 } as const;
