import { distro } from '../catalog/distro/distro.ts';
import { catalogers } from '../catalog/registry.generated.ts';
import type { Inventory, Scope } from '../core/inventory.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import type { Reach } from '../core/reach.ts';
import type { OpenLayers, TargetDescription } from '../core/target.ts';
import type { FoundDocument } from '../core/vex-reader.ts';
import { parseExclusions } from '../parse/path-glob/exclusion.ts';
import { reachOf } from '../reach/reach.ts';
import { reachRules } from '../reach/rule/registry.generated.ts';
import type { ReachRule } from '../reach/rule-contract.ts';
import type { ReadOptions } from '../read/read-layer.ts';
import { probedIn, SURFACE_PROBES } from '../surface/probes.ts';
import { surfaceOf } from '../surface/surface.ts';
import { withAllBelow } from '../view/excluding-view.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { assembleInventory } from './assemble-inventory.ts';
import type { DigestAlgorithm } from './file-digests.ts';
import type { FileSelection } from './file-selection.ts';
import { type ReadTarget, type ReadTargetOptions, readTarget } from './read-target.ts';
import { type CatalogerSelection, selectCatalogers } from './select-catalogers.ts';
import { vexFiles, vexFilesIn } from './vex-files.ts';

export interface CatalogOptions extends Omit<ReadOptions, 'extractors'> {
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
  const rules = isReachAsked && description.kind === 'image' ? reachRules : [];
  const read = await readTarget(target, {
    ...rest,
    extractors: [
      distro,
      ...selected,
      ...rules,
      ...(isSurfaceAsked ? SURFACE_PROBES : []),
      ...(onVex === undefined ? [] : [vexFiles]),
    ],
    ...exclusionOf(description, exclude),
  });
  if (onVex !== undefined) {
    vexFilesIn(read, options.limits.foundVexMax).forEach(onVex);
  }
  const forms = { catalogers: selected, distroDetector: distro, fileSelection };
  const inventory = assembleInventory(read, { ...rest, ...forms });
  const reached = isReachAsked
    ? { ...inventory, reach: reachIn(read, inventory, rules) }
    : inventory;
  return isSurfaceAsked
    ? { ...reached, surface: surfaceOf(read.view, reached, probedIn(read.view, read.layers)) }
    : reached;
}

function reachIn(
  { view, layers }: ReadTarget,
  inventory: Inventory,
  rules: readonly ReachRule<unknown>[],
): Reach {
  const facts = new Map(rules.map(({ id }) => [id, visibleFacts(view, layers, id)]));
  return reachOf({ view, inventory, rules, facts });
}

function exclusionOf(
  { kind }: TargetDescription,
  exclude: readonly string[],
): Pick<ReadTargetOptions, 'isExcluded'> {
  return kind !== 'image' || exclude.length === 0
    ? {}
    : { isExcluded: withAllBelow(parseExclusions(exclude, 'image')) };
}
