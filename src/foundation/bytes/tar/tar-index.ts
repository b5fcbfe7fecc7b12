import type { Bytes } from '../../core/bytes.ts';
import type { FileType } from '../../core/file-table.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { toEntryPath } from './entry-path.ts';
import { TarParser } from './tar-parser.ts';

/** Position of one entry's content in the archive. */
export interface IndexedEntry {
  readonly type: FileType;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly linkName: string;
}

export interface TarIndex {
  /**
   * Entries by absolute, normalized path. If several entries have the same path, the first one
   * counts.
   */
  readonly entries: ReadonlyMap<string, IndexedEntry>;
  /** Paths that occur in more than one entry. */
  readonly repeated: ReadonlySet<string>;
  readonly problems: readonly ProblemNote[];
}

const READ_BYTES = 16 * 1024;

/**
 * Lists the entries of an uncompressed archive by reading only its headers. Truncated entries,
 * entries with a NUL in their name and sparse entries are not listed.
 */
export function indexTar(archive: Bytes, limits: Limits): TarIndex {
  const entries = new Map<string, IndexedEntry>();
  const repeated = new Set<string>();
  const problems: ProblemNote[] = [];
  const parser = new TarParser(
    {
      onEntry: (entry) => {
        const path = toEntryPath(entry.name);
        const isWhole =
          entry.type !== 'regular' || entry.contentOffset + entry.sizeBytes <= archive.sizeBytes;
        if (entry.type === 'regular' && entry.isSparse) {
          const message = `unsupported sparse file: the entry "${path ?? ''}"`;
          problems.push({ code: 'P_UNSUPPORTED', message });
          return;
        }
        if (path === undefined || !isWhole) {
          return;
        }
        if (entries.has(path)) {
          repeated.add(path);
          return;
        }
        const { type, contentOffset: offset, sizeBytes, linkName } = entry;
        entries.set(path, { type, offset, sizeBytes, linkName });
      },
      onContent: () => undefined,
      onEntryEnd: () => undefined,
      onProblem: (note) => {
        problems.push(note);
      },
    },
    { ...limits, entriesMax: limits.archiveEntriesMax },
  );
  let offset = 0;
  while (!parser.isOver && offset < archive.sizeBytes) {
    const ahead = Math.min(parser.contentBytesAhead, archive.sizeBytes - offset);
    if (ahead > 0) {
      parser.skip(ahead);
      offset += ahead;
      continue;
    }
    const chunk = archive.read(offset, READ_BYTES);
    if (chunk.length === 0) {
      break;
    }
    parser.push(chunk);
    offset += chunk.length;
  }
  parser.end();
  return { entries, repeated, problems };
}
