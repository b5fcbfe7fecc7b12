import { readVex } from '../document/vex/read-vex.ts';
import type { VexDocument } from '../foundation/core/decision.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { readNamedDocument } from '../image/source/named-file.ts';

/**
 * Reads every named VEX document, in that order.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN`, `E_DOCUMENT_INVALID`, `E_LIMIT`, or `E_TARGET_UNREADABLE`
 *   if a file cannot be read
 */
export function readVexFiles(files: readonly string[], limits: Limits): readonly VexDocument[] {
  return files.flatMap((file) => readVex(readVexContent(file, limits), { limits, origin: file }));
}

/** Returns the bytes of a named VEX document. @throws UserError as {@link readVexFiles} */
export function readVexContent(file: string, limits: Limits): Uint8Array {
  const hint = 'check the path and its permissions';
  return readNamedDocument(file, { title: 'the VEX document', hint, limits });
}

/** The inventory for a report about documents alone. */
export function createDocumentsInventory({ origin, id }: VexDocument): Inventory {
  return {
    target: { kind: 'sbom', userInput: origin, name: id, path: origin, origin: 'file' },
    distro: undefined,
    packages: [],
    files: [],
    relationships: [],
    problems: [],
    problemsNotListed: 0,
    catalogers: [],
    layerBytes: [],
    scope: 'squashed',
  };
}
