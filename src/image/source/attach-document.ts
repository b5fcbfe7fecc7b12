import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { TargetAttachment } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getList } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { createAttachmentManifest, EMPTY_CONTENT } from './attachment-manifest.ts';

/**
 * Attaches a document to an image in a layout, as a manifest whose `subject` is the image. OCI image
 * specification, manifest.md.
 *
 * @returns the digest of the new manifest
 * @throws UserError `E_OUTPUT` if the directory is not a layout
 */
export function attachToLayout(
  folder: string,
  { image, content, ...attachment }: TargetAttachment,
): Digest {
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
  const blob = { digest: writeBlob(folder, Buffer.from(content)), sizeBytes: content.length };
  writeBlob(folder, EMPTY_CONTENT);
  const { bytes, descriptor } = createAttachmentManifest(image, { ...attachment, blob });
  const digest = writeBlob(folder, bytes);
  const manifests = getList(index, 'manifests').filter(
    (entry) => !isRecord(entry) || entry['digest'] !== digest,
  );
  writeWhole(indexFile, JSON.stringify({ ...index, manifests: [...manifests, descriptor] }));
  return descriptor.digest;
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
