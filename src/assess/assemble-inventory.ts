import { acrossLayers } from '../assemble/across-layers.ts';
import { assembleState, detectDistro, type StateParts } from '../assemble/assemble-state.ts';
import { type DigestAlgorithm, otherDigestsOf, withDigests } from '../assemble/file-digests.ts';
import { everyFile, filesOfPackages, pathsOfPackages } from '../assemble/file-selection.ts';
import type { Budget } from '../core/budget.ts';
import type { Cataloger, DistroDetector } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import type { Distro } from '../core/distro.ts';
import type {
  FileSelection,
  Inventory,
  InventoryFile,
  InventoryPackage,
  Scope,
} from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import { announceInventory } from './announce.ts';
import { takeLeftDigests } from './left-digests.ts';
import type { ReadTarget } from './read-target.ts';

export interface AssembleOptions {
  /** Those that run. */
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly distroDetector: DistroDetector<unknown>;
  readonly scope: Scope;
  readonly fileSelection: FileSelection;
  readonly digests: readonly DigestAlgorithm[];
  readonly limits: Limits;
  /** What the files of the target may take together. */
  readonly budget: Budget;
  readonly progress: Progress;
  /** Present where the memory of the run is bounded. */
  readonly memory?: MemoryGauge;
  readonly publishedArchives?: PublishedArchives;
}

/**
 * Turns what the layers said into the inventory of what is in the scope. Of a directory, digests
 * are taken now of listed files that were not read to their end.
 */
export async function assembleInventory(
  read: ReadTarget,
  options: AssembleOptions,
): Promise<Inventory> {
  const { catalogers, limits, budget, progress, fileSelection, memory, publishedArchives } =
    options;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const { view, layers, viewOf, isExcluded } = read;
  const distro = detectDistro(view, layers, options.distroDetector);
  const scope = read.description.kind === 'image' ? options.scope : 'squashed';
  const found = { view, layers, distro, catalogers, publishedArchives };
  const surroundings = { ...found, limits, budget, memory };
  const visible = assembleState(surroundings);
  memory?.look();
  const unread = await leftDigests(read, visible, options);
  const list = fileSelection === 'all' ? everyFile : filesOfPackages;
  const { files, problems } = list(view, visible, limits);
  const top = { ...visible, files, problems: [...visible.problems, ...unread, ...problems] };
  const parts =
    scope === 'squashed'
      ? top
      : acrossLayers(top, { ...surroundings, scope, fileSelection, viewOf, isExcluded });
  memory?.look();
  const inventory: Inventory = {
    target: read.description,
    distro,
    packages: parts.packages,
    files:
      fileSelection === 'none' ? [] : inOrder(parts.files, read).map(withDigests(options.digests)),
    relationships: parts.relationships,
    ...(parts.suppressed.length === 0 ? {} : { suppressed: parts.suppressed }),
    ...listed(
      [
        ...read.problems,
        ...read.problemsOfViews,
        ...parts.problems,
        ...missingSystemPackages(distro, parts.packages, catalogers),
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

/**
 * An operating system without one package hides what it is made of: its database is gone, empty or
 * of a kind that is not read. Nothing is missed if no cataloger of such databases runs.
 */
function missingSystemPackages(
  distro: Distro | undefined,
  packages: readonly InventoryPackage[],
  catalogers: readonly Cataloger<unknown>[],
): readonly Problem[] {
  const isRead = catalogers.some(({ tags }) => tags.includes('os'));
  const isThere = packages.some((pkg) => pkg.language === '' && pkg.yieldsToOwner !== true);
  if (distro === undefined || !isRead || isThere) {
    return [];
  }
  const message = `No package of the operating system ${distro.prettyName ?? distro.id} was found: its database is missing, empty or of a kind that is not read.`;
  const { evidencePath: path } = distro;
  return [{ code: 'P_UNSUPPORTED', message, ...defined({ path }) }];
}

async function leftDigests(
  { contentOf, ...read }: ReadTarget,
  visible: StateParts,
  { fileSelection, digests, limits }: AssembleOptions,
): Promise<readonly Problem[]> {
  // Of an image everything was read, and its thousands of paths need not be gathered for that.
  if (contentOf === undefined || fileSelection === 'none') {
    return [];
  }
  const paths = fileSelection === 'all' ? read.view.listPaths() : pathsOfPackages(visible);
  return takeLeftDigests({ ...read, contentOf }, paths, {
    otherDigests: otherDigestsOf(digests),
    limits,
  });
}

/** By path, then from the lowest layer up. */
function inOrder(files: readonly InventoryFile[], { layers }: ReadTarget): InventoryFile[] {
  const numbers = new Map(layers.map(({ diffId }, number) => [diffId, number]));
  return files.toSorted(
    (left, right) =>
      compareText(left.path, right.path) ||
      (numbers.get(left.layer) ?? 0) - (numbers.get(right.layer) ?? 0),
  );
}

function listed(
  problems: readonly Problem[],
  notListed: number,
  problemsMax: number,
): Pick<Inventory, 'problems' | 'problemsNotListed'> {
  return {
    problems: problems.slice(0, problemsMax),
    problemsNotListed: notListed + Math.max(0, problems.length - problemsMax),
  };
}
