import type { Bytes } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { createTruncatedError } from './disk-error.ts';

/** The disk in an image, and the problems that its header reveals. */
export interface ContainedDisk {
  readonly disk: Bytes;
  readonly problems: readonly ProblemNote[];
}

/** A disk whose blocks can be in any order in its image. */
export interface MappedBlocks {
  readonly blockBytes: number;
  readonly sizeBytes: number;
  /** Returns a part of a block; `undefined` if it is not stored and reads as zeros. */
  readPart(block: number, inside: number, count: number): Uint8Array | undefined;
}

/** Returns a disk that finds each block when it is read. */
export function createMappedDisk({ blockBytes, sizeBytes, readPart }: MappedBlocks): Bytes {
  return {
    sizeBytes,
    read(offset, length) {
      const end = Math.min(offset + length, sizeBytes);
      const content = Buffer.alloc(Math.max(0, end - offset));
      let at = offset;
      while (at < end) {
        const inside = at % blockBytes;
        const count = Math.min(blockBytes - inside, end - at);
        const part = readPart(Math.floor(at / blockBytes), inside, count);
        if (part !== undefined) content.set(part, at - offset);
        at += count;
      }
      return content;
    },
  };
}

/**
 * Reads stored content of an image.
 *
 * @throws UserError `E_TARGET_UNREADABLE` if the image ends before it
 */
export function readStored(
  { file, format }: { readonly file: Bytes; readonly format: string },
  offset: number,
  count: number,
): Uint8Array {
  const content = file.read(offset, count);
  if (content.length < count) throw createTruncatedError(format);
  return content;
}
