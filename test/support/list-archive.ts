import { createHash, type Hash } from 'node:crypto';
import type { TarEntry } from '../../src/foundation/bytes/tar/tar-entry.ts';
import { TarParser } from '../../src/foundation/bytes/tar/tar-parser.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';

/** An entry in the form in which two archive readers are compared. */
export interface ListedEntry {
  readonly type: string;
  readonly name: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Only for files: other types have no content, regardless of their size field. */
  readonly size: number;
  /** Digest of a file, `large` if it was not read, `damaged` if reading failed. */
  readonly content: string;
}

export interface ArchiveListing {
  readonly entries: readonly ListedEntry[];
  /** Whether reading ended at damage. */
  readonly isDamaged: boolean;
  /** Codes and messages of all problems; empty for readers that report none. */
  readonly problems: readonly string[];
}

/** Larger files are not compared: the content of a sparse one may be only holes. */
const CONTENT_BYTES_MAX = 4 * 1024 * 1024;

const FILE_TYPES = new Set(['0', '7', 'S']);
const ENDS_READING = /the rest of the archive was not read|is not a tar archive|ends in the middle/;

/** Lists an archive with our own reader, pushed in pieces of `chunkBytes`. */
export function listArchive(archive: Uint8Array, chunkBytes = archive.length): ArchiveListing {
  const entries: ListedEntry[] = [];
  const problems: string[] = [];
  let open: { readonly entry: TarEntry; readonly hash: Hash } | undefined;
  const parser = new TarParser(
    {
      onEntry: (entry) => {
        open = { entry, hash: createHash('sha256') };
      },
      onContent: (piece) => open?.hash.update(piece),
      onEntryEnd: (isComplete) => {
        if (open !== undefined) entries.push(toListed(open.entry, open.hash, isComplete));
      },
      globalHeader: (name) => entries.push(createGlobalEntry(name)),
      onProblem: ({ code, message }) => problems.push(`${code} ${message}`),
    },
    DEFAULT_LIMITS,
  );
  for (let at = 0; at < archive.length; at += chunkBytes) {
    parser.push(archive.subarray(at, at + chunkBytes));
  }
  parser.end();
  return { entries, problems, isDamaged: problems.some((problem) => ENDS_READING.test(problem)) };
}

/** For a global header, only the name is compared. */
export function createGlobalEntry(name: string): ListedEntry {
  return { type: 'g', name, link: '', mode: 0, uid: 0, gid: 0, size: 0, content: '' };
}

function toListed(entry: TarEntry, hash: Hash, isComplete: boolean): ListedEntry {
  const { typeFlag: type, name, linkName: link, mode, uid, gid, sizeBytes } = entry;
  const isFile = FILE_TYPES.has(type);
  return {
    type,
    name,
    link,
    mode,
    uid,
    gid,
    size: isFile ? sizeBytes : 0,
    content: isFile ? summarizeContent(sizeBytes, hash, isComplete) : '',
  };
}

function summarizeContent(sizeBytes: number, hash: Hash, isComplete: boolean): string {
  if (sizeBytes > CONTENT_BYTES_MAX) return 'large';
  return isComplete ? hash.digest('hex').slice(0, 16) : 'damaged';
}
