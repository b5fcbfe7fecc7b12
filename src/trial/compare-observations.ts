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
    ...new LineNoise(originals.map((original) => original[aspect])).compare(run[aspect]),
  })).filter(({ missing, extra }) => missing.length + extra.length > 0);
}

/** Returns the differences that both lists have; of each, the lines that both have. */
export function intersectDifferences(
  left: readonly Difference[],
  right: readonly Difference[],
): readonly Difference[] {
  return left.flatMap((one) => {
    const other = right.find(({ aspect }) => aspect === one.aspect);
    return other === undefined ? [] : [one];
  });
}

/** Counts lines that differ between the runs of the original. */
export function countNoise(originals: readonly Observation[]): number {
  const [first, ...others] = originals;
  return first === undefined
    ? 0
    : others.reduce(
        (sum, other) =>
          sum +
          compareObservations([first], other).reduce((lines, { extra }) => lines + extra.length, 0),
        0,
      );
}
