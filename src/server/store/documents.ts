import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { UserError } from '../../core/error.ts';
import { explainFullDisk } from './full-disk.ts';

/** Documents by the SHA-256 of their content, each once. */
export interface DocumentStore {
  /** Stores a document and returns its digest, in hexadecimal digits. */
  put(content: Uint8Array): string;
  /** Throws `UserError` `E_STORE_DAMAGED` if the document is missing or was altered. */
  get(digest: string): Buffer;
}

const PREFIX_CHARS = 2;

/** Opens the documents in a directory, compressed, in one directory for each first byte. */
export function openDocuments(root: string): DocumentStore {
  const toPath = (digest: string): string =>
    join(root, digest.slice(0, PREFIX_CHARS), `${digest}.zst`);
  return {
    put(content) {
      const digest = digestContent(content);
      const path = toPath(digest);
      if (!existsSync(path)) {
        const fresh = `${path}.${process.pid}`;
        try {
          mkdirSync(join(root, digest.slice(0, PREFIX_CHARS)), { recursive: true, mode: 0o700 });
          writeFileSync(fresh, zstdCompressSync(content), { mode: 0o600, flush: true });
          renameSync(fresh, path);
        } catch (error) {
          rmSync(fresh, { force: true });
          throw explainFullDisk(error);
        }
      }
      return digest;
    },
    get(digest) {
      const path = toPath(digest);
      const content = existsSync(path) ? zstdDecompressSync(readFileSync(path)) : undefined;
      if (content === undefined || digestContent(content) !== digest) {
        const state = content === undefined ? 'is missing' : 'was altered';
        throw new UserError('E_STORE_DAMAGED', `the document ${digest} of the store ${state}`, {
          hint: 'restore it from a backup, or push its target again',
        });
      }
      return content;
    },
  };
}

function digestContent(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
