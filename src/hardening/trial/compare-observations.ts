import { type LineDifference, LineNoise } from './line-pattern.ts';
import { ASPECTS, type Aspect, type Observation } from './observation.ts';

/** One aspect in which a run differs from the runs of the original. */
export interface Difference extends LineDifference {
  readonly aspect: Aspect;
}

/** Compares a run with all runs of the original; what differs between these is noise. */
export function compareObservations(
  originals: readonly Observation[],
  run: Observation,
): readonly Difference[] {
  return ASPECTS.map((aspect) => ({
    aspect,
    ...new LineNoise(originals.map((original) => original[aspect])).compareLines(run[aspect]),
  })).filter(({ missing, extra }) => missing.length + extra.length > 0);
}
