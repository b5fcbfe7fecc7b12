import { UserError } from './error.ts';
import { LIMITS, type Limit, type LimitName, type Limits } from './limits.ts';
import { formatBytes } from './screen-text.ts';

const MIB = 1024 * 1024;
/** Memory of the program before it reads anything, including Node's reserve. */
const BASE_BYTES = 96 * MIB;
/** The minimum that allows useful work. */
const MEMORY_BYTES_MIN = 160 * MIB;
/** Share of the remaining memory for a single item; the rest is for data kept beside it. */
const SHARE = 0.5;

export interface MemoryPlan {
  readonly bytesMax: number;
  /** The same or lower limits. */
  readonly limits: Limits;
  /** Limits that were lowered. */
  readonly lowered: readonly LimitName[];
}

/**
 * Lowers the limits of data that must be in memory so that a run needs at most `bytesMax`. Data
 * that can be spilled is not lowered but spilled sooner. Depends only on the two arguments, so a
 * bounded run produces the same result everywhere.
 *
 * @throws UserError `E_USAGE` below {@link MEMORY_BYTES_MIN}
 */
export function planMemory(bytesMax: number, limits: Limits): MemoryPlan {
  if (bytesMax < MEMORY_BYTES_MIN) {
    throw new UserError('E_USAGE', `--max-memory is too small: ${formatBytes(bytesMax)}`, {
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

/**
 * Returns the next step for a user who exceeds a limit of this name; nothing if the limit has its
 * default.
 */
export function nextStep(message: string, { lowered, bytesMax }: MemoryPlan): string | undefined {
  const name = lowered.find((limit) => new RegExp(`\\b${limit}\\b`, 'u').test(message));
  return name === undefined
    ? undefined
    : `${name} was lowered because --max-memory allows ${Math.floor(bytesMax / MIB)} MiB; raise --max-memory`;
}
