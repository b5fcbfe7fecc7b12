import {
  detectContentKind,
  EXT_KIND,
  FAT_KIND,
  SWAP_KIND,
  XFS_KIND,
} from '../../bytes/disk/content-kind.ts';
import type { DiskBudget } from '../../bytes/disk/disk-budget.ts';
import type { DiskFileSystem } from '../../bytes/disk/file-system.ts';
import { cutBytes, type Partition } from '../../bytes/disk/partition.ts';
import { WHOLE_DISK } from '../../bytes/disk/partitions.ts';
import { ExtFileSystem } from '../../bytes/ext/ext-file-system.ts';
import { FatFileSystem } from '../../bytes/fat/fat-file-system.ts';
import { XfsFileSystem } from '../../bytes/xfs/xfs-file-system.ts';
import type { Bytes } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import type { Problem } from '../../core/problem.ts';
import { Volume } from './volume.ts';

/** A partition whose file system is read. */
export interface ReadPart {
  readonly partition: Partition;
  readonly title: string;
  readonly volume: Volume;
}

/** A partition whose content is not read. */
export interface UnreadPart {
  readonly partition: Partition;
  readonly title: string;
  /** Kind of its content, or why it could not be read. */
  readonly reason: string;
}

export interface InspectedDisk {
  readonly readable: readonly ReadPart[];
  readonly unread: readonly UnreadPart[];
  readonly problems: readonly Problem[];
}

type OpenFileSystem = (content: Bytes, budget: DiskBudget) => DiskFileSystem;

const FILE_SYSTEMS: ReadonlyMap<string, OpenFileSystem> = new Map<string, OpenFileSystem>([
  [EXT_KIND, (content, budget) => new ExtFileSystem(content, budget)],
  [FAT_KIND, (content, budget) => new FatFileSystem(content, budget)],
  [XFS_KIND, (content, budget) => new XfsFileSystem(content, budget)],
]);

/** Boot loaders have up to 8 MiB (PowerPC): a larger partition of their type might hide files. */
const LOADER_BYTES_MAX = 8 * 1024 * 1024;

/** Opens the file systems of the partitions. Swap space and boot loaders are skipped. */
export function inspectPartitions(
  disk: Bytes,
  partitions: readonly Partition[],
  budget: DiskBudget,
): InspectedDisk {
  const readable: ReadPart[] = [];
  const unread: UnreadPart[] = [];
  const problems: Problem[] = [];
  for (const partition of partitions) {
    const title = getTitle(partition);
    const content = cutBytes(disk, partition.offset, partition.sizeBytes);
    const kind = detectContentKind(content);
    if (content.sizeBytes < partition.sizeBytes) {
      problems.push({ code: 'P_TRUNCATED', message: `${title} ends after the end of the disk` });
    }
    const isLoader = partition.isLoader && partition.sizeBytes <= LOADER_BYTES_MAX;
    if (kind === SWAP_KIND || (kind === undefined && isLoader)) continue;
    const open = FILE_SYSTEMS.get(kind ?? '');
    const opened = open === undefined ? describeKind(kind) : openVolume(content, open, budget);
    if (opened instanceof Volume) {
      readable.push({ partition, title, volume: opened });
      for (const { code, message } of opened.fileSystem.problems) {
        problems.push({ code, message: `the file system of ${title} is incomplete: ${message}` });
      }
    } else {
      unread.push({ partition, title, reason: opened });
    }
  }
  return { readable, unread, problems };
}

function getTitle({ number }: Partition): string {
  return number === WHOLE_DISK ? 'the disk' : `partition ${number}`;
}

function describeKind(kind: string | undefined): string {
  return kind === undefined ? 'its content is of an unknown kind' : `its content is ${kind}`;
}

function openVolume(content: Bytes, open: OpenFileSystem, budget: DiskBudget): Volume | string {
  try {
    const fileSystem = open(content, budget);
    fileSystem.readRoot();
    return new Volume(fileSystem);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `its file system is damaged or not supported: ${error.message}`;
  }
}
