// Small test executables of formats other than ELF, each with one part that has content.

const PROCESSORS = { amd64: 0x01000007, arm64: 0x0100000c } as const;
const LOAD_ADDRESS = 0x1_0000_0000;

interface MachOOptions {
  readonly architecture?: keyof typeof PROCESSORS;
  readonly localSymbols?: number;
}

/** One readable and writable segment with one section at offset 512. */
export function createMachO(
  section: { readonly name: string; readonly bytes: Uint8Array },
  { architecture = 'amd64', localSymbols = 0 }: MachOOptions = {},
): Buffer {
  const head = Buffer.alloc(512);
  const writeWords = (at: number, ...values: readonly number[]): void => {
    for (const [index, value] of values.entries()) {
      head.writeUInt32LE(value, at + 4 * index);
    }
  };
  const writeLong = (at: number, value: number): void => {
    head.writeBigUInt64LE(BigInt(value), at);
  };
  const segmentBytes = 72 + 80;
  writeWords(0, 0xfeedfacf, PROCESSORS[architecture], 3, 2, 2, segmentBytes + 80, 0, 0);
  const segment = 32;
  writeWords(segment, 0x19, segmentBytes);
  head.write('__DATA', segment + 8);
  writeLong(segment + 24, LOAD_ADDRESS);
  writeLong(segment + 32, section.bytes.length);
  writeLong(segment + 40, head.length);
  writeLong(segment + 48, section.bytes.length);
  writeWords(segment + 56, 3, 3, 1, 0);
  head.write(section.name, segment + 72);
  writeLong(segment + 72 + 32, LOAD_ADDRESS);
  writeLong(segment + 72 + 40, section.bytes.length);
  writeWords(segment + 72 + 48, head.length);
  writeWords(segment + segmentBytes, 0xb, 80, 0, localSymbols);
  return Buffer.concat([head, section.bytes]);
}

/** A universal file in its 32-bit or 64-bit form. */
export function createUniversal(slices: readonly Uint8Array[], is64 = false): Buffer {
  const entryBytes = is64 ? 32 : 20;
  const head = Buffer.alloc(8 + entryBytes * slices.length);
  head.writeUInt32BE(is64 ? 0xcafebabf : 0xcafebabe, 0);
  head.writeUInt32BE(slices.length, 4);
  let at = head.length;
  for (const [index, slice] of slices.entries()) {
    const entry = 8 + index * entryBytes;
    if (is64) {
      head.writeBigUInt64BE(BigInt(at), entry + 8);
      head.writeBigUInt64BE(BigInt(slice.length), entry + 16);
    } else {
      head.writeUInt32BE(at, entry + 8);
      head.writeUInt32BE(slice.length, entry + 12);
    }
    at += slice.length;
  }
  return Buffer.concat([head, ...slices]);
}

/** A 64-bit PE file with one section of readable and writable data. */
export function createPe(section: { readonly name: string; readonly bytes: Uint8Array }): Buffer {
  const head = Buffer.alloc(512);
  head.write('MZ');
  head.writeUInt32LE(64, 60);
  head.write('PE\0\0', 64);
  head.writeUInt16LE(0x8664, 68);
  head.writeUInt16LE(1, 70);
  head.writeUInt16LE(240, 84);
  const optional = 88;
  head.writeUInt16LE(0x20b, optional);
  head.writeBigUInt64LE(0x1_4000_0000n, optional + 24);
  head.writeUInt32LE(16, optional + 108);
  const entry = optional + 240;
  head.write(section.name, entry);
  head.writeUInt32LE(section.bytes.length, entry + 8);
  head.writeUInt32LE(0x1000, entry + 12);
  head.writeUInt32LE(section.bytes.length, entry + 16);
  head.writeUInt32LE(head.length, entry + 20);
  head.writeUInt32LE(0xc0000040, entry + 36);
  return Buffer.concat([head, section.bytes]);
}
