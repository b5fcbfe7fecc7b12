import type { Budget } from '../../core/budget.ts';
import type { LimitName } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { expand } from './expand.ts';

export interface Expanded {
  /** The expanded bytes; empty if nothing could be expanded. */
  readonly bytes: Uint8Array;
  readonly problem?: ProblemNote;
}

/**
 * Expands a file compressed by gzip, zstd or xz up to the limit `maxBytes` in one piece; returns any
 * other file unchanged.
 */
export function expandWhole(content: Uint8Array, budget: Budget, maxBytes: LimitName): Expanded {
  let whole: Uint8Array | undefined;
  let grown: GrowingBytes | undefined;
  const problem = expand(content, {
    budget,
    maxBytes,
    onOutput: (piece, isWhole) => {
      if (isWhole) {
        whole = piece;
      } else {
        grown ??= new GrowingBytes(budget.limits[maxBytes]);
        grown.append(piece);
      }
      return true;
    },
  });
  const bytes = whole ?? grown?.bytes ?? new Uint8Array(0);
  return problem === undefined ? { bytes } : { bytes, problem };
}

/** Grows in place, so that expanded content is never held twice. */
class GrowingBytes {
  readonly #buffer: ArrayBuffer;

  constructor(maxBytes: number) {
    this.#buffer = new ArrayBuffer(0, { maxByteLength: maxBytes });
  }

  append(piece: Uint8Array): void {
    const { byteLength } = this.#buffer;
    this.#buffer.resize(byteLength + piece.length);
    new Uint8Array(this.#buffer, byteLength).set(piece);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer, 0, this.#buffer.byteLength);
  }
}
