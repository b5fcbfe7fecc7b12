import { crc32 } from 'node:zlib';

/** A file of an archive. */
export interface ZipFile {
  /** With slashes, relative. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const VERSION = 20;
/** Paths are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01: the same files give the same bytes. */
const DATE = 0x0021;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/**
 * Writes an archive with stored files, as APPNOTE.TXT 6.3.10 describes it. The files of one are
 * small: sizes fit into 32 bits, and their number into 16.
 */
export function writeZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path);
    const sums = { crc: crc32(bytes), size: bytes.length, nameLength: name.length };
    parts.push(writeLocalHead(sums), name, Buffer.from(bytes));
    directory.push(writeCentralHead(sums, offset), name);
    offset += LOCAL_BYTES + name.length + bytes.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

interface FileSums {
  readonly crc: number;
  readonly size: number;
  readonly nameLength: number;
}

function writeLocalHead({ crc, size, nameLength }: FileSums): Buffer {
  const head = Buffer.alloc(LOCAL_BYTES);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DATE, 12);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(size, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(nameLength, 26);
  return head;
}

function writeCentralHead({ crc, size, nameLength }: FileSums, offset: number): Buffer {
  const head = Buffer.alloc(CENTRAL_BYTES);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(VERSION, 6);
  head.writeUInt16LE(FLAGS, 8);
  head.writeUInt16LE(DATE, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(size, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(nameLength, 28);
  head.writeUInt32LE(offset, 42);
  return head;
}
