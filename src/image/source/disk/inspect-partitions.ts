import {
  detectContentKind,
  EXT_KIND,
  FAT_KIND,
  LVM_KIND,
  SWAP_KIND,
  XFS_KIND,
} from '../../../foundation/bytes/disk/content-kind.ts';
import type { DiskBudget } from '../../../foundation/bytes/disk/disk-budget.ts';
import type { DiskFileSystem } from '../../../foundation/bytes/disk/file-system.ts';
import { cutBytes, type Partition } from '../../../foundation/bytes/disk/partition.ts';
import { WHOLE_DISK } from '../../../foundation/bytes/disk/partitions.ts';
import { ExtFileSystem } from '../../../foundation/bytes/ext/ext-file-system.ts';
import { FatFileSystem } from '../../../foundation/bytes/fat/fat-file-system.ts';
import { listLogicalVolumes } from '../../../foundation/bytes/lvm/logical-volumes.ts';
import {
  type PhysicalVolume,
  readPhysicalVolume,
} from '../../../foundation/bytes/lvm/physical-volume.ts';
import { XfsFileSystem } from '../../../foundation/bytes/xfs/xfs-file-system.ts';
import type { Bytes } from '../../../foundation/core/bytes.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import type { PartNames } from './fstab.ts';
import { Volume } from './volume.ts';

/** A partition or logical volume whose file system is read. */
export interface ReadPart {
  readonly names: PartNames;
  readonly title: string;
  readonly volume: Volume;
}

/** One whose content is not read. */
export interface UnreadPart {
  readonly names: PartNames;
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

/** A part of a disk before its file system is opened. */
interface Part {
  readonly names: PartNames;
  readonly title: string;
  readonly content: Bytes;
  readonly kind: string | undefined;
}

/** Opens the file systems of the partitions. Swap space and boot loaders are skipped. */
export function inspectPartitions(
  disk: Bytes,
  partitions: readonly Partition[],
  budget: DiskBudget,
): InspectedDisk {
  const parts: Part[] = [];
  const problems: Problem[] = [];
  for (const partition of partitions) {
    const title = getTitle(partition);
    const content = cutBytes(disk, partition.offset, partition.sizeBytes);
    const kind = detectContentKind(content);
    if (content.sizeBytes < partition.sizeBytes) {
      problems.push({ code: 'P_TRUNCATED', message: `${title} ends after the end of the disk` });
    }
    const isLoader = partition.isLoader && partition.sizeBytes <= LOADER_BYTES_MAX;
    if (kind === undefined && isLoader) continue;
    const { number, uuid, label } = partition;
    parts.push({ names: { number, uuid, label }, title, content, kind });
  }
  const logical = inspectGroups(parts);
  problems.push(...logical.problems);
  const opened = [...parts.filter(({ kind }) => kind !== LVM_KIND), ...logical.parts]
    .filter(({ kind }) => kind !== SWAP_KIND)
    .map((part) => openPart(part, budget));
  const readable = opened.filter((part) => 'volume' in part);
  for (const { title, volume } of readable) {
    for (const { code, message } of volume.fileSystem.problems) {
      problems.push({ code, message: `the file system of ${title} is incomplete: ${message}` });
    }
  }
  const unread = [...opened.filter((part) => 'reason' in part), ...logical.unread];
  return { readable, unread, problems };
}

interface InspectedGroups {
  readonly parts: readonly Part[];
  readonly problems: readonly Problem[];
  readonly unread: readonly UnreadPart[];
}

/** Lists the logical volumes in all partitions that are physical volumes of LVM. */
function inspectGroups(all: readonly Part[]): InspectedGroups {
  const parts: Part[] = [];
  const unread: UnreadPart[] = [];
  const problems: Problem[] = [];
  const physical: { readonly part: Part; readonly volume: PhysicalVolume }[] = [];
  for (const part of all.filter(({ kind }) => kind === LVM_KIND)) {
    const volume = tryOrExplain(() => readPhysicalVolume(part.content));
    if (typeof volume === 'string') unread.push({ ...part, reason: volume });
    else physical.push({ part, volume });
  }
  const found = tryOrExplain(() => listLogicalVolumes(physical.map(({ volume }) => volume)));
  for (const { part, volume } of physical) {
    const { uuid, damage } = volume;
    if (typeof found !== 'string' && found.uuids.has(uuid)) {
      const message = `${part.title}: ${damage?.message}; another copy was read`;
      if (damage !== undefined) problems.push({ code: 'P_MALFORMED', message });
      continue;
    }
    const reason = typeof found === 'string' ? found : 'its volume group is not described here';
    unread.push({ ...part, reason: damage?.message ?? reason });
  }
  for (const { group, name, content } of typeof found === 'string' ? [] : found.volumes) {
    const names = { uuid: '', label: '', devices: listDevices(group, name) };
    const title = `the logical volume ${JSON.stringify(`${group}/${name}`)}`;
    if (content instanceof Error) unread.push({ names, title, reason: content.message });
    else parts.push({ names, title, content, kind: detectContentKind(content) });
  }
  return { parts, unread, problems };
}

/** In `/dev/mapper`, hyphens are doubled, so that the one between the names is unique. */
function listDevices(group: string, name: string): readonly string[] {
  const [first, second] = [group, name].map((text) => text.replaceAll('-', '--'));
  return [`/dev/${group}/${name}`, `/dev/mapper/${first}-${second}`];
}

function openPart(
  { names, title, content, kind }: Part,
  budget: DiskBudget,
): ReadPart | UnreadPart {
  const open = FILE_SYSTEMS.get(kind ?? '');
  if (open === undefined) return { names, title, reason: describeKind(kind) };
  const volume = tryOrExplain(() => openVolume(content, open, budget));
  return typeof volume === 'string'
    ? { names, title, reason: `its file system is damaged or not supported: ${volume}` }
    : { names, title, volume };
}

function getTitle({ number }: Partition): string {
  return number === WHOLE_DISK ? 'the disk' : `partition ${number}`;
}

function describeKind(kind: string | undefined): string {
  return kind === undefined ? 'its content is of an unknown kind' : `its content is ${kind}`;
}

function openVolume(content: Bytes, open: OpenFileSystem, budget: DiskBudget): Volume {
  const fileSystem = open(content, budget);
  fileSystem.readRoot();
  return new Volume(fileSystem);
}

/** Returns the result of some work, or why the content that it needs cannot be read. */
function tryOrExplain<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}
