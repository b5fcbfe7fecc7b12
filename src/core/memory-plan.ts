import { UserError } from './error.ts';
import { LIMITS, type Limit, type LimitName, type Limits } from './limits.ts';
import { bytesText } from './screen-text.ts';

const MIB = 1024 * 1024;
/** What the program takes before it has read anything, with what Node sets aside. */
const BASE_BYTES = 96 * MIB;
/** Below it nothing useful could be kept. */
const MEMORY_BYTES_MIN = 160 * MIB;
/** Of what remains, what a single thing may take: the rest is for what is kept beside it. */
const SHARE = 0.5;

export interface MemoryPlan {
  readonly bytesMax: number;
  /** The limits as they were, or lower. */
  readonly limits: Limits;
  /** Limits that had to be lowered. */
  readonly lowered: readonly LimitName[];
}

/**
 * Lowers the limits of what has to lie in memory so that a run needs no more than `bytesMax`. What
 * can go to temporary files is not lowered: it goes there sooner. Depends on the two arguments
 * only, so that a bounded run gives the same result wherever it is made.
 *
 * @throws UserError `E_USAGE` below {@link MEMORY_BYTES_MIN}.
 */
export function planMemory(bytesMax: number, limits: Limits): MemoryPlan {
  if (bytesMax < MEMORY_BYTES_MIN) {
    throw new UserError('E_USAGE', `--max-memory is too small: ${bytesText(bytesMax)}`, {
      hint: `allow at least ${MEMORY_BYTES_MIN / MIB}MiB, as in --max-memory 512MiB`,
    });
  }
  const shareBytes = (bytesMax - BASE_BYTES) * SHARE;
  const planned: Record<LimitName, number> = { ...limits };
  const lowered: LimitName[] = [];
  for (const [name, limit] of Object.entries(LIMITS) as [LimitName, Limit][]) {
    const most = Math.floor(shareBytes / (limit.memoryBytesEach ?? 0));
    if (most < limits[name]) {
      planned[name] = most;
      lowered.push(name);
    }
  }
  return { bytesMax, limits: Object.freeze(planned), lowered };
}

/** What a person can do who meets a limit of this name; nothing where it is as it always is. */
export function nextStep(message: string, { lowered, bytesMax }: MemoryPlan): string | undefined {
  const name = lowered.find((limit) => new RegExp(`\\b${limit}\\b`, 'u').test(message));
  return name === undefined
    ? undefined
    : `${name} was lowered because --max-memory allows ${Math.floor(bytesMax / MIB)} MiB; raise that`;
}
