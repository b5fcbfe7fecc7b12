import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { expand } from './expand.ts';

export interface Expanded {
  /** What could be unpacked, empty where nothing could. */
  readonly bytes: Uint8Array;
  readonly problem?: ProblemNote;
}

/** A file packed by gzip, zstd or xz in one piece of at most `maxBytes`; any other as it is. */
export function expandWhole(content: Uint8Array, limits: Limits, maxBytes: number): Expanded {
  const pieces: Uint8Array[] = [];
  const problem = expand(content, {
    limits,
    maxBytes,
    onOutput: (piece) => {
      // A piece is gone after the call, save that of a content that is not packed at all.
      pieces.push(piece === content ? piece : piece.slice());
      return true;
    },
  });
  const [only = new Uint8Array(0)] = pieces;
  const bytes = pieces.length > 1 ? Buffer.concat(pieces) : only;
  return problem === undefined ? { bytes } : { bytes, problem };
}
