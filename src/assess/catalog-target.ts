import { Budget } from '../foundation/core/budget.ts';
import type { Extractor } from '../foundation/core/cataloger.ts';
import type { ContentResults, ContentSearch } from '../foundation/core/content-search.ts';
import { defined } from '../foundation/core/defined.ts';
import type { FileSelection, Inventory, Scope } from '../foundation/core/inventory.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import type { Reach } from '../foundation/core/reach.ts';
import type { Surface } from '../foundation/core/surface.ts';
import type { OpenLayers, TargetDescription } from '../foundation/core/target.ts';
import type { FoundDocument } from '../foundation/core/vex-reader.ts';
import { parseExclusions } from '../foundation/syntax/path-glob/exclusion.ts';
import type { AbiFacts } from '../hardening/base/provisions.ts';
import type { ReachAdditions } from '../hardening/reach/reach-additions.ts';
import type { ReachRule } from '../hardening/reach/rule-contract.ts';
import { DeferredContent } from '../image/read/deferred-content.ts';
import type { ReadOptions } from '../image/read/read-layer.ts';
import { includeDescendants } from '../image/view/excluding-view.ts';
import { createFactFinder } from '../image/view/fact-finder.ts';
import type { DigestAlgorithm } from '../inventory/assemble/file-digests.ts';
import { distro } from '../inventory/catalog/distro/distro.ts';
import { catalogers } from '../inventory/catalog/registry.generated.ts';
import { assembleInventory } from './assemble-inventory.ts';
import { findVexFiles, vexFiles } from './found-vex.ts';
import { type ReadTarget, type ReadTargetOptions, readTarget } from './read-target.ts';
import { type CatalogerSelection, selectCatalogers } from './select-catalogers.ts';
import { findSystemFiles } from './system-files.ts';

export interface CatalogOptions extends Omit<ReadOptions, 'extractors' | 'budget'> {
  readonly scope: Scope;
  readonly fileSelection: FileSelection;
  readonly exclude: readonly string[];
  readonly digests: readonly DigestAlgorithm[];
  readonly selection: CatalogerSelection;
  readonly publishedArchives?: PublishedArchives;
  /** Whether to determine which packages the entry point can load. */
  readonly isReachRequested: boolean;
  readonly reachAdditions?: ReachAdditions;
  /** Whether to measure the attack surface. */
  readonly isSurfaceRequested: boolean;
  /** Searches for patterns in files. */
  readonly contentSearches: readonly ContentSearch[];
  /** Key of the fingerprints of secrets; if absent, they have none. */
  readonly fingerprintKey?: Uint8Array;
  /** Receives VEX documents among its files; if absent, they are not searched. */
  readonly onVex?: (found: FoundDocument) => void;
  readonly onRead?: (read: ReadTarget) => void;
  /** Receives the interfaces of its programs and libraries; if absent, they are not read. */
  readonly onAbi?: (facts: AbiFacts) => void;
}

