import fs from 'node:fs';

/** Writes entries of a tar archive. */
export type WriteBytes = (bytes: Uint8Array) => void;

const BLOCK_BYTES = 512;
const PIECE_BYTES = 1024 * 1024;

/** Adds a file to a tar archive under a name. */
export function writeArchiveFile(
  write: WriteBytes,
  source: string,
  { name, seconds }: { readonly name: string; readonly seconds: number },
): void {
  const { size } = fs.statSync(source);
  write(createHeader(name, size, seconds));
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const input = fs.openSync(source, 'r');
  try {
    for (let read = fs.readSync(input, piece); read > 0; read = fs.readSync(input, piece)) {
      write(piece.subarray(0, read));
    }
  } finally {
    fs.closeSync(input);
  }
  write(Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES));
}

/** Ends a tar archive. */
export function writeArchiveEnd(write: WriteBytes): void {
  write(Buffer.alloc(2 * BLOCK_BYTES));
}

/** Returns the first block of a file, which is shorter only if the file is. */
export function readFirstBlock(file: string): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  const handle = fs.openSync(file, 'r');
  try {
    fs.readSync(handle, head);
  } finally {
    fs.closeSync(handle);
  }
  return head;
}

/** POSIX.1-1988, "ustar Interchange Format": fields of a header by offset and length. */
function createHeader(name: string, size: number, seconds: number): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  const formatOctal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, '0')}\0`;
  head.write(name, 0, 'latin1');
  head.write(formatOctal(0o644, 7), 100);
  head.write(formatOctal(0, 7), 108);
  head.write(formatOctal(0, 7), 116);
  head.write(formatOctal(size, 11), 124);
  head.write(formatOctal(seconds, 11), 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${formatOctal(sum, 6)} `, 148);
  return head;
}
