import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../core/compare-text.ts';

/** Limits on the files that a program wrote. */
export interface WrittenLimits {
  readonly filesMax: number;
  readonly fileBytesMax: number;
}

/**
 * Describes each file that a program created, changed or deleted, in one line: path, kind,
 * permissions, owner and a digest of the content. Called when no program of the image runs any
 * more: nothing changes meanwhile.
 */
export function listWrittenFiles(folder: string, limits: WrittenLimits): readonly string[] {
  const lines: string[] = [];
  const visitFolder = (at: string): void => {
    for (const name of readdirSync(join(folder, at)).toSorted(compareText)) {
      if (lines.length >= limits.filesMax) {
        return;
      }
      const path = `${at}/${name}`;
      try {
        lines.push(describeFile(path, join(folder, path), limits));
        if (lines.at(-1)?.startsWith(`${path}/ `) === true) {
          visitFolder(path);
        }
      } catch (error) {
        lines.push(`${path} unreadable (${(error as NodeJS.ErrnoException).code ?? ''})`);
      }
    }
  };
  visitFolder('');
  return lines;
}

function describeFile(path: string, place: string, limits: WrittenLimits): string {
  const status = lstatSync(place);
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
