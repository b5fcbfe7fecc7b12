import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { UserError } from '../../foundation/core/error.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import type { TreeFile } from '../../foundation/core/target.ts';
import { tryFileOperation } from './local-file.ts';

const PIECE_BYTES = 1024 * 1024;
/** For most files, no more than this is requested. */
const FIRST_PIECE_BYTES = 32 * 1024;

/**
 * Creates a file of a directory tree. `resolvePath` is its real path, `path` its path in the tree.
 * Throws `E_TARGET_UNREADABLE` or `E_TARGET_UNKNOWN` if it cannot be examined.
 */
export function createTreeFile(
  realPath: string,
  path: string,
  links: 'follow' | 'keep' = 'keep',
): TreeFile {
  const status = tryFileOperation(realPath, () =>
    links === 'follow' ? statSync(realPath) : lstatSync(realPath),
  );
  const type = getType(status);
  const entry = {
    path,
    type,
    mode: status.mode & 0o7777,
    uid: status.uid,
    gid: status.gid,
    sizeBytes: type === 'regular' ? status.size : 0,
  };
  switch (type) {
    case 'symlink': {
      const linkTarget = tryFileOperation(realPath, () => readlinkSync(realPath));
      return { entry: { ...entry, linkTarget }, readContent: () => [] };
    }
    case 'regular':
      return { entry, readContent: () => readContent(followLink(realPath, links), status.size) };
    default:
      return { entry, readContent: () => [] };
  }
}

function getType(status: Stats): FileType {
  if (status.isFile()) {
    return 'regular';
  }
  if (status.isDirectory()) {
    return 'directory';
  }
  if (status.isSymbolicLink()) {
    return 'symlink';
  }
  if (status.isCharacterDevice()) {
    return 'character-device';
  }
  if (status.isBlockDevice()) {
    return 'block-device';
  }
  return status.isFIFO() ? 'fifo' : 'other';
}

function followLink(path: string, links: 'follow' | 'keep'): string {
  return links === 'follow' ? tryFileOperation(path, () => realpathSync(path)) : path;
}

/**
 * Opens without waiting, so that a pipe that replaced the file does not block the scan, and without
 * following a link that replaced it.
 */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Yields the first bytes of a regular file, at most so many, in pieces.
 *
 * @param path absolute and without links
 * @throws UserError if they cannot be read, or if another process replaced the file or a directory
 *   above it by a link
 */
export function* readContent(path: string, sizeBytes: number): Generator<Uint8Array> {
  const descriptor = openUnlinked(path);
  try {
    if (!fstatSync(descriptor).isFile() || isElsewhere(descriptor, path)) {
      throw createReplacedError(path);
    }
    let done = 0;
    while (done < sizeBytes) {
      const most = done === 0 ? FIRST_PIECE_BYTES : PIECE_BYTES;
      const piece = Buffer.allocUnsafe(Math.min(most, sizeBytes - done));
      const count = tryFileOperation(path, () =>
        readSync(descriptor, piece, 0, piece.length, done),
      );
      if (count === 0) {
        return;
      }
      done += count;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}

function openUnlinked(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') {
      throw createReplacedError(path);
    }
    return tryFileOperation(path, () => {
      throw error;
    });
  }
}

function createReplacedError(path: string): UserError {
  return new UserError('E_TARGET_UNREADABLE', `"${path}" was replaced while it was scanned`);
}

/**
 * Returns whether an open file is not at its path, because a directory above it became a link. Only
 * detected on Linux with a mounted `/proc`; see proc_pid_fd(5).
 */
function isElsewhere(descriptor: number, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) !== path;
  } catch {
    return false;
  }
}
