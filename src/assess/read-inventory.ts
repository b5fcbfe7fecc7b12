import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { planMemory } from '../core/memory-plan.ts';
import { SILENT } from '../core/progress.ts';
import type { OpenDocument, OpenLayers, OpenOptions } from '../core/target.ts';
import { createMemoryGauge } from '../read/memory-gauge.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { explainingLimits } from './explain-limits.ts';
import { publishInventory } from './publish-inventory.ts';
import type { BoundOptions, FileOptions, ScanOptions } from './scan-options.ts';

/**
 * What is on board of an image, an archive or a directory, or what a document says of it.
 *
 * @param userInput `alpine.tar`, or with its source named: `oci-archive:alpine.tar`
 * @throws UserError where the target cannot be found or is not well formed; what concerns single
 * files is recorded in the `listProblems` of the inventory instead.
 */
export async function readInventory(userInput: string, options: ScanOptions): Promise<Inventory> {
  const { memoryBytesMax, limits = DEFAULT_LIMITS } = options;
  if (memoryBytesMax === undefined) {
    return await readWithin(userInput, { ...options, limits });
  }
  const plan = planMemory(memoryBytesMax, limits);
  const memory = createMemoryGauge(memoryBytesMax);
  return await explainingLimits(
    plan,
    async () => await readWithin(userInput, { ...options, limits: plan.limits, memory }),
  );
}

async function readWithin(userInput: string, options: BoundOptions): Promise<Inventory> {
  const { limits } = options;
  const progress = options.progress ?? SILENT;
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ platform: options.platform, from: options.from, name: options.name }),
    isAttachedSbom: options.isAttachedSbom ?? false,
    isAttachedVexAsked: options.vexFrom?.includes('referrers') ?? false,
    ...defined({ network: options.network }),
    ...treeOptionsOf(options.files),
    limits,
    spill,
    progress,
  });
  try {
    if (target.document !== undefined) {
      return await inventoryOfDocument(target, { ...options, progress });
    }
    if (options.isAttachedSbom === true) {
      throw new UserError(
        'E_USAGE',
        `"${userInput}" is not an image in a registry or an OCI layout`,
        {
          hint: `name an image in a registry, which can have SBOMs attached: registry:${userInput}`,
        },
      );
    }
    tellAttachedVex(userInput, target, options);
    const { inventoryOfLayers } = await import('./layer-inventory.ts');
    return publishInventory(await inventoryOfLayers(target, { ...options, spill, progress }));
  } finally {
    await target.close();
  }
}

/** Catalogers are loaded only where there is something to tell packages of documents by. */
async function inventoryOfDocument(
  target: OpenDocument,
  { name, limits, progress, publishedArchives }: BoundOptions & Pick<OpenOptions, 'progress'>,
): Promise<Inventory> {
  const { readDocument } = await import('./read-document.ts');
  const named = name === undefined ? {} : { name };
  const options = { limits, progress, ...named };
  if (publishedArchives === undefined) {
    return readDocument(target, options).inventory;
  }
  const { recogniseListed } = await import('./recognise-listed.ts');
  const recognise = (inventory: Inventory): Inventory =>
    recogniseListed(inventory, publishedArchives);
  return readDocument(target, { ...options, recognise }).inventory;
}

/** @throws UserError where documents are asked for beside what is in no registry or layout */
function tellAttachedVex(
  userInput: string,
  { attachedVex }: OpenLayers,
  { vexFrom = [], onVex = () => {} }: ScanOptions,
): void {
  if (vexFrom.includes('referrers') && attachedVex === undefined) {
    throw new UserError(
      'E_USAGE',
      `"${userInput}" is not an image in a registry or an OCI layout`,
      {
        hint: `name an image in a registry, which can have VEX documents attached: registry:${userInput}`,
      },
    );
  }
  attachedVex?.forEach((found) => onVex(found));
}

/** A directory leaves the paths out while it is walked, so that they are not even opened. */
function treeOptionsOf(files: FileOptions = {}): Pick<OpenOptions, 'exclude' | 'isOneFileSystem'> {
  const { exclude, isOneFileSystem } = files;
  return {
    ...defined({ exclude, isOneFileSystem }),
  };
}
