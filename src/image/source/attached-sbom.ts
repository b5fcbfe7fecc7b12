import { UserError } from '../../foundation/core/error.ts';
import type { OpenDocument, OpenOptions } from '../../foundation/core/target.ts';
import {
  type AttachedDocument,
  type AttachedOptions,
  findAttachedDocuments,
} from './attached-documents.ts';

/** An image whose SBOM is requested, and its names. */
export interface AttachedPlace {
  /** The user's input. */
  readonly target: string;
  /** The prefix of the digest in the name of the document. */
  readonly repository: string;
}

/** Opens the SBOM that is attached to an image, instead of the image. */
export async function openAttachedSbom(
  where: AttachedOptions,
  { target, repository }: AttachedPlace,
  { name, progress }: Pick<OpenOptions, 'name' | 'progress'>,
): Promise<Pick<OpenDocument, 'description' | 'layers' | 'document'>> {
  const found = await findAttachedSbom(where);
  if (found === undefined) {
    throw new UserError('E_TARGET_UNKNOWN', `"${target}" has no attached SBOM`, {
      hint: 'leave out --sbom-from to scan the image itself',
    });
  }
  progress.emit({ kind: 'stage-finished', stage: 'load', detail: found.digest });
  return {
    description: {
      kind: 'sbom',
      userInput: target,
      name: name ?? target,
      path: `${repository}@${found.digest}`,
      origin: 'referrer',
    },
    layers: [],
    document: { content: found.content },
  };
}

/**
 * Returns the first document attached to an image that is an SBOM: a referrer of its manifest or
 * index, by the API or the tag of registries without it; an attachment of Cosign by tag; or an
 * attestation that BuildKit added to the index. `undefined` if there is none.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 */
async function findAttachedSbom(options: AttachedOptions): Promise<AttachedDocument | undefined> {
  // An image with an explicit source is opened without loading the document readers.
  const { chooseReader } = await import('../../document/choose-reader.ts');
  const { limits } = options;
  for await (const document of findAttachedDocuments(options, SBOM_WORDS)) {
    if (chooseReader(document.content, limits) !== undefined) {
      return document;
    }
  }
  return undefined;
}

const SBOM_WORDS = /spdx|cyclonedx|syft|sbom/i;
