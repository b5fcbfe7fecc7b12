import { defined } from '../../foundation/core/defined.ts';
import { listCautions } from './cautions.ts';
import { computeConfigurationChangeId, listConfigurationChanges } from './configuration-changes.ts';
import type { BareDifference, DatabaseGrid, Difference, FileChange } from './difference.ts';
import { addDistinctNames, toShortName } from './distinct-names.ts';
import { computeExecutableChangeId, listExecutableChanges } from './executable-changes.ts';
import {
  computeFileChangeId,
  listFileChanges,
  selectComparableFiles,
  toFileRef,
} from './file-changes.ts';
import type { Result } from './finding-changes.ts';
import { computeFindingDifferenceId, listFindingDifferences } from './finding-differences.ts';
import { compareLayers } from './layers.ts';
import { computePackageChangeId, listPackageChanges, pairInventories } from './package-changes.ts';
import { countSide } from './side.ts';
import { compareSurfaces, listInabilities } from './surface-comparison.ts';

/**
 * Returns all differences between two results. Equal parts are left out.
 *
 * @param before result of `scan` of the library, or a saved one
 * @param after result of the other target, with the same options
 * @param grid number of findings of each target with the current and with an earlier database
 */
export function compareResults(before: Result, after: Result, grid?: DatabaseGrid): Difference {
  return addChangeIds(compareSides(before, after, grid));
}

/** Returns the same without IDs of changes, for outputs that show none. */
export function compareSides(before: Result, after: Result, grid?: DatabaseGrid): BareDifference {
  const inventories = { before: before.inventory, after: after.inventory };
  const pairs = pairInventories(before.inventory, after.inventory);
  const files = selectComparableFiles(before, after);
  const sides = nameSides({
    before: countSide(before, files.before),
    after: countSide(after, files.after),
  });
  const surface = compareSurfaces(before.inventory, after.inventory, sides);
  return {
    ...sides,
    configuration: listConfigurationChanges(before.inventory, after.inventory),
    packages: listPackageChanges(pairs, inventories, files),
    files: listFileChanges(files, inventories),
    ...defined({ filesNote: files.note }),
    executables: listExecutableChanges(files, inventories),
    findings: listFindingDifferences(before, after, pairs),
    layers: compareLayers(before.inventory, after.inventory),
    surface,
    inabilities: listInabilities(surface.rows, sides),
    cautions: listCautions(before, after, {
      before: toShortName(sides.before),
      after: toShortName(sides.after),
    }),
    ...defined({ grid }),
  };
}

function nameSides(sides: Pick<BareDifference, 'before' | 'after'>): typeof sides {
  const [before = sides.before, after = sides.after] = addDistinctNames([
    sides.before,
    sides.after,
  ]);
  return { before, after };
}

/** Adds the IDs of all changes, and reduces each file to the members that a difference reports. */
export function addChangeIds(bare: BareDifference): Difference {
  const { configuration, packages, files, executables, findings } = bare;
  return {
    ...bare,
    configuration: configuration.map((one) => ({ id: computeConfigurationChangeId(one), ...one })),
    packages: packages.map((one) => ({ id: computePackageChangeId(one), ...one })),
    files: files.map(identifyFileChange),
    executables: executables.map((one) => ({ id: computeExecutableChangeId(one), ...one })),
    findings: findings.map((one) => ({ id: computeFindingDifferenceId(one), ...one })),
  };
}

function identifyFileChange(change: FileChange): Difference['files'][number] {
  const { kinds, before, after, ...others } = change;
  return {
    id: computeFileChangeId(change),
    kinds,
    ...(before === undefined ? {} : { before: toFileRef(before) }),
    ...(after === undefined ? {} : { after: toFileRef(after) }),
    ...others,
  };
}
