import type { Inventory } from '../core/inventory.ts';

/**
 * Returns why it cannot be decided what an image needs, as a sentence; `undefined` if it can. A
 * plan from an incomplete reading would drop files that it has not understood.
 */
export function findUndecided({
  reach,
  problems,
  problemsNotListed,
}: Inventory): string | undefined {
  if (reach === undefined) {
    return 'reachability was not analyzed';
  }
  if (reach.unknown !== undefined) {
    return reach.unknown;
  }
  const open = reach.opacities.find(({ scope }) => scope.kind === 'all');
  if (open !== undefined) {
    return open.what;
  }
  const [problem] = problems;
  if (problem !== undefined || problemsNotListed > 0) {
    const cause = problem === undefined ? '' : `: ${problem.message}`;
    return `the image could not be read completely${cause}`;
  }
  return undefined;
}
