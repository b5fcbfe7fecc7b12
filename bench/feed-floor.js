// The minimum work of a build from feeds: unpack archives (tar, compressed with zstd) and parse
// each document as JSON, one after the other. Arguments: the archives. Plain JavaScript, so that
// the floor does not include the time to strip types.
import { createReadStream } from 'node:fs';
import process from 'node:process';
import zlib from 'node:zlib';

const BLOCK_BYTES = 512;
const WINDOW_LOG_MAX = 27;

let documents = 0;
for (const path of process.argv.slice(2)) {
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX };
  await readArchive(createReadStream(path).pipe(zlib.createZstdDecompress({ params })));
}
process.stdout.write(`${documents}\n`);

async function readArchive(pieces) {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    rest = readEntries(rest.length === 0 ? piece : Buffer.concat([rest, piece]));
  }
}

/** Parses all complete entries, and returns the bytes of the others. */
function readEntries(bytes) {
  let at = 0;
  while (at + BLOCK_BYTES <= bytes.length) {
    const size = Number.parseInt(bytes.latin1Slice(at + 124, at + 136), 8) || 0;
    const end = at + BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (end > bytes.length) {
      break;
    }
    if (size > 0) {
      parseDocument(bytes.utf8Slice(at + BLOCK_BYTES, at + BLOCK_BYTES + size));
    }
    at = end;
  }
  return bytes.subarray(at);
}

function parseDocument(text) {
  try {
    JSON.parse(text);
    documents += 1;
  } catch {
    // Some feeds are not JSON.
  }
}
