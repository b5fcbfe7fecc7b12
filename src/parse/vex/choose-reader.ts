import type { VexDocument } from '../../core/decision.ts';
import { UserError } from '../../core/error.ts';
import type { ReadVexOptions } from '../../core/vex-reader.ts';
import { attestedDocuments } from '../attestation/unwrap.ts';
import { vexReaders } from './registry.generated.ts';

/**
 * The VEX documents in a content: itself, or what an attestation carries. Its signature is not
 * looked at.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN` where no reader recognises any, and what the reader throws
 */
export function readVex(content: Uint8Array, options: ReadVexOptions): readonly VexDocument[] {
  const found = documentsIn(content, options, 0);
  if (found.length === 0) {
    const titles = vexReaders.map(({ title }) => title).join('; ');
    throw new UserError('E_DOCUMENT_UNKNOWN', `${options.origin} is no VEX document.`, {
      hint: `read are: ${titles}`,
    });
  }
  return found;
}

const DOUBTFUL = 0.5;

/**
 * Those of a content that nobody named: only what is VEX for sure, since an SBOM may have the same
 * format.
 *
 * @throws UserError what the reader throws
 */
export function readCertainVex(
  content: Uint8Array,
  options: ReadVexOptions,
): readonly VexDocument[] {
  return documentsIn(content, options, DOUBTFUL);
}

function documentsIn(
  content: Uint8Array,
  options: ReadVexOptions,
  least: number,
): readonly VexDocument[] {
  return [content, ...attestedDocuments(content, options.limits)].flatMap((document) => {
    const reader = vexReaders
      .map((one) => ({ one, sureness: one.recognises(headOf(document, options)) }))
      .filter(({ sureness }) => sureness > least)
      .toSorted((left, right) => right.sureness - left.sureness)[0]?.one;
    return reader === undefined ? [] : [reader.read(document, options)];
  });
}

/** The telling members may stand behind long lists: small documents are looked at wholly. */
const WHOLE_BYTES_MAX = 16 * 1024 * 1024;

function headOf(content: Uint8Array, { limits }: ReadVexOptions): Uint8Array {
  const isSmall = content.length <= WHOLE_BYTES_MAX;
  return isSmall ? content : content.subarray(0, limits.documentHeadBytesMax);
}
