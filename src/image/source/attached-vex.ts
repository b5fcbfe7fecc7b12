import type { OpenLayers, OpenOptions, UnreadDocument } from '../../foundation/core/target.ts';
import type { FoundDocument } from '../../foundation/core/vex-reader.ts';
import { type AttachedOptions, findAttachedDocuments } from './attached-documents.ts';

/** Types of artifacts that hold VEX; CycloneDX may also be an SBOM. */
const VEX_WORDS = /vex|csaf|cyclonedx/i;

const ANY_WORDS = /^/;

/**
 * Returns every document attached to an image that may be VEX, or all documents on request; the
 * reader decides which it is. Documents that could not be read do not prevent the image from being
 * read: the reasons are returned.
 */
export async function findAttachedVex(
  options: AttachedOptions,
  repository: string,
  { areAllAttachedRequested = false }: Pick<OpenOptions, 'areAllAttachedRequested'>,
): Promise<Required<Pick<OpenLayers, 'attachedVex' | 'attachedMissing'>>> {
  const { foundVexMax, foundVexBytesMax } = options.limits;
  const limits = { ...options.limits, documentBytesMax: foundVexBytesMax };
  const found: FoundDocument[] = [];
  const missing: UnreadDocument[] = [];
  const attachedTo = [options.image, options.root.digest].map((digest) =>
    digest.slice(digest.indexOf(':') + 1),
  );
  for await (const { digest, content } of findAttachedDocuments(
    { ...options, limits, onSkipped: (unread) => missing.push(unread) },
    areAllAttachedRequested ? ANY_WORDS : VEX_WORDS,
  )) {
    if (found.length === foundVexMax) {
      const reason = `more than ${foundVexMax} documents are attached`;
      missing.push({ reason, isTemporary: false });
      break;
    }
    found.push({ origin: `${repository}@${digest}`, content, attachedTo });
  }
  return { attachedVex: found, attachedMissing: missing };
}
