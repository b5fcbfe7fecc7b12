import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { UnreadFile } from './removal-plan.ts';

/**
 * Returns why it cannot be decided what an image needs, as a sentence; `undefined` if it can. A
 * plan from an incomplete reading would drop files that it has not understood.
 */
export function findUndecided(inventory: Inventory): string | undefined {
  const { reach, problems, problemsNotListed } = inventory;
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
  const problem = problems.find((one) => !isReadEnough(one, reach.rules));
  if (problem !== undefined || problemsNotListed > 0) {
    const cause = problem === undefined ? '' : `: ${problem.message}`;
    return `the image could not be read completely${cause}`;
  }
  return undefined;
}

/** Returns the license files that were not read; no file is needed because of their content. */
export function listUnreadFiles({ reach, problems }: Inventory): readonly UnreadFile[] {
  return problems.flatMap(({ path, message, ...more }) =>
    path !== undefined && isLicenseUnread({ path, message, ...more }, reach?.rules ?? {})
      ? [{ path, message }]
      : [],
  );
}

type Rules = Readonly<Record<string, number>>;

/** Returns whether everything was read on which reachability and the files of packages depend. */
function isReadEnough(problem: Problem, rules: Rules): boolean {
  // A file that differs from its record was read as it is.
  return problem.code === 'P_CHANGED' || isLicenseUnread(problem, rules);
}

/** Names of files that catalogers only read for licenses. */
const LICENSE =
  /^\/usr\/share\/doc\/[^/]+\/copyright$|\/(?:(?:un|mit-)?licen[sc]e|copying)[^/]*$|\.(?:dist|egg)-info\/licenses\//i;

/**
 * A rule of reachability reads a file by its own request, so what a cataloger did not read does not
 * matter for it.
 */
function isLicenseUnread({ code, path, plugin }: Problem, rules: Rules): boolean {
  return (
    code === 'P_LIMIT' &&
    path !== undefined &&
    LICENSE.test(path) &&
    plugin !== undefined &&
    !Object.hasOwn(rules, plugin)
  );
}
