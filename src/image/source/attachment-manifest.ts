import { hash } from 'node:crypto';
import type { Digest } from '../../foundation/core/digest.ts';
import type { TargetAttachment } from '../../foundation/core/target.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
/** OCI image specification, manifest.md, "Guidance for an Empty Descriptor". */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

export const EMPTY_CONTENT: Buffer = Buffer.from('{}');

/** A manifest with its entry for an index. */
export interface AttachmentManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly descriptor: {
    readonly mediaType: string;
    readonly digest: Digest;
    readonly size: number;
    readonly artifactType: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

interface AttachedBlob {
  readonly digest: string;
  readonly sizeBytes: number;
}

/**
 * Creates the manifest of a document whose `subject` is an image. OCI image specification,
 * manifest.md.
 */
export function createAttachmentManifest(
  image: TargetAttachment['image'],
  {
    mediaType,
    annotations,
    blob,
  }: Omit<TargetAttachment, 'image' | 'content'> & { readonly blob: AttachedBlob },
): AttachmentManifest {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: mediaType,
      config: {
        mediaType: EMPTY_TYPE,
        digest: `sha256:${hash('sha256', EMPTY_CONTENT)}`,
        size: EMPTY_CONTENT.length,
      },
      layers: [{ mediaType, digest: blob.digest, size: blob.sizeBytes, annotations }],
      subject: {
        mediaType: image.mediaType,
        digest: image.manifestDigest,
        size: image.manifest.length,
      },
      annotations,
    }),
  );
  const digest: Digest = `sha256:${hash('sha256', bytes)}`;
  return {
    bytes,
    mediaType: MANIFEST_TYPE,
    descriptor: {
      mediaType: MANIFEST_TYPE,
      digest,
      size: bytes.length,
      artifactType: mediaType,
      annotations,
    },
  };
}
