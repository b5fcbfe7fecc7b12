/** The most bytes of a file that are read at once. */
export const PIECE_BYTES = 1024 * 1024;
/** For most files, no more than this is requested. */
const FIRST_PIECE_BYTES = 32 * 1024;

/** Returns the bytes of the next piece of a file: the first one is short. */
export function choosePieceBytes(done: number, rest: number): number {
  return Math.min(done === 0 ? FIRST_PIECE_BYTES : PIECE_BYTES, rest);
}
