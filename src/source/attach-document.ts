import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/error.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getList } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';

export interface Attachment {
  readonly content: Buffer;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
/** OCI image specification, manifest.md, "Guidance for an Empty Descriptor". */
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/**
 * Attaches a document to an image in a layout, as a manifest whose `subject` is the image. OCI image
 * specification, manifest.md.
 *
 * @param image the manifest of the image
 * @returns the digest of the new manifest
 * @throws UserError `E_OUTPUT` if the directory is not a layout
 */
export function attachToLayout(
  folder: string,
  image: { readonly bytes: Uint8Array; readonly digest: string; readonly mediaType: string },
  { content, mediaType, annotations }: Attachment,
): string {
  const indexFile = join(folder, 'index.json');
  const index = existsSync(indexFile) ? parseJson(readFileSync(indexFile, 'utf8')) : undefined;
  if (!isRecord(index)) {
    throw new UserError(
      'E_OUTPUT',
      `could not attach the statement: "${folder}" is not an OCI layout`,
      {
        hint: 'leave out --attach, and attach the printed statement with another tool',
      },
    );
  }
  const empty = Buffer.from('{}');
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: mediaType,
      config: { mediaType: EMPTY_TYPE, digest: writeBlob(folder, empty), size: empty.length },
      layers: [
        { mediaType, digest: writeBlob(folder, content), size: content.length, annotations },
      ],
      subject: { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length },
      annotations,
    }),
  );
  const digest = writeBlob(folder, manifest);
  const manifests = getList(index, 'manifests').filter(
    (entry) => !isRecord(entry) || entry['digest'] !== digest,
  );
  const entry = {
    mediaType: MANIFEST_TYPE,
    digest,
    size: manifest.length,
    artifactType: mediaType,
    annotations,
  };
  writeWhole(indexFile, JSON.stringify({ ...index, manifests: [...manifests, entry] }));
  return digest;
}

function writeBlob(folder: string, content: Buffer): string {
  const hash = createHash('sha256').update(content).digest('hex');
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const file = join(blobs, hash);
  if (!existsSync(file)) {
    writeWhole(file, content);
  }
  return `sha256:${hash}`;
}

function writeWhole(file: string, content: string | Buffer): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}