/** Reads a target and creates its inventory with all selected catalogers. */
export async function createTargetInventory(
  target: OpenLayers,
  options: CatalogOptions,
): Promise<Inventory> {
  const {
    selection,
    exclude,
    fileSelection,
    isReachRequested,
    reachAdditions,
    isSurfaceRequested,
    contentSearches,
    fingerprintKey,
    onVex,
    onRead,
    onAbi,
    ...rest
  } = options;
  const { description } = target;
  const selected = selectCatalogers(catalogers, description.kind, selection).filter(
    ({ tags }) => fileSelection !== 'none' || !tags.includes('file'),
  );
  const reach = isReachRequested ? await loadReach(description, reachAdditions) : undefined;
  const surface = isSurfaceRequested ? await loadSurface(fingerprintKey) : undefined;
  const content = contentSearches.length > 0 ? await loadSearch(contentSearches) : undefined;
  using deferred = reach === undefined ? undefined : createDeferredContent(options);
  const abi = onAbi === undefined ? undefined : await import('./collect-abi.ts');
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
      ...(content === undefined ? [] : [content.extractor]),
      ...(onVex === undefined ? [] : [vexFiles]),
      ...(abi?.ABI_EXTRACTORS ?? []),
    ],
    findOwnedFiles: (paths, pass) => findSystemFiles(paths, pass, selected, budget),
    ...createExclusion(description, exclude),
  });
  onRead?.(read);
  if (abi !== undefined) {
    onAbi?.(abi.collectAbi(read));
  }
  if (onVex !== undefined) {
    findVexFiles(read, options.limits.foundVexMax).forEach(onVex);
  }
  const forms = { catalogers: selected, distroDetector: distro, fileSelection };
  const inventory = await assembleInventory(read, { ...rest, ...forms, budget });
  const reached =
    reach === undefined ? inventory : { ...inventory, reach: reach.compute(read, inventory) };
  return {
    ...reached,
    ...(surface === undefined ? {} : { surface: surface.compute(read, reached) }),
    ...(content === undefined ? {} : { content: content.collect(read) }),
  };
}

/** The extractor that searches files for patterns, and the function that collects the results. */
interface SearchRun {
  readonly extractor: Extractor<unknown>;
  collect(read: ReadTarget): ContentResults;
}

async function loadSearch(searches: readonly ContentSearch[]): Promise<SearchRun> {
  const { collectContent, createContentExtractor } = await import(
    '../compliance/policy/content-extractor.ts'
  );
  return {
    extractor: createContentExtractor(searches),
    collect: ({ view, layers }) => collectContent(view, layers, searches),
  };
}

/**
 * Most content read for reachability is never used. A cache keeps all facts, so they are created at
 * once for it; and kept content takes memory.
 */
function createDeferredContent({
  cache,
  memory,
  limits,
  spill,
}: Pick<CatalogOptions, 'cache' | 'memory' | 'limits' | 'spill'>): DeferredContent | undefined {
  return cache === undefined && memory === undefined
    ? new DeferredContent(limits, spill)
    : undefined;
}

/** The files requested for the surface of a target, and the function that measures it. */
interface SurfaceMeasure {
  readonly probes: readonly Extractor<unknown>[];
  compute(read: ReadTarget, inventory: Inventory): Surface;
}

async function loadSurface(fingerprintKey: Uint8Array | undefined): Promise<SurfaceMeasure> {
  const { collectProbed, SURFACE_PROBES } = await import('../hardening/surface/probes.ts');
  const { measureSurface } = await import('../hardening/surface/surface.ts');
  return {
    probes: SURFACE_PROBES,
    compute: ({ view, layers }, inventory) =>
      measureSurface(view, inventory, collectProbed(view, layers), fingerprintKey),
  };
}

/** The files requested for the reachability of a target, and the function that determines it. */
interface ReachFinder {
  readonly rules: readonly ReachRule<unknown>[];
  compute(read: ReadTarget, inventory: Inventory): Reach;
}

/**
 * Loads everything before the target is read, because V8 compiles code loaded later again, with
 * other flags.
 */
async function loadReach(
  { kind }: TargetDescription,
  additions: ReachAdditions = {},
): Promise<ReachFinder> {
  const { computeReach } = await import('../hardening/reach/reach.ts');
  const rules =
    kind === 'image'
      ? (await import('../hardening/reach/rule/registry.generated.ts')).reachRules
      : [];
  return {
    rules,
    compute: ({ view, layers }, inventory) =>
      computeReach({
        view,
        inventory,
        rules,
        findFact: createFactFinder(view, layers),
        additions,
      }),
  };
}

function createExclusion(
  { kind }: TargetDescription,
  exclude: readonly string[],
): Pick<ReadTargetOptions, 'isExcluded'> {
  return kind !== 'image' || exclude.length === 0
    ? {}
    : { isExcluded: includeDescendants(parseExclusions(exclude, 'image')) };
}
