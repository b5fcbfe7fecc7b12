import { readDocument } from '../../assess/read-document.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import type { OpenDocument } from '../../foundation/core/target.ts';
import { type PushedInventory, readInventoryDocument } from './inventory-document.ts';

const INVENTORY_START = Buffer.from('{"format":"plimsoll-inventory-');

/** Whether a document starts like an inventory of `push`. */
export function isInventoryDocument(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, INVENTORY_START.length)).equals(INVENTORY_START);
}

/**
 * Reads an SBOM of any format, or an inventory of `push`.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN`, `E_DOCUMENT_INVALID` or `E_LIMIT`
 */
export function readAnyDocument(content: Uint8Array): PushedInventory {
  if (isInventoryDocument(content)) {
    return readInventoryDocument(Buffer.from(content));
  }
  const opened: OpenDocument = {
    description: {
      kind: 'sbom',
      userInput: 'document',
      name: 'document',
      path: 'document',
      origin: 'argument',
    },
    layers: [],
    problems: [],
    document: { content },
    close: async () => undefined,
  };
  const { inventory } = readDocument(opened, { limits: DEFAULT_LIMITS, progress: SILENT });
  return { inventory, configuration: {} };
}
