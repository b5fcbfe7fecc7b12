import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';

/** Limits on the files that a program wrote. */
export interface WrittenLimits {
  readonly filesMax: number;
  readonly fileBytesMax: number;
}

export interface WrittenFiles {
  /** One line for each file. */
  readonly lines: readonly string[];
  /** Whether files, or parts of their contents, are missing from the lines. */
  readonly isCut: boolean;
}

/**
 * Describes each file that a program created, changed or deleted, in one line: path, kind,
 * permissions, owner and a digest of the content. Called when no program of the image runs any
 * more: nothing changes meanwhile.
 */
export function listWrittenFiles(folder: string, limits: WrittenLimits): WrittenFiles {
  const lines: string[] = [];
  let isCut = false;
  const visitFolder = (at: string): void => {
    for (const name of readdirSync(join(folder, at)).toSorted(compareText)) {
      if (lines.length >= limits.filesMax) {
        isCut = true;
        return;
      }
      const path = `${at}/${name}`;
      const place = join(folder, path);
      try {
        const status = lstatSync(place);
        lines.push(describeFile(path, { place, status }, limits));
        if (status.isDirectory()) {
          visitFolder(path);
        }
        isCut ||= status.isFile() && status.size > limits.fileBytesMax;
      } catch (error) {
        lines.push(`${path} unreadable (${(error as NodeJS.ErrnoException).code ?? ''})`);
        isCut = true;
      }
    }
  };
  visitFolder('');
  return { lines, isCut };
}

function describeFile(
  path: string,
  { place, status }: { readonly place: string; readonly status: Stats },
  limits: WrittenLimits,
): string {
  const owner = `${(status.mode & 0o7777).toString(8)} ${status.uid}:${status.gid}`;
  if (status.isDirectory()) {
    return `${path}/ ${owner}`;
  }
  if (status.isCharacterDevice() && status.rdev === 0) {
    return `${path} deleted`;
  }
  if (status.isSymbolicLink()) {
    return `${path} link to ${readlinkSync(place)}`;
  }
  return status.isFile()
    ? `${path} ${owner} ${describeContent(place, status.size, limits)}`
    : `${path} ${owner} special`;
}

const DIGEST_DIGITS = 12;
const PIECE_BYTES = 64 * 1024;

function describeContent(
  place: string,
  sizeBytes: number,
  { fileBytesMax }: WrittenLimits,
): string {
  if (sizeBytes === 0) {
    return 'empty';
  }
  const hash = createHash('sha256');
  const file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let at = 0; at < Math.min(sizeBytes, fileBytesMax); ) {
      const size = readSync(file, piece, 0, piece.length, at);
      if (size === 0) {
        break;
      }
      hash.update(piece.subarray(0, size));
      at += size;
    }
  } finally {
    closeSync(file);
  }
  return `sha256:${hash.digest('hex').slice(0, DIGEST_DIGITS)}`;
}
