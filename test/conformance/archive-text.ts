import { readFileSync } from 'node:fs';
import { constants, zstdDecompressSync } from 'node:zlib';

/** The texts of all files of a `.tar.zst`, one behind the other, for searches. */
export function archiveText(file: string): string {
  const params = { [constants.ZSTD_d_windowLogMax]: 27 };
  return zstdDecompressSync(readFileSync(file), { params }).toString('latin1');
}
