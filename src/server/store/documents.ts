import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { UserError } from '../../foundation/core/error.ts';
import { type BucketSetting, openBucket } from './document-bucket.ts';
import { DOCUMENT_BYTES_MAX, type DocumentFiles } from './document-files.ts';
import { openDocumentFolder } from './document-folder.ts';

/** Documents by the SHA-256 of their content, each once. */
export interface DocumentStore {
  /** Stores a document and returns its digest, in hexadecimal digits. */
  put(content: Uint8Array): Promise<string>;
  /** Throws `UserError` `E_STORE_DAMAGED` if the document is missing or was altered. */
  get(digest: string): Promise<Buffer>;
  /**
   * Copies a document into a directory of documents as it is stored.
   *
   * @throws UserError `E_STORE_DAMAGED` if it is missing
   */
  copy(digest: string, folder: string): Promise<void>;
}

export interface DocumentSetting {
  /** Directory of the store: it has the documents in `documents`, unless a bucket has them. */
  readonly folder: string;
  readonly bucket?: BucketSetting;
}

/** Name of the directory of documents, in a store and in a backup. */
export const DOCUMENT_FOLDER = 'documents';

const PREFIX_CHARS = 2;

/** Opens the documents of a store, in its directory or in a bucket. */
export function openDocuments({ folder, bucket }: DocumentSetting): DocumentStore {
  return createDocumentStore(
    bucket === undefined ? openDocumentFolder(join(folder, DOCUMENT_FOLDER)) : openBucket(bucket),
  );
}

/** Documents are compressed, in one directory for each first byte. */
export function createDocumentStore(files: DocumentFiles): DocumentStore {
  return {
    async put(content) {
      const digest = digestContent(content);
      const name = toName(digest);
      const known = await files.read(name);
      // One that was altered is replaced.
      if (known === undefined || expandDocument(known, digest) === undefined) {
        await files.write(name, zstdCompressSync(content));
      }
      return digest;
    },
    async get(digest) {
      const stored = await files.read(toName(digest));
      const content = stored && expandDocument(stored, digest);
      if (content === undefined) {
        throw createDamage(digest, stored === undefined ? 'is missing' : 'was altered');
      }
      return content;
    },
    async copy(digest, folder) {
      const name = toName(digest);
      if (files.link?.(name, folder) !== true) {
        const stored = await files.read(name);
        if (stored === undefined) {
          throw createDamage(digest, 'is missing');
        }
        await openDocumentFolder(folder).write(name, stored);
      }
    },
  };
}

function toName(digest: string): string {
  return `${digest.slice(0, PREFIX_CHARS)}/${digest}.zst`;
}

/** Returns the content of a document; `undefined` if it was altered. */
function expandDocument(stored: Uint8Array, digest: string): Buffer | undefined {
  try {
    const content = zstdDecompressSync(stored, { maxOutputLength: DOCUMENT_BYTES_MAX });
    return digestContent(content) === digest ? content : undefined;
  } catch {
    return undefined;
  }
}

function createDamage(digest: string, state: string): UserError {
  return new UserError('E_STORE_DAMAGED', `the document ${digest} of the store ${state}`, {
    hint: 'restore it from a backup, or push its target again',
  });
}

function digestContent(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
