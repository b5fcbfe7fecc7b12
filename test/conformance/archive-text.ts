import { readFileSync } from 'node:fs';
import { constants, zstdDecompressSync } from 'node:zlib';

/** Returns the texts of all files of a `.tar.zst`, concatenated, for searches. */
export function readArchiveText(file: string): string {
  const params = { [constants.ZSTD_d_windowLogMax]: 27 };
  return zstdDecompressSync(readFileSync(file), { params }).toString('latin1');
}
