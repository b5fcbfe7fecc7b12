/** The place of documents, as compressed files. */
export interface DocumentFiles {
  /** Returns the content of a file; `undefined` if there is none. */
  read(name: string): Promise<Buffer | undefined>;
  /** Writes a file, or replaces it. */
  write(name: string, content: Uint8Array): Promise<void>;
  /** Links a file into a directory, if that is possible; returns whether it did. */
  link?(name: string, folder: string): boolean;
}

/** Bytes of a document, which is also the largest one that the server accepts. */
export const DOCUMENT_BYTES_MAX = 512 * 1024 * 1024;
