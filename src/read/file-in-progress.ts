import { type Bytes, toBytes } from '../core/bytes.ts';
import type { FileEntry } from '../core/file-table.ts';
import type { SpillFile } from '../core/target.ts';
import type { FileDigester } from './digest-thread.ts';
import type { MatchedWant } from './dispatch.ts';
import type { RunningDigests } from './running-digests.ts';

/** The file that an intake currently reads, in pieces. */
export interface FileInProgress {
  readonly row: number;
  readonly entry: FileEntry;
  /** Computes SHA-256 and SHA-1 of the file elsewhere. */
  readonly digester: FileDigester | undefined;
  receivedBytes: number;
  /** Whether the content comes in several pieces; the digests are only present if it does. */
  isInParts?: boolean;
  /** Whether no digests are computed, and nothing more of the file is needed. */
  isDigestLeft?: boolean;
  isSeen?: boolean;
  digests?: RunningDigests;
  head?: Uint8Array;
  headFilled: number;
  wanting?: readonly MatchedWant[];
  memory?: Uint8Array;
  keptBytes?: number;
  /** Maximum number of bytes from the start that are kept for the extractors. */
  keptBytesMax?: number;
  spilled?: SpillFile;
}

/** The content that is kept for the extractors. */
export function getKeptContent(file: FileInProgress): Bytes {
  const { spilled, memory = new Uint8Array(0) } = file;
  if (spilled === undefined) {
    return toBytes(memory);
  }
  return {
    sizeBytes: spilled.sizeBytes,
    read: (offset, length) => spilled.read(offset, length),
  };
}
