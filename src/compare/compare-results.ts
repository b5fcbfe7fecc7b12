import { cautionsOf } from './cautions.ts';
import { configurationChanges } from './configuration-changes.ts';
import type { DatabaseGrid, Difference } from './difference.ts';
import { withDistinctNames } from './distinct-names.ts';
import { executableChanges } from './executable-changes.ts';
import { comparableFiles, fileChanges } from './file-changes.ts';
import type { Result } from './finding-changes.ts';
import { findingDifferences } from './finding-differences.ts';
import { compareLayers } from './layers.ts';
import { packageChanges, pairInventories } from './package-changes.ts';
import { sideOf } from './side.ts';
import { compareSurfaces, inabilitiesOf } from './surface-comparison.ts';

/**
 * All that differs between two targets, as each was looked at. Says nothing of what is equal.
 *
 * @param before what `scan` of the library gave, or what was saved of it
 * @param after of the other target, by the same options
 * @param grid how many findings each has by an earlier database as well
 */
export function compareResults(before: Result, after: Result, grid?: DatabaseGrid): Difference {
  const inventories = { before: before.inventory, after: after.inventory };
  const pairs = pairInventories(before.inventory, after.inventory);
  const files = comparableFiles(before, after);
  const sides = withDistinctNames({
    before: sideOf(before, files.before),
    after: sideOf(after, files.after),
  });
  const surface = compareSurfaces(before.inventory, after.inventory, sides);
  return {
    ...sides,
    configuration: configurationChanges(before.inventory, after.inventory),
    packages: packageChanges(pairs, inventories, files),
    files: fileChanges(files, inventories),
    ...(files.note === undefined ? {} : { filesNote: files.note }),
    executables: executableChanges(files, inventories),
    findings: findingDifferences(before, after, pairs),
    layers: compareLayers(before.inventory, after.inventory),
    surface,
    inabilities: inabilitiesOf(surface.rows, sides),
    cautions: cautionsOf(before, after),
    ...(grid === undefined ? {} : { grid }),
  };
}
