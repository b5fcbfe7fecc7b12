import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';

/** One partition of a disk. */
export interface Partition {
  /** From 1, as Linux counts them; logical ones of an MBR from 5. */
  readonly number: number;
  readonly offset: number;
  readonly sizeBytes: number;
  /** `PARTUUID` in lower case. */
  readonly uuid: string;
  /** `PARTLABEL`; empty if there is none. */
  readonly label: string;
  /** Whether its type is that of a boot loader, which is not in a file system. */
  readonly isLoader: boolean;
}

export interface PartitionList {
  readonly partitions: readonly Partition[];
  readonly problems: readonly ProblemNote[];
}

/** Creates the problem of a disk with too many partitions. */
export function createPartitionsProblem({ diskPartitionsMax }: Limits): ProblemNote {
  const message = `the disk has more partitions than the limit diskPartitionsMax (${diskPartitionsMax})`;
  return { code: 'P_LIMIT', message };
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
