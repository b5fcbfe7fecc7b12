import { defined } from '../core/defined.ts';
import { cautionsOf } from './cautions.ts';
import { configurationChangeId, configurationChanges } from './configuration-changes.ts';
import type { BareDifference, DatabaseGrid, Difference, FileChange } from './difference.ts';
import { withDistinctNames } from './distinct-names.ts';
import { executableChangeId, executableChanges } from './executable-changes.ts';
import { comparableFiles, fileChangeId, fileChanges, fileRef } from './file-changes.ts';
import type { Result } from './finding-changes.ts';
import { findingDifferenceId, findingDifferences } from './finding-differences.ts';
import { compareLayers } from './layers.ts';
import { packageChangeId, packageChanges, pairInventories } from './package-changes.ts';
import { sideOf } from './side.ts';
import { compareSurfaces, inabilitiesOf } from './surface-comparison.ts';

/**
 * Returns all differences between two results. Equal parts are left out.
 *
 * @param before result of `scan` of the library, or a saved one
 * @param after result of the other target, with the same options
 * @param grid numbers of findings of each by an earlier database as well
 */
export function compareResults(before: Result, after: Result, grid?: DatabaseGrid): Difference {
  return withIds(compareSides(before, after, grid));
}

/** Returns the same without IDs of changes, for outputs that show none. */
export function compareSides(before: Result, after: Result, grid?: DatabaseGrid): BareDifference {
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
    ...defined({ filesNote: files.note }),
    executables: executableChanges(files, inventories),
    findings: findingDifferences(before, after, pairs),
    layers: compareLayers(before.inventory, after.inventory),
    surface,
    inabilities: inabilitiesOf(surface.rows, sides),
    cautions: cautionsOf(before, after),
    ...defined({ grid }),
  };
}

/** Adds the IDs of all changes, and reduces each file to the members that a difference reports. */
export function withIds(bare: BareDifference): Difference {
  const { configuration, packages, files, executables, findings } = bare;
  return {
    ...bare,
    configuration: configuration.map((one) => ({ id: configurationChangeId(one), ...one })),
    packages: packages.map((one) => ({ id: packageChangeId(one), ...one })),
    files: files.map(fileChangeWithId),
    executables: executables.map((one) => ({ id: executableChangeId(one), ...one })),
    findings: findings.map((one) => ({ id: findingDifferenceId(one), ...one })),
  };
}

function fileChangeWithId(change: FileChange): Difference['files'][number] {
  const { kinds, before, after, ...others } = change;
  return {
    id: fileChangeId(change),
    kinds,
    ...(before === undefined ? {} : { before: fileRef(before) }),
    ...(after === undefined ? {} : { after: fileRef(after) }),
    ...others,
  };
}
