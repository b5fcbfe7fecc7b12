import { distro } from '../../src/catalog/distro/distro.ts';
import { catalogers } from '../../src/catalog/registry.generated.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { SILENT } from '../../src/core/progress.ts';
import type { Reach } from '../../src/core/reach.ts';
import { reachOf } from '../../src/reach/reach.ts';
import { reachRules } from '../../src/reach/rule/registry.generated.ts';
import { createSpill } from '../../src/read/spill.ts';
import { assembleInventory } from '../../src/scan/assemble-inventory.ts';
import { type ReadTarget, readTarget } from '../../src/scan/read-target.ts';
import { selectCatalogers } from '../../src/scan/select-catalogers.ts';
import { openTarget } from '../../src/source/open-target.ts';
import { sources } from '../../src/source/registry.generated.ts';
import { visibleFacts } from '../../src/view/visible-facts.ts';

/** The image of a root, read once and asked for each program that it may start. */
export interface RootReader {
  /** @param config the configuration of the image with the program in it */
  reachOf(config: Uint8Array): {
    readonly reach: Reach;
    /** Key of the package that installed the file. */
    readonly ownerOf: (path: string) => string | undefined;
  };
}

/** Reads the one layer as a scan does, which is what takes the time. */
export async function openRoot(image: string, temporaryFolder: string): Promise<RootReader> {
  const common = { limits: DEFAULT_LIMITS, progress: SILENT };
  using spill = createSpill({ folder: temporaryFolder, limits: DEFAULT_LIMITS });
  const options = { ...common, spill };
  const target = await openTarget(image, sources, { ...options, isAttachedSbom: false });
  const selection = { overrideDefaultCatalogers: [], selectCatalogers: [] };
  const selected = selectCatalogers(catalogers, 'image', selection);
  const read = await readTarget(target, {
    ...options,
    extractors: [distro, ...selected, ...reachRules],
  });
  await target.close();
  const inventory = assembleInventory(read, {
    ...common,
    catalogers: selected,
    distroDetector: distro,
    scope: 'squashed',
    fileSelection: 'owned-by-package',
    digests: [],
  });
  return readerOf(read, inventory);
}

function readerOf({ view, layers }: ReadTarget, inventory: Inventory): RootReader {
  const facts = new Map(reachRules.map(({ id }) => [id, visibleFacts(view, layers, id)]));
  const owners = new Map<string, string>();
  for (const { key, ownedFiles } of inventory.packages) {
    for (const { path } of ownedFiles) {
      owners.set(view.resolve(path)?.path ?? path, key);
    }
  }
  return {
    reachOf: (config) => {
      const { target } = inventory;
      const started = target.kind === 'image' ? { ...target, config } : target;
      return {
        reach: reachOf({
          view,
          inventory: { ...inventory, target: started },
          rules: reachRules,
          facts,
        }),
        ownerOf: (path) => owners.get(path),
      };
    },
  };
}
