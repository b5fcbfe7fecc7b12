import { DiskBudget } from '../../bytes/disk/disk-budget.ts';
import { createUnsupportedError } from '../../bytes/disk/disk-error.ts';
import { listPartitions } from '../../bytes/disk/partitions.ts';
import type { Bytes } from '../../core/bytes.ts';
import type { OpenOptions, OpenTarget, Source, StandardInput } from '../../core/target.ts';
import { parseExclusions } from '../../syntax/path-glob/exclusion.ts';
import { detectPathKind, openLocalFile } from '../local-file.ts';
import { TreeProblems } from '../tree-problems.ts';
import { CONFIDENCE, openContainer, rateContainer } from './disk-container.ts';
import { type InspectedDisk, inspectPartitions } from './inspect-partitions.ts';
import { type MountedDisk, mountPartitions } from './mount-partitions.ts';
import { type DiskTree, readDiskFile, walkDisk } from './walk-disk.ts';

/**
 * The disk of a virtual machine in a file: raw, or in the format of a hypervisor, with ext, xfs and
 * FAT file systems. Nothing is mounted, so no rights are needed.
 */
export const disk: Source = {
  id: 'disk',
  title: 'Disk image of a virtual machine',
  spec: 'QEMU, docs/interop/qcow2.rst; VMware, Virtual Disk Format 5.0; Microsoft, VHD and [MS-VHDX]; UEFI specification, GPT; Linux, filesystems/ext4',
  recognize,
  open,
};

async function recognize(target: string, standardInput?: StandardInput): Promise<number> {
  try {
    if (standardInput !== undefined) return rateContainer(standardInput);
    if (detectPathKind(target) !== 'file') return CONFIDENCE.none;
    using file = openLocalFile(target);
    return rateContainer(file);
  } catch {
    return CONFIDENCE.none;
  }
}

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { standardInput } = options;
  if (standardInput !== undefined) {
    return openDisk(standardInput, target, { options, close: async () => undefined });
  }
  const file = openLocalFile(target);
  try {
    return openDisk(file, target, { options, close: async () => file[Symbol.dispose]() });
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

interface DiskRequest {
  readonly options: OpenOptions;
  readonly close: () => Promise<void>;
}

function openDisk(file: Bytes, target: string, { options, close }: DiskRequest): OpenTarget {
  const { limits, name = target } = options;
  const budget = new DiskBudget(limits, file.sizeBytes);
  const container = openContainer(file, budget);
  const table = listPartitions(container.disk, limits);
  const parts = inspectPartitions(container.disk, table.partitions, budget);
  const isOneFileSystem = options.isOneFileSystem === true;
  const mounted = mountPartitions(parts, { limits, isOneFileSystem });
  if (mounted === undefined) throw createEmptyError(target, parts);
  announceMounts(mounted, options);
  const problems = new TreeProblems(limits.problemsMax);
  const tree: DiskTree = {
    root: mounted.root.volume,
    mounts: new Map([...mounted.mounts].map(([path, { volume }]) => [path, volume])),
    problems,
    isExcluded: parseExclusions(options.exclude ?? [], 'directory'),
    pathBytesMax: limits.pathBytesMax,
  };
  const earlier = [...container.problems, ...table.problems, ...mounted.problems];
  return {
    description: { kind: 'directory', userInput: target, name, path: target },
    layers: [
      {
        kind: 'tree',
        walk: () => walkDisk(tree),
        readContent: (path) => readDiskFile(tree, path),
      },
    ],
    get problems() {
      return [...earlier, ...problems.listProblems()];
    },
    close,
  };
}

function announceMounts({ root, mounts }: MountedDisk, { progress }: OpenOptions): void {
  const others = [...mounts].map(([path, { title }]) => `; ${title} is mounted at ${path}`);
  const message = `the root file system is that of ${root.title}${others.join('')}`;
  progress.emit({ kind: 'notice', level: 'info', message });
}

function createEmptyError(target: string, { unread }: InspectedDisk): Error {
  const reasons = unread.map(({ title, reason }) => `; ${title}: ${reason}`);
  const message = `"${target}" has no root file system that is read${reasons.join('')}`;
  const hint = 'mount it read-only, and name its directory: plimsoll scan host:/mnt';
  return createUnsupportedError(message, hint);
}
