import type { Limits } from '../../../foundation/core/limits.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { type FstabLine, hasFiles, isNamed, parseFstab } from './fstab.ts';
import type { InspectedDisk, ReadPart, UnreadPart } from './inspect-partitions.ts';
import { tryReading, type Volume } from './volume.ts';

const RELEASE_FILES = ['etc/os-release', 'usr/lib/os-release'];
const FSTAB = '/etc/fstab';

export interface MountedDisk {
  readonly root: ReadPart;
  /** File systems by the path where they are mounted. */
  readonly mounts: ReadonlyMap<string, ReadPart>;
  readonly problems: readonly Problem[];
}

export interface MountOptions {
  readonly limits: Limits;
  /** Whether only the root file system is read. */
  readonly isOneFileSystem: boolean;
}

/**
 * Chooses the root file system, and mounts the others as its fstab states; `undefined` if the
 * root cannot be read.
 */
export function mountPartitions(
  disk: InspectedDisk,
  { limits, isOneFileSystem }: MountOptions,
): MountedDisk | undefined {
  const { readable, unread } = disk;
  const problems = [...disk.problems];
  const candidates = readable.filter(({ volume }) => volume.fileSystem.isRootPossible);
  const withRelease = candidates.find(({ volume }) => hasRelease(volume, limits));
  // Without a release file, an unread partition may be the root.
  const root = withRelease ?? (unread.length === 0 ? candidates[0] : undefined);
  if (root === undefined) return undefined;
  if (withRelease === undefined && readable.length > 1) {
    const message = `no partition has /etc/os-release: ${root.title} was read as the root`;
    problems.push({ code: 'P_MISSING', message });
  }
  if (isOneFileSystem) return { root, mounts: new Map(), problems };
  const fstab = readFstab(root.volume, limits);
  problems.push(...fstab.problems);
  const mounts = new Map<string, ReadPart>();
  const used = new Set<ReadPart | UnreadPart>([root]);
  for (const line of fstab.lines) {
    const part =
      readable.find((candidate) => isPart(line, candidate)) ??
      unread.find((candidate) => isPart(line, candidate));
    const isRepeated = part !== undefined && used.has(part);
    if (part !== undefined) used.add(part);
    const isRead = part !== undefined && 'volume' in part && !isRepeated;
    if (isRead && !mounts.has(line.path)) {
      mounts.set(line.path, part);
    } else {
      const name =
        part === undefined ? JSON.stringify(line.device.slice(0, SHOWN_MAX)) : part.title;
      const reason = part !== undefined && 'reason' in part ? `: ${part.reason}` : '';
      const message = `the files of ${name}, which is mounted here, were not read${reason}`;
      problems.push({ code: 'P_UNREADABLE', path: line.path, message });
    }
  }
  for (const part of [...readable, ...unread]) {
    if (used.has(part)) continue;
    const reason = 'reason' in part ? part.reason : `${FSTAB} does not mount it`;
    problems.push({ code: 'P_UNSUPPORTED', message: `${part.title} was not read: ${reason}` });
  }
  return { root, mounts, problems };
}

const SHOWN_MAX = 80;

function isPart({ device }: FstabLine, part: ReadPart | UnreadPart): boolean {
  const { names } = part;
  const volume = 'volume' in part ? part.volume.fileSystem : undefined;
  return isNamed(device, volume === undefined ? names : { ...names, volume });
}

function hasRelease(volume: Volume, limits: Limits): boolean {
  return RELEASE_FILES.some(
    (path) => tryReading(() => volume.findLinked(path, limits)) !== undefined,
  );
}

interface ReadFstab {
  readonly lines: readonly FstabLine[];
  readonly problems: readonly Problem[];
}

const NO_LINES = Buffer.alloc(0);

function readFstab(root: Volume, limits: Limits): ReadFstab {
  const content = tryReading(() => {
    const file = root.findLinked(FSTAB, limits);
    return file === undefined ? NO_LINES : root.readSmallFile(file, limits.configFileBytesMax);
  });
  if (content === undefined) {
    const message = 'the file could not be read: other partitions may be missing';
    return { lines: [], problems: [{ code: 'P_UNREADABLE', path: FSTAB, message }] };
  }
  const lines = parseFstab(content.toString('utf8')).filter(hasFiles);
  return { lines, problems: [] };
}
