import { UserError } from '../core/error.ts';
import type { OpenDocument, OpenOptions } from '../core/target.ts';
import {
  type AttachedDocument,
  type AttachedOptions,
  findAttachedDocuments,
} from './attached-documents.ts';

/** An image that an SBOM is looked for, and what it is called. */
export interface AttachedPlace {
  /** What the user named. */
  readonly target: string;
  /** What the digest of the document follows in its name. */
  readonly repository: string;
}

/** The SBOM that is attached to an image, instead of the image. */
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
 * The first document attached to an image that is an SBOM: a referrer of its manifest or index, by
 * the interface for it or the tag of registries without one; what Cosign attached by a tag; or an
 * attestation that BuildKit put into the index. `undefined` where there is none.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 */
async function findAttachedSbom(options: AttachedOptions): Promise<AttachedDocument | undefined> {
  // An image that is named with its source is opened without the readers of documents.
  const { chooseReader } = await import('../document/choose-reader.ts');
  const { limits } = options;
  for await (const document of findAttachedDocuments(options, SBOM_WORDS)) {
    if (chooseReader(document.content, limits) !== undefined) {
      return document;
    }
  }
  return undefined;
}

const SBOM_WORDS = /spdx|cyclonedx|syft|sbom/i;
