import { readFileSync, statSync } from 'node:fs';
import type { VexDocument } from '../core/decision.ts';
import { UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import { readVex } from '../parse/vex/choose-reader.ts';

/**
 * Reads every VEX document that was named, in that order.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN`, `E_DOCUMENT_INVALID`, `E_LIMIT`, or `E_TARGET_UNREADABLE`
 * where a file cannot be read
 */
export function readVexFiles(files: readonly string[], limits: Limits): readonly VexDocument[] {
  return files.flatMap((file) => readVex(contentOf(file, limits), { limits, origin: file }));
}

function contentOf(file: string, limits: Limits): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > limits.documentBytesMax) {
      throw new UserError(
        'E_LIMIT',
        `${file} has more than the ${limits.documentBytesMax} bytes of documentBytesMax.`,
      );
    }
    return readFileSync(file);
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_TARGET_UNREADABLE', `the VEX document ${file} cannot be read`, {
      hint: 'is the path right, and may you read it?',
      cause,
    });
  }
}

/** What a report of documents alone is about: nothing but them. */
export function documentsInventory({ origin, id }: VexDocument): Inventory {
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
