import type { Bytes } from '../../core/bytes.ts';

/** One partition of a disk. */
export interface Partition {
  /** From 1, as the kernel of Linux counts them; logical ones of an MBR from 5. */
  readonly number: number;
  readonly offset: number;
  readonly sizeBytes: number;
  /** `PARTUUID` in lower case. */
  readonly uuid: string;
  /** `PARTLABEL`; empty if there is none. */
  readonly label: string;
  /** Whether its type states that it has a boot loader instead of a file system. */
  readonly isLoader: boolean;
}

/** Returns a part of some content; empty beyond its end. */
export function cutBytes(bytes: Bytes, start: number, length: number): Bytes {
  const sizeBytes = Math.max(0, Math.min(length, bytes.sizeBytes - start));
  return {
    sizeBytes,
    read: (offset, count) =>
      bytes.read(start + offset, Math.max(0, Math.min(count, sizeBytes - offset))),
  };
}
