import { isExecutableFile } from '../foundation/core/executable-file.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Progress } from '../foundation/core/progress.ts';
import type { TargetDescription } from '../foundation/core/target.ts';

/** Returns the identity of a target, which is known once its layers are read. */
export function getTargetIdentity(description: TargetDescription): string {
  return description.kind === 'image' ? description.imageId : description.path;
}

/** Reports how many packages, files and executables an inventory has. */
export function announceInventory(
  progress: Progress,
  { target, packages, files }: Inventory,
): void {
  const executables = files.filter(isExecutableFile).length;
  const counts = [
    ['packages', packages.length, 'packages'],
    ['executables', executables, 'executables'],
    ['fileMetadata', files.length, 'locations'],
    ['fileDigests', files.length, 'files'],
  ] as const;
  for (const [stage, count, unit] of counts) {
    progress.emit({ kind: 'stage-finished', stage, count, unit });
  }
  const detail = target.kind === 'image' ? target.manifestDigest : target.name;
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail });
}

/** Reports the same stages for an inventory from an earlier run. */
export function announceKept(progress: Progress, inventory: Inventory): void {
  const detail = getTargetIdentity(inventory.target);
  progress.emit({ kind: 'stage-started', stage: 'parse' });
  progress.emit({ kind: 'stage-finished', stage: 'parse', detail });
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  announceInventory(progress, inventory);
}
