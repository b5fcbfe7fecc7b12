import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { detectContentKind, EXT_KIND, XFS_KIND } from './content-kind.ts';
import { listGptPartitions } from './gpt.ts';
import { listMbrPartitions, readMbr } from './mbr.ts';
import type { Partition, PartitionList } from './partition.ts';

/** Number of the one part of a disk without a partition table. */
export const WHOLE_DISK = 0;

/** Returns whether content starts with a partition table, or a file system of a machine's root. */
export function isDisk(disk: Bytes): boolean {
  return readMbr(disk) !== undefined || isRootKind(detectContentKind(disk));
}

/** Lists the partitions of a disk; a disk without a partition table is one part. */
export function listPartitions(disk: Bytes, limits: Limits): PartitionList {
  const whole: Partition = {
    number: WHOLE_DISK,
    offset: 0,
    sizeBytes: disk.sizeBytes,
    uuid: '',
    label: '',
    isLoader: false,
  };
  const mbr = readMbr(disk);
  if (mbr === undefined) return { partitions: [whole], problems: [] };
  const found = mbr.isProtective
    ? listGptPartitions(disk, limits)
    : listMbrPartitions(disk, mbr, limits);
  if (found === undefined) {
    const message = 'the partition table (GPT) and its copy are damaged: nothing was read';
    return { partitions: [], problems: [{ code: 'P_MALFORMED', message }] };
  }
  const message =
    'the disk has a partition table and a file system at its start: the file system was not read';
  return isRootKind(detectContentKind(disk))
    ? { ...found, problems: [{ code: 'P_AMBIGUOUS', message }, ...found.problems] }
    : found;
}

function isRootKind(kind: string | undefined): boolean {
  return kind === EXT_KIND || kind === XFS_KIND;
}
