// The minimum work of a scanner: decompress the layers and hash the result, one after the other on
// one thread. Arguments: the blobs of the layers. Plain JavaScript, so that the floor does not
// include the time to strip types.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import zlib from 'node:zlib';

const ZSTD_MAGIC = 0xfd2fb528;

for (const path of process.argv.slice(2)) {
  process.stdout.write(`${hash('sha256', expand(readFileSync(path)))}\n`);
}

function expand(stored) {
  if (stored[0] === 0x1f && stored[1] === 0x8b) {
    return zlib.gunzipSync(stored);
  }
  return stored.readUInt32LE(0) === ZSTD_MAGIC ? zlib.zstdDecompressSync(stored) : stored;
}
