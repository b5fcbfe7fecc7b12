import { CONFIG_PATH, REACH_STRENGTHS, type Reach } from '../../src/foundation/core/reach.ts';
import { findWay } from '../../src/foundation/core/reach-way.ts';

/**
 * Returns the files whose displayed path is wrong: it does not start at the configuration, has a
 * gap, passes more or fewer files than recorded, or its weakest step is not the class of the file.
 */
export function listBrokenWays(reach: Reach): readonly string[] {
  return reach.files.flatMap(({ path, strength, hops }) => {
    const steps = findWay(path, reach);
    const weakest = Math.max(...steps.map((step) => REACH_STRENGTHS.indexOf(step.strength)));
    const isChained = steps.every((step, index) => {
      return step.from === (index === 0 ? CONFIG_PATH : steps[index - 1]?.to);
    });
    const isRight = isChained && steps.at(-1)?.to === path && steps.length === hops;
    return isRight && REACH_STRENGTHS[weakest] === strength
      ? []
      : [
          `${path} is ${strength}: ${steps.map((step) => `${step.strength} ${step.to}`).join(', ')}`,
        ];
  });
}
