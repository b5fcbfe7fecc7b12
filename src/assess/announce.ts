import type { Inventory } from '../core/inventory.ts';
import type { ReportSummary } from '../core/kept-report.ts';
import type { Progress } from '../core/progress.ts';
import type { TargetDescription } from '../core/target.ts';

/** What a target is known by once its layers are read. */
export function identityOf(description: TargetDescription): string {
  return description.kind === 'image' ? description.imageId : description.path;
}

/** Says how much there is of what, once it is all known. */
export function announceInventory(progress: Progress, inventory: Inventory): void {
  announceCounts(progress, inventory.target, summaryOf(inventory));
}

function announceCounts(
  progress: Progress,
  target: TargetDescription,
  { packages, files, executables }: ReportSummary,
): void {
  const counts = [
    ['packages', packages, 'packages'],
    ['executables', executables, 'executables'],
    ['fileMetadata', files, 'locations'],
    ['fileDigests', files, 'files'],
  ] as const;
  for (const [stage, count, unit] of counts) {
    progress.emit({ kind: 'stage-finished', stage, count, unit });
  }
  const detail = target.kind === 'image' ? target.manifestDigest : target.name;
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail });
}

/** As many problems as a run tells; the rest is counted. */
const PROBLEMS_MAX = 20;

export function summaryOf(inventory: Inventory): ReportSummary {
  const { packages, files, problems, problemsNotListed } = inventory;
  const told = problems.slice(0, PROBLEMS_MAX);
  return {
    packages: packages.length,
    files: files.length,
    executables: files.filter(({ executable }) => executable !== undefined).length,
    problems: told,
    problemsNotListed: problemsNotListed + problems.length - told.length,
  };
}

/** The same stages where what was made before is taken as it is. */
export function announceKept(
  progress: Progress,
  target: TargetDescription,
  summary: ReportSummary,
): void {
  const detail = identityOf(target);
  progress.emit({ kind: 'stage-started', stage: 'parse' });
  progress.emit({ kind: 'stage-finished', stage: 'parse', detail });
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  announceCounts(progress, target, summary);
}
