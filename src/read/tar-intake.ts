import { entryPath } from '../bytes/tar/entry-path.ts';
import type { TarEntry, TarVisitor } from '../bytes/tar/tar-parser.ts';
import type { FileEntry } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { FileIntake } from './file-intake.ts';

/**
 * Makes rows of the entries of a layer's archive. Names that no file system should be given make
 * none.
 */
export function tarIntake(intake: FileIntake, limits: Limits): TarVisitor {
  let isTaken = false;
  return {
    entry: (entry) => {
      const path = pathOf(entry, intake, limits);
      const row = path === undefined ? undefined : rowOf(entry, path, intake);
      if (row === undefined || !intake.hasRoomFor(row)) {
        isTaken = false;
        return;
      }
      isTaken = row.type === 'regular' && !entry.isSparse;
      if (isTaken) {
        intake.begin(row);
      } else {
        intake.add(row);
      }
    },
    content: (piece) => {
      if (isTaken) {
        intake.piece(piece);
      }
    },
    entryEnd: (isComplete) => {
      if (isTaken) {
        intake.end(isComplete);
      }
    },
    problem: ({ code, message }, name) => intake.note(code, message, shownName(name)),
  };
}

/**
 * The path of an entry; `undefined` where it has no row: the root itself, or a name that was
 * refused.
 */
function pathOf(entry: TarEntry, intake: FileIntake, limits: Limits): string | undefined {
  const { name, linkName, type } = entry;
  if (isTooLong(name, limits) || isTooLong(linkName, limits)) {
    return refuse('The name is longer than the limit pathBytesMax allows.', name, intake);
  }
  const path = entryPath(name);
  if (path === undefined) {
    return refuse('The name has a component `..` or a NUL.', name, intake);
  }
  if (path === '/') {
    return type === 'directory'
      ? undefined
      : refuse('The name is that of the root folder.', name, intake);
  }
  return path;
}

function refuse(message: string, name: string, intake: FileIntake): undefined {
  intake.note('P_NAME', message, shownName(name));
}

function rowOf(entry: TarEntry, path: string, intake: FileIntake): FileEntry | undefined {
  const { type, mode, uid, gid, sizeBytes, linkName, capabilities } = entry;
  const row: FileEntry =
    capabilities === undefined
      ? { path, type, mode, uid, gid, sizeBytes }
      : { path, type, mode, uid, gid, sizeBytes, capabilities };
  switch (type) {
    case 'hardlink': {
      const linkTarget = entryPath(linkName);
      if (linkTarget === undefined || linkTarget === '/') {
        intake.note('P_LINK', 'The hard link leads out of the image.', path);
        return undefined;
      }
      return { ...row, linkTarget };
    }
    case 'symlink':
      if (linkName === '' || linkName.includes('\0')) {
        intake.note('P_LINK', 'The symbolic link has no target that a path could be.', path);
        return undefined;
      }
      return { ...row, linkTarget: linkName };
    case 'other':
      intake.note('P_UNSUPPORTED', 'The entry is of a type that is not known.', path);
      return row;
    default:
      if (entry.isSparse) {
        intake.note(
          'P_UNSUPPORTED',
          'The file is stored as a sparse one, which is not read.',
          path,
        );
      }
      return row;
  }
}

function isTooLong(name: string, limits: Limits): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so most names need no counting.
  return name.length * 3 > limits.pathBytesMax && Buffer.byteLength(name) > limits.pathBytesMax;
}

const SHOWN_CHARACTERS_MAX = 256;

/** A name as a problem shows it: shortened, and absolute where it can be. */
function shownName(name: string): string {
  const shown =
    name.length > SHOWN_CHARACTERS_MAX ? `${name.slice(0, SHOWN_CHARACTERS_MAX)}…` : name;
  return shown === '' ? '' : (entryPath(shown) ?? shown);
}
