import process from 'node:process';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { ProgressEvent } from '../core/progress.ts';
import { GROWING, LONG_RUN_FLAGS, STEADY } from './start/v8-flags.data.ts';

/**
 * Room for young objects that is enough: 4 MB, since more costs memory and saves no time. Room
 * doubles, and V8 counts a little of it neither as used nor as available.
 */
const YOUNG_BYTES = 3 * 1024 * 1024;
/**
 * Time of the processor after which a run is long enough to earn what optimising it costs, which is
 * some 0.3 s of that time and 10 MB: a run of 4 s does not earn it, one of 30 s does.
 */
const SHORT_MS = 4_000;
const LOOK_MS = 20;

/**
 * Suits V8 to how long the run takes, which began with what is good for a short one
 * (`SHORT_RUN_FLAGS`): after seconds for good, and while an image is read until there is more room
 * for young objects. What of the program is loaded meanwhile is still made with the first ones
 * (`start-program.ts`).
 *
 * @returns what is to hear of the progress of the run.
 */
export function followRun(shortMs: number = SHORT_MS): (event: ProgressEvent) => void {
  let isGrowing = false;
  const stopGrowing = (): void => {
    if (isGrowing) {
      isGrowing = false;
      setFlagsFromString(STEADY);
    }
  };
  const timer = setInterval(() => {
    if (isGrowing && youngBytes() >= YOUNG_BYTES) {
      stopGrowing();
    }
    if (cpuMs() >= shortMs) {
      clearInterval(timer);
      stopGrowing();
      for (const flag of LONG_RUN_FLAGS) {
        setFlagsFromString(flag);
      }
    }
  }, LOOK_MS);
  timer.unref();
  return (event) => {
    if (event.kind === 'stage-started' && event.stage === 'parse') {
      isGrowing = true;
      setFlagsFromString(GROWING);
    } else if (event.kind === 'stage-finished' && event.stage === 'parse') {
      stopGrowing();
    }
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young === undefined ? YOUNG_BYTES : young.space_used_size + young.space_available_size;
}
