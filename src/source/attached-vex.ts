import type { OpenLayers, OpenOptions } from '../core/target.ts';
import type { FoundDocument } from '../core/vex-reader.ts';
import { type AttachedOptions, findAttachedDocuments } from './attached-documents.ts';

/** Types of artifacts that hold VEX; CycloneDX may also be an SBOM. */
const VEX_WORDS = /vex|csaf|cyclonedx/i;

const ANY_WORDS = /^/;

/**
 * Returns every document attached to an image that may be VEX, or all documents on request; the
 * reader decides which it is. Documents that were not read are named.
 */
export async function findAttachedVex(
  options: AttachedOptions,
  repository: string,
  { areAllAttachedRequested = false }: Pick<OpenOptions, 'areAllAttachedRequested'>,
): Promise<Required<Pick<OpenLayers, 'attachedVex' | 'attachedMissing'>>> {
  const { foundVexMax, foundVexBytesMax } = options.limits;
  const limits = { ...options.limits, documentBytesMax: foundVexBytesMax };
  const found: FoundDocument[] = [];
  const missing: string[] = [];
  const attachedTo = [options.image, options.root.digest].map((digest) =>
    digest.slice(digest.indexOf(':') + 1),
  );
  for await (const { digest, content } of findAttachedDocuments(
    { ...options, limits, onSkipped: (reason) => missing.push(reason) },
    areAllAttachedRequested ? ANY_WORDS : VEX_WORDS,
  )) {
    if (found.length === foundVexMax) {
      missing.push(`more than ${foundVexMax} documents are attached`);
      break;
    }
    found.push({ origin: `${repository}@${digest}`, content, attachedTo });
  }
  return { attachedVex: found, attachedMissing: missing };
}
