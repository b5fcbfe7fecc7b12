import { defined } from '../foundation/core/defined.ts';
import type { DocumentContent } from '../foundation/core/document.ts';
import { UserError } from '../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import { createSpill } from '../image/read/spill.ts';
import { openTarget } from '../image/source/open-target.ts';
import { sources } from '../image/source/registry.generated.ts';
import { readDocument } from './read-document.ts';
import type { ScanOptions } from './scan-options.ts';

/**
 * Returns the complete content of a document: its inventory, and its findings if it has any.
 *
 * @param userInput A file, or `-` for the standard input.
 * @throws UserError if it cannot be read, or is not a supported document
 */
export async function readSbom(
  userInput: string,
  options: Pick<ScanOptions, 'from' | 'limits' | 'name' | 'network' | 'progress'> & {
    readonly temporaryFolder: string | (() => string);
  },
): Promise<DocumentContent> {
  const { from, limits = DEFAULT_LIMITS, name, network, progress = SILENT } = options;
  const named = name === undefined ? {} : { name };
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ from }),
    ...named,
    ...defined({ network }),
    limits,
    spill,
    progress,
  });
  try {
    if (target.document === undefined) {
      throw new UserError('E_DOCUMENT_UNKNOWN', `"${userInput}" is not an SBOM`, {
        hint: `create one with "plimsoll sbom ${userInput}"`,
      });
    }
    return readDocument(target, { limits, progress, ...named });
  } finally {
    await target.close();
  }
}
