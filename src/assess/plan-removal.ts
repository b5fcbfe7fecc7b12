import type { Assessment } from '../foundation/core/assessment.ts';
import { UserError } from '../foundation/core/error.ts';
import type { InventoryPackage } from '../foundation/core/inventory.ts';
import { isPathGlobMatch, parsePathGlob } from '../foundation/syntax/path-glob/path-glob.ts';
import { createRemovalPlan } from '../hardening/harden/create-removal-plan.ts';
import type { PlanRequest, RemovalPlan } from '../hardening/harden/removal-plan.ts';
import { DEFAULT_PATH } from '../hardening/reach/process-config.ts';

/**
 * Plans the removal of what an image does not need.
 *
 * @param assessment its inventory has every file, the surface, and every step of the reach
 * @param userInput the target as the user named it
 * @throws UserError `E_USAGE` if it is not an image, or does not have a package to drop
 */
export function planRemoval(
  assessment: Assessment,
  userInput: string,
  request: PlanRequest,
): RemovalPlan {
  const { target, environment, packages } = assessment.inventory;
  if (target.kind !== 'image') {
    throw new UserError(
      'E_USAGE',
      `"${userInput}" is not an image, so nothing can be removed from it`,
      {
        hint: 'name an image, for example: plimsoll harden plan oci-archive:app.tar',
      },
    );
  }
  const path = environment?.get('PATH') ?? DEFAULT_PATH;
  return createRemovalPlan({
    assessment,
    image: { ...target, userInput },
    commandFolders: path.split(':').filter((folder) => folder.startsWith('/')),
    request,
    isRequested: createPathTest(request.keep),
    isDropped: createPathTest(request.drop.filter((value) => value.includes('/'))),
    droppedPackages: checkPackageNames(request.drop, packages),
  });
}

function createPathTest(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(parsePathGlob);
  return (path) => globs.some((glob) => isPathGlobMatch(glob, path));
}

/** Returns the names of packages among the values of `--drop`: those without a slash. */
function checkPackageNames(
  values: readonly string[],
  packages: readonly InventoryPackage[],
): ReadonlySet<string> {
  const names = values.filter((value) => !value.includes('/'));
  const known = new Set(packages.map(({ name }) => name));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw new UserError('E_USAGE', `no package "${missing}" in the image, for --drop`, {
      hint: "a pattern of paths starts with a slash: --drop '/usr/bin/**'",
    });
  }
  return new Set(names);
}
