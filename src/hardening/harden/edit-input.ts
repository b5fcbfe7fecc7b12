import type { Inventory } from '../../foundation/core/inventory.ts';
import type { ReachStep } from '../../foundation/core/reach.ts';
import type { ImageFiles } from './image-files.ts';
import type { PackageFiles } from './package-files.ts';
import type { Predictor } from './prediction.ts';
import type { RemovalPlan } from './removal-plan.ts';

/** A plan without its edits, and indexes of the image. */
export interface EditInput {
  readonly plan: Omit<RemovalPlan, 'edits'>;
  readonly inventory: Inventory;
  readonly files: ImageFiles;
  readonly packageFiles: PackageFiles;
  readonly predictor: Predictor;
  /** Steps to files that the user drops although they are needed. */
  readonly cut: readonly ReachStep[];
}
