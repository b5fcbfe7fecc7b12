import { DiskBudget } from '../../../foundation/bytes/disk/disk-budget.ts';
import { createUnsupportedError } from '../../../foundation/bytes/disk/disk-error.ts';
import { listPartitions } from '../../../foundation/bytes/disk/partitions.ts';
import type { Bytes } from '../../../foundation/core/bytes.ts';
import type { OpenOptions, OpenTarget } from '../../../foundation/core/target.ts';
import { parseExclusions } from '../../../foundation/syntax/path-glob/exclusion.ts';
import { TreeProblems } from '../tree-problems.ts';
import { openContainer } from './disk-container.ts';
import { type InspectedDisk, inspectPartitions } from './inspect-partitions.ts';
import { type MountedDisk, mountPartitions } from './mount-partitions.ts';
import { type DiskTree, readDiskFile, walkDisk } from './walk-disk.ts';

interface DiskRequest {
  readonly options: OpenOptions;
  readonly close: () => Promise<void>;
}

/** Opens the file systems of a disk as one tree. */
export function openDisk(file: Bytes, target: string, { options, close }: DiskRequest): OpenTarget {
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
