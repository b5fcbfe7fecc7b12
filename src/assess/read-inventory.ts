import { defined } from '../foundation/core/defined.ts';
import type { DocumentContent } from '../foundation/core/document.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { planMemory } from '../foundation/core/memory-plan.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { SILENT } from '../foundation/core/progress.ts';
import type { OpenDocument, OpenLayers, OpenOptions } from '../foundation/core/target.ts';
import { createSpill } from '../image/read/spill.ts';
import { openTarget } from '../image/source/open-target.ts';
import { sources } from '../image/source/registry.generated.ts';
import { explainLimits } from './explain-limits.ts';
import { publishInventory } from './publish-inventory.ts';
import type { BoundOptions, FileOptions, ScanOptions } from './scan-options.ts';

/**
 * Returns the contents of an image, an archive or a directory, or the content of a document about
 * it.
 *
 * @param userInput `alpine.tar`, or with its source: `oci-archive:alpine.tar`
 * @throws UserError if the target cannot be found or is malformed; problems with single files are
 *   recorded in the `problems` of the inventory instead.
 */
export async function readInventory(userInput: string, options: ScanOptions): Promise<Inventory> {
  const { memoryBytesMax, limits = DEFAULT_LIMITS } = options;
  if (memoryBytesMax === undefined) {
    return await readWithinLimits(userInput, { ...options, limits });
  }
  const plan = planMemory(memoryBytesMax, limits);
  const { createMemoryGauge } = await import('../image/read/memory-gauge.ts');
  const memory = createMemoryGauge(memoryBytesMax);
  return await explainLimits(
    plan,
    async () => await readWithinLimits(userInput, { ...options, limits: plan.limits, memory }),
  );
}

async function readWithinLimits(userInput: string, options: BoundOptions): Promise<Inventory> {
  const { limits, areAttestationsRequested = false } = options;
  const progress = options.progress ?? SILENT;
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ platform: options.platform, from: options.from, name: options.name }),
    isPlatformRequired: options.isPlatformRequired ?? false,
    isAttachedSbom: options.isAttachedSbom ?? false,
    isAttachedVexRequested:
      options.vexFrom?.includes('referrers') === true || areAttestationsRequested,
    areAllAttachedRequested: options.areAllAttachedRequested ?? areAttestationsRequested,
    ...defined({ network: options.network }),
    ...toTreeOptions(options.files),
    limits,
    spill,
    progress,
  });
  try {
    if (target.document !== undefined) {
      const content = await readDocumentContent(target, { ...options, progress });
      options.onDocument?.(content);
      return content.inventory;
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
    const unread = reportAttachedVex(userInput, target, options);
    const { readLayerInventory } = await import('./layer-inventory.ts');
    const read = await readLayerInventory(target, { ...options, spill, progress });
    const inventory = { ...read, problems: [...unread, ...read.problems] };
    const excluded = options.files?.exclude ?? [];
    return publishInventory(excluded.length === 0 ? inventory : { ...inventory, excluded });
  } finally {
    await target.close();
  }
}

/** Catalogers are only loaded if packages of documents can be recognized. */
async function readDocumentContent(
  target: OpenDocument,
  { name, limits, progress, publishedArchives }: BoundOptions & Pick<OpenOptions, 'progress'>,
): Promise<DocumentContent> {
  const { readDocument } = await import('./read-document.ts');
  const named = name === undefined ? {} : { name };
  const options = { limits, progress, ...named };
  if (publishedArchives === undefined) {
    return readDocument(target, options);
  }
  const { recognizeListed } = await import('./recognize-listed.ts');
  const recognize = (inventory: Inventory): Inventory =>
    recognizeListed(inventory, publishedArchives);
  return readDocument(target, { ...options, recognize });
}

/**
 * Reports the attached documents that were found. Returns a problem for each one that was requested
 * but not read.
 *
 * @throws UserError if attached documents are requested for a target that is not in a registry or
 *   layout
 */
function reportAttachedVex(
  userInput: string,
  { attachedVex, attachedMissing = [] }: OpenLayers,
  { vexFrom = [], onVex = () => {}, onAttached = () => {} }: ScanOptions,
): readonly Problem[] {
  if (vexFrom.includes('referrers') && attachedVex === undefined) {
    throw new UserError(
      'E_USAGE',
      `"${userInput}" is not an image in a registry or an OCI layout`,
      {
        hint: 'documents are only attached to images in a registry (registry:NAME) or layout; otherwise name the files',
      },
    );
  }
  if (attachedVex !== undefined) {
    onAttached({ documents: attachedVex, missing: attachedMissing });
  }
  if (!vexFrom.includes('referrers')) {
    return [];
  }
  attachedVex?.forEach((found) => onVex(found));
  return attachedMissing.map(({ reason }) => ({
    code: 'P_UNREADABLE',
    message: `a document attached to the image was not read: ${reason}`,
  }));
}

/** Paths of a directory are excluded during the walk, so that they are not even opened. */
function toTreeOptions(files: FileOptions = {}): Pick<OpenOptions, 'exclude' | 'isOneFileSystem'> {
  const { exclude, isOneFileSystem } = files;
  return {
    ...defined({ exclude, isOneFileSystem }),
  };
}
