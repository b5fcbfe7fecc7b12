import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { toEntryPath } from './entry-path.ts';
import { TarParser } from './tar-parser.ts';

export interface TarFilesOptions {
  readonly limits: Limits;
  /** Maximum total bytes of kept files. */
  readonly maxBytes: number;
  /** Returns whether a file is kept, by its absolute path. */
  readonly isWanted: (path: string) => boolean;
}

/** Keeps some small files of an archive that arrives in pieces. */
export class TarFiles {
  /** By absolute path; of entries with one path the last one counts, as in unpacking. */
  readonly files = new Map<string, Uint8Array>();
  readonly problems: ProblemNote[] = [];
  readonly #parser: TarParser;

  constructor(options: TarFilesOptions) {
    let bytesLeft = options.maxBytes;
    let path: string | undefined;
    let kept: Uint8Array[] = [];
    this.#parser = new TarParser(
      {
        onEntry: ({ name, type, sizeBytes }) => {
          const found = type === 'regular' ? toEntryPath(name) : undefined;
          path = found !== undefined && options.isWanted(found) ? found : undefined;
          kept = [];
          if (path !== undefined && sizeBytes > bytesLeft) {
            this.problems.push({ code: 'P_LIMIT', message: `"${path}" is too large to be read` });
            path = undefined;
          }
          bytesLeft -= path === undefined ? 0 : sizeBytes;
        },
        onContent: (piece) => {
          if (path !== undefined) {
            kept.push(Buffer.from(piece));
          }
        },
        onEntryEnd: (isComplete) => {
          if (path !== undefined && isComplete) {
            this.files.set(path, Buffer.concat(kept));
          }
        },
        onProblem: (note) => {
          this.problems.push(note);
        },
      },
      options.limits,
    );
  }

  /** Returns false at the end of the archive, when no more input is needed. */
  push(piece: Uint8Array): boolean {
    this.#parser.push(piece);
    return !this.#parser.isOver;
  }

  end(): void {
    this.#parser.end();
  }
}
