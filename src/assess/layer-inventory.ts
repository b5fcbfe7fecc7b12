import { hash } from 'node:crypto';
import { defined } from '../foundation/core/defined.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { OpenLayers, OpenOptions } from '../foundation/core/target.ts';
import { type CachedImage, FactCache } from '../image/read/fact-cache.ts';
import { selectOtherDigests } from '../inventory/assemble/file-digests.ts';
import { announceKept } from './announce.ts';
import type { BoundOptions } from './scan-options.ts';

type LayersOptions = BoundOptions & Pick<OpenOptions, 'spill' | 'progress'>;

const DEFAULT_DIGESTS = ['sha1', 'sha256'] as const;

/**
 * Returns the inventory of an earlier run for the same layers, else reads them: the catalogers are
 * only loaded if no earlier result is usable.
 */
export async function readLayerInventory(
  target: OpenLayers,
  options: LayersOptions,
): Promise<Inventory> {
  const { limits, memory, spill, progress, scope = 'squashed', files = {} } = options;
  const { selection: fileSelection = 'owned-by-package', exclude = [] } = files;
  const digests = files.digests ?? DEFAULT_DIGESTS;
  const otherDigests = selectOtherDigests(digests);
  await using cache =
    options.cache && new FactCache({ ...options.cache, limits, otherDigests, progress });
  const { overrideDefaultCatalogers = [], selectCatalogers = [] } = options.catalogers ?? {};
  const selection = { overrideDefaultCatalogers, selectCatalogers };
  const { isReachRequested = false, isSurfaceRequested = false, reachAdditions } = options;
  const { contentSearches = [] } = options;
  const requested = {
    scope,
    fileSelection,
    exclude,
    digests,
    selection,
    isReachRequested,
    ...defined({ reachAdditions }),
    isSurfaceRequested,
    contentSearches,
  };
  const image = toCachedImage(target);
  const { publishedArchives } = options;
  const { fingerprintKey } = options;
  const all = {
    ...requested,
    publishedArchives: publishedArchives?.identity,
    // The key itself is never written.
    ...(fingerprintKey === undefined ? {} : { fingerprints: hash('sha256', fingerprintKey) }),
  };
  const { vexFrom = [], onVex, onRead, onAbi } = options;
  // An earlier inventory does not hold documents among the files, nor the files themselves.
  const isVexRequested = vexFrom.includes('image');
  const isKeptEnough = !isVexRequested && onRead === undefined && onAbi === undefined;
  const kept = image && isKeptEnough ? await cache?.findInventory(image, all) : undefined;
  if (kept !== undefined) {
    announceKept(progress, kept);
    return kept;
  }
  const { createTargetInventory } = await import('./catalog-target.ts');
  const inventory = await createTargetInventory(target, {
    ...requested,
    ...defined({ publishedArchives, fingerprintKey }),
    ...(isVexRequested && onVex !== undefined ? { onVex } : {}),
    ...defined({ onRead, onAbi }),
    limits,
    spill,
    progress,
    otherDigests,
    ...defined({ memory, cache }),
  });
  // Keeping it takes as much memory again.
  if (image !== undefined && memory === undefined) {
    await cache?.keepInventory(image, all, inventory);
  }
  return inventory;
}

function toCachedImage({ description, layers, problems }: OpenLayers): CachedImage | undefined {
  const blobs = layers.filter((layer) => layer.kind === 'blob');
  return description.kind === 'image' && blobs.length === layers.length
    ? { description, layers: blobs, problems: [...problems] }
    : undefined;
}
