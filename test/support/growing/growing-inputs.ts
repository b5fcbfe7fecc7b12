import type { GrowingInput } from './growing-input.ts';
import { SYSTEM_INPUTS } from './system-packages.ts';

/** An input for each reader, and for each way in which one could cost more than its bytes. */
export const GROWING_INPUTS: readonly GrowingInput[] = [...SYSTEM_INPUTS];
