import type { DigestAlgorithm } from '../assemble/file-digests.ts';
import { distro } from '../catalog/distro/distro.ts';
import { catalogers } from '../catalog/registry.generated.ts';
import { Budget } from '../core/budget.ts';
import type { Extractor } from '../core/cataloger.ts';
import { defined } from '../core/defined.ts';
import type { FileSelection, Inventory, Scope } from '../core/inventory.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import type { Reach } from '../core/reach.ts';
import type { Surface } from '../core/surface.ts';
import type { OpenLayers, TargetDescription } from '../core/target.ts';
import type { FoundDocument } from '../core/vex-reader.ts';
import type { ReachRule } from '../reach/rule-contract.ts';
import { DeferredContent } from '../read/deferred-content.ts';
import type { ReadOptions } from '../read/read-layer.ts';
import { parseExclusions } from '../syntax/path-glob/exclusion.ts';
import { withAllBelow } from '../view/excluding-view.ts';
import { factFinder } from '../view/fact-finder.ts';
import { assembleInventory } from './assemble-inventory.ts';
import { vexFiles, vexFilesIn } from './found-vex.ts';
import { type ReadTarget, type ReadTargetOptions, readTarget } from './read-target.ts';
import { type CatalogerSelection, selectCatalogers } from './select-catalogers.ts';
import { systemFiles } from './system-files.ts';

export interface CatalogOptions extends Omit<ReadOptions, 'extractors' | 'budget'> {
  readonly scope: Scope;
  readonly fileSelection: FileSelection;
  readonly exclude: readonly string[];
  readonly digests: readonly DigestAlgorithm[];
  readonly selection: CatalogerSelection;
  readonly publishedArchives?: PublishedArchives;
  /** Whether to find out what the entry point can load. */
  readonly isReachAsked: boolean;
  /** Whether to measure what of it invites attack. */
  readonly isSurfaceAsked: boolean;
  /** Is told of VEX documents among its files; absent where they are not asked for. */
  readonly onVex?: (found: FoundDocument) => void;
}

/** Reads a target and makes its inventory, by all catalogers that are asked for. */
export async function catalogTarget(
  target: OpenLayers,
  options: CatalogOptions,
): Promise<Inventory> {
  const { selection, exclude, fileSelection, isReachAsked, isSurfaceAsked, onVex, ...rest } =
    options;
  const { description } = target;
  const selected = selectCatalogers(catalogers, description.kind, selection).filter(
    ({ tags }) => fileSelection !== 'none' || !tags.includes('file'),
  );
  const reach = isReachAsked ? await loadReach(description) : undefined;
  const surface = isSurfaceAsked ? await loadSurface() : undefined;
  using deferred = reach === undefined ? undefined : deferredContent(options);
  const budget = new Budget(options.limits);
  const read = await readTarget(target, {
    ...rest,
    budget,
    ...defined({ deferred }),
    extractors: [
      distro,
      ...selected,
      ...(reach?.rules ?? []),
      ...(surface?.probes ?? []),
      ...(onVex === undefined ? [] : [vexFiles]),
    ],
    ownedOf: (paths, pass) => systemFiles(paths, pass, selected, budget),
    ...exclusionOf(description, exclude),
  });
  if (onVex !== undefined) {
    vexFilesIn(read, options.limits.foundVexMax).forEach(onVex);
  }
  const forms = { catalogers: selected, distroDetector: distro, fileSelection };
  const inventory = await assembleInventory(read, { ...rest, ...forms, budget });
  const reached =
    reach === undefined ? inventory : { ...inventory, reach: reach.of(read, inventory) };
  return surface === undefined ? reached : { ...reached, surface: surface.of(read, reached) };
}

/**
 * Most of what is read to find out what can be reached is read in vain. A cache keeps all facts,
 * which are made for it at once; and what is kept takes memory.
 */
function deferredContent({
  cache,
  memory,
  limits,
  spill,
}: Pick<CatalogOptions, 'cache' | 'memory' | 'limits' | 'spill'>): DeferredContent | undefined {
  return cache === undefined && memory === undefined
    ? new DeferredContent(limits, spill)
    : undefined;
}

/** What is asked of a target's files for its surface, and what measures it. */
interface SurfaceMeasure {
  readonly probes: readonly Extractor<unknown>[];
  of(read: ReadTarget, inventory: Inventory): Surface;
}

async function loadSurface(): Promise<SurfaceMeasure> {
  const { collectProbed: probedIn, SURFACE_PROBES } = await import('../surface/probes.ts');
  const { measureSurface: surfaceOf } = await import('../surface/surface.ts');
  return {
    probes: SURFACE_PROBES,
    of: ({ view, layers }, inventory) => surfaceOf(view, inventory, probedIn(view, layers)),
  };
}

/** What is asked of a target's files to find out what it can load, and what finds it out. */
interface ReachFinder {
  readonly rules: readonly ReachRule<unknown>[];
  of(read: ReadTarget, inventory: Inventory): Reach;
}

/** All of it before the target is read: what is loaded later V8 compiles anew, with other flags. */
async function loadReach({ kind }: TargetDescription): Promise<ReachFinder> {
  const { computeReach: reachOf } = await import('../reach/reach.ts');
  const rules =
    kind === 'image' ? (await import('../reach/rule/registry.generated.ts')).reachRules : [];
  return {
    rules,
    of: ({ view, layers }, inventory) =>
      reachOf({ view, inventory, rules, factOf: factFinder(view, layers) }),
  };
}

function exclusionOf(
  { kind }: TargetDescription,
  exclude: readonly string[],
): Pick<ReadTargetOptions, 'isExcluded'> {
  return kind !== 'image' || exclude.length === 0
    ? {}
    : { isExcluded: withAllBelow(parseExclusions(exclude, 'image')) };
}
