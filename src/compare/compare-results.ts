import { configurationChanges } from './configuration-changes.ts';
import type { DatabaseGrid, Difference } from './difference.ts';
import { executableChanges } from './executable-changes.ts';
import { comparableFiles, fileChanges } from './file-changes.ts';
import type { Result } from './finding-changes.ts';
import { findingDifferences } from './finding-differences.ts';
import { compareLayers } from './layers.ts';
import { packageChanges, pairInventories } from './package-changes.ts';
import { sideOf } from './side.ts';
import { compareSurfaces, inabilitiesOf } from './surface-comparison.ts';

/** All that differs between two targets, as each was looked at. Says nothing of what is equal. */
export function compareResults(before: Result, after: Result, grid?: DatabaseGrid): Difference {
  const inventories = { before: before.inventory, after: after.inventory };
  const pairs = pairInventories(before.inventory, after.inventory);
  const files = comparableFiles(before.inventory, after.inventory);
  const sides = { before: sideOf(before), after: sideOf(after) };
  const surface = compareSurfaces(before.inventory, after.inventory, sides);
  return {
    ...sides,
    configuration: configurationChanges(before.inventory.target, after.inventory.target),
    packages: packageChanges(pairs, before.inventory, after.inventory),
    files: fileChanges(files, inventories),
    ...(files.note === undefined ? {} : { filesNote: files.note }),
    executables: executableChanges(files.before, files.after, inventories),
    findings: findingDifferences(before, after, pairs),
    layers: compareLayers(before.inventory, after.inventory),
    surface,
    inabilities: inabilitiesOf(surface.rows, sides),
    ...(grid === undefined ? {} : { grid }),
  };
}
