import type { Budget } from '../foundation/core/budget.ts';
import type { Cataloger, DistroDetector } from '../foundation/core/cataloger.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import type {
  FileSelection,
  Inventory,
  InventoryFile,
  Scope,
} from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { MemoryGauge } from '../foundation/core/memory-gauge.ts';
import type { Problem } from '../foundation/core/problem.ts';
import type { Progress } from '../foundation/core/progress.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import { addHiddenContent } from '../inventory/assemble/across-layers.ts';
import {
  assembleState,
  detectDistro,
  type StateParts,
} from '../inventory/assemble/assemble-state.ts';
import {
  type DigestAlgorithm,
  selectOtherDigests,
  withDigests,
} from '../inventory/assemble/file-digests.ts';
import {
  listAllFiles,
  listPackageFiles,
  listPackagePaths,
} from '../inventory/assemble/file-selection.ts';
import { announceInventory } from './announce.ts';
import { takeLeftDigests } from './left-digests.ts';
import type { ReadTarget } from './read-target.ts';
import { checkSystemPackages } from './system-packages.ts';

export interface AssembleOptions {
  /** The catalogers that run. */
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly distroDetector: DistroDetector<unknown>;
  readonly scope: Scope;
  readonly fileSelection: FileSelection;
  readonly digests: readonly DigestAlgorithm[];
  readonly limits: Limits;
  /** Limits for all files of the target together. */
  readonly budget: Budget;
  readonly progress: Progress;
  /** Present if the memory of the run is bounded. */
  readonly memory?: MemoryGauge;
  readonly publishedArchives?: PublishedArchives;
}

/**
 * Creates the inventory of the scope from the facts of the layers. For a directory, it now computes
 * the digests of listed files that were not read completely.
 */
export async function assembleInventory(
  read: ReadTarget,
  options: AssembleOptions,
): Promise<Inventory> {
  const { catalogers, limits, budget, progress, fileSelection, memory, publishedArchives } =
    options;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const { view, layers, createLowerView, isExcluded } = read;
  const distro = detectDistro(view, layers, options.distroDetector);
  const scope = read.description.kind === 'image' ? options.scope : 'squashed';
  const found = { view, layers, distro, catalogers, publishedArchives };
  const surroundings = { ...found, limits, budget, memory };
  const visible = assembleState(surroundings);
  memory?.look();
  const unread = await digestListedFiles(read, visible, options);
  const list = fileSelection === 'all' ? listAllFiles : listPackageFiles;
  const { files, problems } = list(view, visible, limits);
  const top = { ...visible, files, problems: [...visible.problems, ...unread, ...problems] };
  const parts =
    scope === 'squashed'
      ? top
      : addHiddenContent(top, {
          ...surroundings,
          scope,
          fileSelection,
          createLowerView,
          isExcluded,
        });
  memory?.look();
  const inventory: Inventory = {
    target: read.description,
    distro,
    packages: parts.packages,
    files:
      fileSelection === 'none'
        ? []
        : sortFiles(parts.files, read).map(withDigests(options.digests)),
    relationships: parts.relationships,
    ...(parts.suppressed.length === 0 ? {} : { suppressed: parts.suppressed }),
    ...limitProblems(
      [
        ...read.problems,
        ...read.problemsOfViews,
        ...parts.problems,
        ...checkSystemPackages(distro, parts.packages, catalogers),
      ],
      read.problemsNotListed,
      limits.problemsMax,
    ),
    catalogers: catalogers.map(({ id, alias, version }) => ({ id, alias, version })),
    layerBytes: layers.map((layer) => layer.contentBytes),
    scope,
  };
  announceInventory(progress, inventory);
  return inventory;
}

async function digestListedFiles(
  { readContent, ...read }: ReadTarget,
  visible: StateParts,
  { fileSelection, digests, limits }: AssembleOptions,
): Promise<readonly Problem[]> {
  // All files of an image were read, so its thousands of paths need not be collected.
  if (readContent === undefined || fileSelection === 'none') {
    return [];
  }
  const paths = fileSelection === 'all' ? read.view.listPaths() : listPackagePaths(visible);
  return takeLeftDigests({ ...read, readContent }, paths, {
    otherDigests: selectOtherDigests(digests),
    limits,
  });
}

/** By path, then from the lowest layer up. */
function sortFiles(files: readonly InventoryFile[], { layers }: ReadTarget): InventoryFile[] {
  const numbers = new Map(layers.map(({ diffId }, number) => [diffId, number]));
  return files.toSorted(
    (left, right) =>
      compareText(left.path, right.path) ||
      (numbers.get(left.layer) ?? 0) - (numbers.get(right.layer) ?? 0),
  );
}

function limitProblems(
  problems: readonly Problem[],
  notListed: number,
  problemsMax: number,
): Pick<Inventory, 'problems' | 'problemsNotListed'> {
  return {
    problems: problems.slice(0, problemsMax),
    problemsNotListed: notListed + Math.max(0, problems.length - problemsMax),
  };
}
