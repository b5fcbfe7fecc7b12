import {
  type AttachedDocument,
  type AttachedOptions,
  attachedDocuments,
} from './attached-documents.ts';

/**
 * The first document attached to an image that is an SBOM: a referrer of its manifest or index, by
 * the interface for it or the tag of registries without one; what Cosign attached by a tag; or an
 * attestation that BuildKit put into the index. `undefined` where there is none.
 *
 * OCI distribution specification 1.1, "Listing Referrers"; Cosign, SBOM specification; BuildKit,
 * "Image attestation storage".
 */
export async function findAttachedSbom(
  options: AttachedOptions,
): Promise<AttachedDocument | undefined> {
  // An image that is named with its source is opened without the readers of documents.
  const { chooseReader } = await import('../../parse/document/choose-reader.ts');
  const { limits } = options;
  for await (const document of attachedDocuments(options, SBOM_WORDS)) {
    if (chooseReader(document.content, limits) !== undefined) {
      return document;
    }
  }
  return undefined;
}

const SBOM_WORDS = /spdx|cyclonedx|syft|sbom/i;
