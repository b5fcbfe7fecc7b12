import { createHash } from 'node:crypto';
import fs from 'node:fs';

const HASHED_PIECE_BYTES = 1024 * 1024;

/** Returns the `sha256:…` digest of a whole file. */
export function digestFile(file: string): string {
  const sha256 = createHash('sha256');
  const piece = Buffer.allocUnsafe(HASHED_PIECE_BYTES);
  const handle = fs.openSync(file, 'r');
  try {
    for (let read = fs.readSync(handle, piece); read > 0; read = fs.readSync(handle, piece)) {
      sha256.update(piece.subarray(0, read));
    }
  } finally {
    fs.closeSync(handle);
  }
  return `sha256:${sha256.digest('hex')}`;
}
