import { hasParentComponent, toEntryPath } from '../../foundation/bytes/tar/entry-path.ts';
import type { TarEntry, TarVisitor } from '../../foundation/bytes/tar/tar-entry.ts';
import { countEncodedBytes } from '../../foundation/bytes/tar/tar-text.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { ProblemNote } from '../../foundation/core/problem.ts';

/** Longest name in a path on Linux file systems, `NAME_MAX`. */
const NAME_BYTES_MAX = 255;
const WHITEOUT_PREFIX = '.wh.';
/**
 * Whiteouts of an empty name, of the directory itself and of its parent: containerd rejects them.
 */
const INVALID_WHITEOUTS = new Set(['.wh.', '.wh..', '.wh...']);

/** Receives the rows of a layer in order, one after the other. */
export interface RowIntake {
  /** Returns whether there is room for a row; if not, it has none. */
  hasRoom(row: FileEntry): boolean;
  /** Receives a row without content, with its entry unless it stands for a global header. */
  addEntry(row: FileEntry, entry?: TarEntry): void;
  /** Begins a row with content, which follows by `addPiece` and `endFile`. */
  beginFile(row: FileEntry, pieces: 'window' | 'copy', entry: TarEntry): void;
  addPiece(content: Uint8Array): void;
  endFile(isComplete: boolean): void;
  recordProblem(code: ProblemNote['code'], message: string, path: string): void;
}

/**
 * Creates rows for the entries of a layer's archive. Names that no file system can hold are
 * skipped.
 */
export function createTarIntake(intake: RowIntake, limits: Limits): TarVisitor {
  let isTaken = false;
  return {
    onEntry: (entry) => {
      const path = parseEntryPath(entry, intake, limits);
      const row = path === undefined ? undefined : createRow(entry, path, intake);
      if (row === undefined || !intake.hasRoom(row)) {
        isTaken = false;
        return;
      }
      isTaken = row.type === 'regular' && !entry.isContentSkipped;
      if (isTaken) {
        intake.beginFile(row, entry.isSparse ? 'copy' : 'window', entry);
      } else {
        intake.addEntry(row, entry);
      }
    },
    onContent: (piece) => {
      if (isTaken) {
        intake.addPiece(piece);
      }
    },
    onEntryEnd: (isComplete) => {
      if (isTaken) {
        intake.endFile(isComplete);
      }
    },
    globalHeader: (name) => addGlobalHeader(name, intake, limits),
    onProblem: ({ code, message }, name) => intake.recordProblem(code, message, formatName(name)),
  };
}

/**
 * Container runtimes remove a file with the name of a global header and write nothing in its place:
 * its row is that of a whiteout.
 */
function addGlobalHeader(name: string, intake: RowIntake, limits: Limits): void {
  const path = parseEntryPath({ name, linkName: '', type: 'directory' }, intake, limits);
  if (path === undefined) {
    return;
  }
  const nameAt = path.lastIndexOf('/') + 1;
  const isWhiteout = path.startsWith(WHITEOUT_PREFIX, nameAt);
  const row: FileEntry = {
    path: isWhiteout ? path : path.slice(0, nameAt) + WHITEOUT_PREFIX + path.slice(nameAt),
    type: 'other',
    mode: 0,
    uid: 0,
    gid: 0,
    sizeBytes: 0,
  };
  if (intake.hasRoom(row)) {
    intake.addEntry(row);
  }
}

/** The path of an entry; `undefined` if it has no row: the root itself, or a rejected name. */
function parseEntryPath(
  { name, linkName, type }: Pick<TarEntry, 'name' | 'linkName' | 'type'>,
  intake: RowIntake,
  limits: Limits,
): string | undefined {
  if (isTooLong(name, limits) || isTooLong(linkName, limits)) {
    return refuse('the name is longer than the limit pathBytesMax allows', name, intake);
  }
  const path = toEntryPath(name);
  if (path === undefined) {
    return refuse('the name contains a NUL character', name, intake);
  }
  if (path === '/') {
    return type === 'directory'
      ? undefined
      : refuse('the name is that of the root directory', name, intake);
  }
  if (hasLongComponent(path)) {
    return refuse('the path has a component of more than 255 bytes', name, intake);
  }
  if (INVALID_WHITEOUTS.has(getBaseName(path))) {
    return refuse('the whiteout does not name a file', name, intake);
  }
  if (hasParentComponent(name)) {
    const message = 'the name contains a component `..`; container runtimes resolve or reject it';
    intake.recordProblem('P_NAME', message, path);
  }
  return path;
}

function refuse(message: string, name: string, intake: RowIntake): undefined {
  intake.recordProblem('P_NAME', message, formatName(name));
}

function createRow(entry: TarEntry, path: string, intake: RowIntake): FileEntry | undefined {
  const { type, mode, uid, gid, sizeBytes, linkName, capabilities } = entry;
  const row: FileEntry =
    capabilities === undefined
      ? { path, type, mode, uid, gid, sizeBytes }
      : { path, type, mode, uid, gid, sizeBytes, capabilities };
  switch (type) {
    case 'hardlink': {
      const linkTarget = resolveHardLinkTarget(linkName);
      if (linkTarget === undefined) {
        intake.recordProblem('P_LINK', 'the hard link has an invalid target', path);
        return undefined;
      }
      return { ...row, linkTarget };
    }
    case 'symlink':
      if (linkName === '' || linkName.includes('\0')) {
        intake.recordProblem('P_LINK', 'the symbolic link has an invalid target', path);
        return undefined;
      }
      return { ...row, linkTarget: linkName };
    case 'other':
      intake.recordProblem('P_UNSUPPORTED', 'container runtimes reject entries of this type', path);
      return row;
    default:
      return row;
  }
}

/**
 * Returns the absolute path of the link target. `..` and a slash at the end are kept: containerd
 * resolves them when it unpacks the link.
 */
function resolveHardLinkTarget(linkName: string): string | undefined {
  const path = toEntryPath(linkName);
  if (path === undefined || path === '/') {
    return undefined;
  }
  const isPlain = !hasParentComponent(linkName) && !linkName.endsWith('/');
  return isPlain ? path : `/${linkName}`;
}

function isTooLong(name: string, limits: Limits): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so most names need no counting.
  return name.length * 3 > limits.pathBytesMax && Buffer.byteLength(name) > limits.pathBytesMax;
}

function hasLongComponent(path: string): boolean {
  return (
    path.length * 3 > NAME_BYTES_MAX &&
    path.split('/').some((name) => countEncodedBytes(name) > NAME_BYTES_MAX)
  );
}

const SHOWN_CHARACTERS_MAX = 256;

/** Returns a name as problems show it: shortened, and absolute if possible. */
function formatName(name: string): string {
  const shown =
    name.length > SHOWN_CHARACTERS_MAX ? `${name.slice(0, SHOWN_CHARACTERS_MAX)}…` : name;
  return shown === '' ? '' : (toEntryPath(shown) ?? shown);
}
