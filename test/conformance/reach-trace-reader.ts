import { assembleInventory } from '../../src/assess/assemble-inventory.ts';
import { type ReadTarget, readTarget } from '../../src/assess/read-target.ts';
import { selectCatalogers } from '../../src/assess/select-catalogers.ts';
import { assert } from '../../src/foundation/core/assert.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import type { Extractor } from '../../src/foundation/core/cataloger.ts';
import type { FileSelection, Inventory } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import type { Reach } from '../../src/foundation/core/reach.ts';
import type { ImageDescription } from '../../src/foundation/core/target.ts';
import { computeReach } from '../../src/hardening/reach/reach.ts';
import type { ReachAdditions } from '../../src/hardening/reach/reach-additions.ts';
import { reachRules } from '../../src/hardening/reach/rule/registry.generated.ts';
import { createSpill } from '../../src/image/read/spill.ts';
import { openTarget } from '../../src/image/source/open-target.ts';
import { sources } from '../../src/image/source/registry.generated.ts';
import { excludePaths } from '../../src/image/view/excluding-view.ts';
import { createFactFinder } from '../../src/image/view/fact-finder.ts';
import { distro } from '../../src/inventory/catalog/distro/distro.ts';
import { catalogers } from '../../src/inventory/catalog/registry.generated.ts';

/** The image of a root, read once and used for each program that it can start. */
export interface RootReader {
  /** The image with its own configuration. */
  readonly target: ImageDescription;
  readonly inventory: Inventory;
  /**
   * @param config the configuration of the image that contains the program
   * @param isMissing files to leave out of the image
   */
  reachOf(
    config: Uint8Array,
    isMissing?: (path: string) => boolean,
    additions?: ReachAdditions,
  ): {
    readonly reach: Reach;
    /** The image with that configuration. */
    readonly target: ImageDescription;
    /** Returns the key of the package that installed the file. */
    readonly ownerOf: (path: string) => string | undefined;
  };
}

/** Reads the one layer as a scan does, which takes most of the time. */
export async function openRoot(
  image: string,
  temporaryFolder: string,
  fileSelection: FileSelection = 'owned-by-package',
): Promise<RootReader> {
  const selection = { overrideDefaultCatalogers: [], selectCatalogers: [] };
  const selected = selectCatalogers(catalogers, 'image', selection);
  const extractors = [distro, ...selected, ...reachRules];
  const read = await readRoot(image, temporaryFolder, extractors);
  const inventory = await assembleInventory(read, {
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
    progress: SILENT,
    catalogers: selected,
    distroDetector: distro,
    scope: 'squashed',
    fileSelection,
    digests: [],
  });
  return createReader(read, inventory);
}

/** Returns the layer of a root, as the given extractors see it. */
export async function readRoot(
  image: string,
  temporaryFolder: string,
  extractors: readonly Extractor<unknown>[],
): Promise<ReadTarget> {
  const common = { limits: DEFAULT_LIMITS, progress: SILENT };
  using spill = createSpill({ folder: temporaryFolder, limits: DEFAULT_LIMITS });
  const options = { ...common, spill };
  const target = await openTarget(image, sources, { ...options, isAttachedSbom: false });
  try {
    const budget = new Budget(DEFAULT_LIMITS);
    return await readTarget(target, { ...options, extractors, budget });
  } finally {
    await target.close();
  }
}

function createReader({ view, layers }: ReadTarget, inventory: Inventory): RootReader {
  const findFact = createFactFinder(view, layers);
  const owners = new Map<string, string>();
  for (const { key, ownedFiles } of inventory.packages) {
    for (const { path } of ownedFiles) {
      owners.set(view.resolve(path)?.path ?? path, key);
    }
  }
  const { target } = inventory;
  assert(target.kind === 'image', 'a root is packed as an image');
  return {
    target,
    inventory,
    reachOf: (config, isMissing, additions = {}) => {
      const started = { ...target, config };
      return {
        target: started,
        reach: computeReach({
          view: isMissing === undefined ? view : excludePaths(view, isMissing),
          inventory: { ...inventory, target: started },
          rules: reachRules,
          findFact,
          additions,
        }),
        ownerOf: (path) => owners.get(path),
      };
    },
  };
}
