/**
 * The least that a scanner has to do: decompress the layers and hash what comes out, one after the
 * other on one thread. Arguments: the blobs of the layers.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import zlib from 'node:zlib';

for (const path of process.argv.slice(2)) {
  const stored = readFileSync(path);
  process.stdout.write(`${hash('sha256', expanded(stored))}\n`);
}

function expanded(stored: Buffer): Buffer {
  if (stored[0] === 0x1f && stored[1] === 0x8b) {
    return zlib.gunzipSync(stored);
  }
  return stored.readUInt32LE(0) === 0xfd2fb528 ? zlib.zstdDecompressSync(stored) : stored;
}
