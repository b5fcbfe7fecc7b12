import { type Bytes, toBytes } from '../core/bytes.ts';
import type { FileEntry } from '../core/file-table.ts';
import type { SpillFile } from '../core/target.ts';
import type { FileDigester } from './digest-thread.ts';
import type { Wanting } from './dispatch.ts';
import type { RunningDigests } from './running-digests.ts';

/** The file that an intake reads, in pieces. */
export interface FileInProgress {
  readonly row: number;
  readonly entry: FileEntry;
  /** Takes SHA-256 and SHA-1 of the file elsewhere. */
  readonly digester: FileDigester | undefined;
  receivedBytes: number;
  /** Whether the content comes in several pieces; the digests are only there where it does. */
  isInParts?: boolean;
  /** Whether no digests are taken, and whether nothing more is needed of it then. */
  isDigestLeft?: boolean;
  isSeen?: boolean;
  digests?: RunningDigests;
  head?: Uint8Array;
  headFilled: number;
  wanting?: readonly Wanting[];
  memory?: Uint8Array;
  keptBytes?: number;
  /** Bytes from the start that are kept for those who want the file. */
  keptBytesMax?: number;
  spilled?: SpillFile;
}

/** What is kept of its content for those who want it. */
export function keptContent(file: FileInProgress): Bytes {
  const { spilled, memory = new Uint8Array(0) } = file;
  if (spilled === undefined) {
    return toBytes(memory);
  }
  return {
    sizeBytes: spilled.sizeBytes,
    read: (offset, length) => spilled.read(offset, length),
  };
}
