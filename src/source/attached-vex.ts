import type { FoundDocument } from '../core/vex-reader.ts';
import { type AttachedOptions, findAttachedDocuments } from './attached-documents.ts';

/** What artifacts call themselves that hold VEX; CycloneDX may be an SBOM as well. */
const VEX_WORDS = /vex|csaf|cyclonedx/i;

/** Every document attached to an image that may be VEX; its reader tells whether it is. */
export async function findAttachedVex(
  options: AttachedOptions,
  repository: string,
): Promise<readonly FoundDocument[]> {
  const { foundVexMax, foundVexBytesMax } = options.limits;
  const limits = { ...options.limits, documentBytesMax: foundVexBytesMax };
  const found: FoundDocument[] = [];
  const attachedTo = [options.image, options.root.digest].map((digest) =>
    digest.slice(digest.indexOf(':') + 1),
  );
  for await (const { digest, content } of findAttachedDocuments(
    { ...options, limits },
    VEX_WORDS,
  )) {
    if (found.length === foundVexMax) {
      break;
    }
    found.push({ origin: `${repository}@${digest}`, content, attachedTo });
  }
  return found;
}
