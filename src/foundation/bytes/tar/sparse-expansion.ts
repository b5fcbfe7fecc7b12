import type { SparseMap } from './sparse-map.ts';

/** Holes are passed on as windows into this array. */
const ZEROS = new Uint8Array(64 * 1024);

/** A map whose holes fit the limit, so all numbers are exact. */
interface Run {
  readonly holeBytes: number;
  readonly dataBytes: number;
}

/** Restores the holes of one sparse file between the runs of its content. */
export class SparseExpansion {
  readonly #runs: readonly Run[];
  readonly #emit: (piece: Uint8Array) => void;
  #index = 0;
  #dataLeft = 0;

  /** @param emit receives the pieces of the file in order, including holes */
  constructor(map: SparseMap, emit: (piece: Uint8Array) => void) {
    this.#runs = toRuns(map);
    this.#emit = emit;
    this.#fillHoles();
  }

  /** Returns whether all bytes of the file were passed on. */
  get isComplete(): boolean {
    return this.#dataLeft === 0;
  }

  /** Accepts a piece of the stored content; returns `false` if it exceeds the map. */
  takePiece(piece: Uint8Array): boolean {
    let at = 0;
    while (at < piece.length && this.#dataLeft > 0) {
      const end = Math.min(piece.length, at + this.#dataLeft);
      this.#emit(piece.subarray(at, end));
      this.#dataLeft -= end - at;
      at = end;
      if (this.#dataLeft === 0) {
        this.#fillHoles();
      }
    }
    return at === piece.length;
  }

  /** Passes on the holes up to the next run of content. */
  #fillHoles(): void {
    while (this.#dataLeft === 0 && this.#index < this.#runs.length) {
      const { holeBytes, dataBytes } = this.#runs[this.#index++] ?? { holeBytes: 0, dataBytes: 0 };
      for (let left = holeBytes; left > 0; left -= ZEROS.length) {
        this.#emit(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
      }
      this.#dataLeft = dataBytes;
    }
  }
}

/** The last run has no content: it is the hole at the end of the file. */
function toRuns({ fragments, sizeBytes }: SparseMap): readonly Run[] {
  const runs: Run[] = [];
  let end = 0n;
  for (const { offset, length } of fragments) {
    if (length > 0n) {
      runs.push({ holeBytes: Number(offset - end), dataBytes: Number(length) });
      end = offset + length;
    }
  }
  runs.push({ holeBytes: Number(sizeBytes - end), dataBytes: 0 });
  return runs;
}
