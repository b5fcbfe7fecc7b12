import type { Cataloger, DistroDetector } from '../core/cataloger.ts';
import { compareText } from '../core/digest.ts';
import type { Inventory, InventoryFile, Scope } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import { acrossLayers, type PartsWithFiles } from './across-layers.ts';
import { assembleState, detectDistro } from './assemble-state.ts';
import { type DigestAlgorithm, withDigests } from './file-digests.ts';
import { everyFile, type FileSelection, filesOfPackages } from './file-selection.ts';
import type { ReadTarget } from './read-target.ts';

export interface AssembleOptions {
  /** Those that run. */
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly distroDetector: DistroDetector<unknown>;
  readonly scope: Scope;
  readonly fileSelection: FileSelection;
  readonly digests: readonly DigestAlgorithm[];
  readonly limits: Limits;
  readonly progress: Progress;
}

/** Turns what the layers said into the inventory of what is in the scope. */
export function assembleInventory(read: ReadTarget, options: AssembleOptions): Inventory {
  const { catalogers, limits, progress, fileSelection } = options;
  progress.emit({ kind: 'stage-started', stage: 'catalog' });
  const { view, layers, viewOf, isExcluded } = read;
  const distro = detectDistro(view, layers, options.distroDetector);
  const scope = read.description.kind === 'image' ? options.scope : 'squashed';
  const surroundings = { view, layers, distro, catalogers };
  const visible = assembleState(surroundings);
  const files = fileSelection === 'all' ? everyFile(view, visible) : filesOfPackages(view, visible);
  const top = { ...visible, files };
  const parts =
    scope === 'squashed'
      ? top
      : acrossLayers(top, { ...surroundings, scope, fileSelection, limits, viewOf, isExcluded });
  announce(progress, parts, read);
  return {
    target: read.description,
    distro,
    packages: parts.packages,
    files:
      fileSelection === 'none' ? [] : inOrder(parts.files, read).map(withDigests(options.digests)),
    relationships: parts.relationships,
    ...listed([...read.problems, ...parts.problems], read.problemsNotListed, limits.problemsMax),
    catalogers: catalogers.map(({ id, alias, version }) => ({ id, alias, version })),
    layerBytes: layers.map((layer) => layer.contentBytes),
    scope,
  };
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

function announce(progress: Progress, parts: PartsWithFiles, { description }: ReadTarget): void {
  const counts = [
    ['packages', parts.packages.length, 'packages'],
    ['executables', parts.executables.size, 'executables'],
    ['fileMetadata', parts.files.length, 'locations'],
    ['fileDigests', parts.files.length, 'files'],
  ] as const;
  for (const [stage, count, unit] of counts) {
    progress.emit({ kind: 'stage-finished', stage, count, unit });
  }
  const detail = description.kind === 'image' ? description.manifestDigest : description.name;
  progress.emit({ kind: 'stage-finished', stage: 'catalog', detail });
}
