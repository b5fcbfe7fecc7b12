// Small executables for tests whose symbols are places in their data.

type Symbols = Readonly<Record<string, number>>;

const ADDRESS = 0x10000;

/** Creates a 64-bit ELF program with one loaded segment and its symbol table. */
export function createElfProgram(data: Uint8Array, symbols: Symbols): Buffer {
  const names = Object.keys(symbols);
  const strings = Buffer.from(`\0${names.map((name) => `${name}\0`).join('')}`);
  const table = Buffer.alloc(24 * (names.length + 1));
  let nameAt = 1;
  for (const [index, name] of names.entries()) {
    table.writeUInt32LE(nameAt, 24 * (index + 1));
    table.writeBigUInt64LE(BigInt(ADDRESS + (symbols[name] ?? 0)), 24 * (index + 1) + 8);
    nameAt += name.length + 1;
  }
  const dataAt = 64 + 56;
  const tableAt = dataAt + data.length;
  const stringsAt = tableAt + table.length;
  const sectionsAt = stringsAt + strings.length;
  const head = Buffer.alloc(dataAt);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(62, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeBigUInt64LE(BigInt(sectionsAt), 40);
  [64, 56, 1, 64, 3, 0].forEach((value, at) => head.writeUInt16LE(value, 52 + 2 * at));
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(6, 68);
  [dataAt, ADDRESS, ADDRESS, data.length, data.length, 1].forEach((value, at) =>
    head.writeBigUInt64LE(BigInt(value), 72 + 8 * at),
  );
  const createSection = (type: number, offset: number, bytes: number, link: number): Buffer => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(type, 4);
    entry.writeBigUInt64LE(BigInt(offset), 24);
    entry.writeBigUInt64LE(BigInt(bytes), 32);
    entry.writeUInt32LE(link, 40);
    return entry;
  };
  return Buffer.concat([
    head,
    data,
    table,
    strings,
    createSection(0, 0, 0, 0),
    createSection(2, tableAt, table.length, 2),
    createSection(3, stringsAt, strings.length, 0),
  ]);
}

/** Creates a 64-bit Mach-O program with one data segment and its symbol table. */
export function createMachOProgram(data: Uint8Array, symbols: Symbols): Buffer {
  const names = Object.keys(symbols);
  const strings = Buffer.from(`\0${names.map((name) => `_${name}\0`).join('')}`);
  const table = Buffer.alloc(16 * names.length);
  let nameAt = 1;
  for (const [index, name] of names.entries()) {
    table.writeUInt32LE(nameAt, 16 * index);
    table.writeUInt8(0x0f, 16 * index + 4);
    table.writeBigUInt64LE(BigInt(ADDRESS + (symbols[name] ?? 0)), 16 * index + 8);
    nameAt += name.length + 2;
  }
  const head = Buffer.alloc(32 + 72 + 24);
  const writeWords = (at: number, values: readonly number[]): void => {
    values.forEach((value, index) => head.writeUInt32LE(value, at + 4 * index));
  };
  writeWords(0, [0xfeedfacf, 0x01000007, 3, 2, 2, 72 + 24, 0, 0]);
  writeWords(32, [0x19, 72]);
  [ADDRESS, data.length, head.length, data.length].forEach((value, index) =>
    head.writeBigUInt64LE(BigInt(value), 32 + 24 + 8 * index),
  );
  writeWords(32 + 56, [3, 3, 0, 0]);
  const tableAt = head.length + data.length;
  writeWords(32 + 72, [2, 24, tableAt, names.length, tableAt + table.length, strings.length]);
  return Buffer.concat([head, data, table, strings]);
}

/** Creates a 64-bit PE program whose only section contains data and the export table. */
export function createPeProgram(data: Uint8Array, symbols: Symbols): Buffer {
  const names = Object.keys(symbols);
  const count = names.length;
  const dataBytes = Math.ceil(data.length / 4) * 4;
  const addressesAt = 40;
  const namesAt = addressesAt + 4 * count;
  const ordinalsAt = namesAt + 4 * count;
  const textAt = ordinalsAt + 2 * count;
  const toAddress = (offset: number): number => ADDRESS + dataBytes + offset;
  const exports = Buffer.alloc(textAt);
  [count, count, toAddress(addressesAt), toAddress(namesAt), toAddress(ordinalsAt)].forEach(
    (value, index) => exports.writeUInt32LE(value, 20 + 4 * index),
  );
  const texts = Buffer.from(names.map((name) => `${name}\0`).join(''));
  let nameAt = textAt;
  for (const [index, name] of names.entries()) {
    // The functions are in a different order than their names.
    const ordinal = count - 1 - index;
    exports.writeUInt32LE(ADDRESS + (symbols[name] ?? 0), addressesAt + 4 * ordinal);
    exports.writeUInt32LE(toAddress(nameAt), namesAt + 4 * index);
    exports.writeUInt16LE(ordinal, ordinalsAt + 2 * index);
    nameAt += name.length + 1;
  }
  const section = Buffer.concat([data, Buffer.alloc(dataBytes - data.length), exports, texts]);
  const head = Buffer.alloc(512);
  head.write('MZ');
  head.writeUInt32LE(64, 60);
  head.write('PE\0\0', 64);
  head.writeUInt16LE(0x8664, 68);
  head.writeUInt16LE(1, 70);
  head.writeUInt16LE(240, 84);
  head.writeUInt16LE(0x20b, 88);
  head.writeBigUInt64LE(0x1_4000_0000n, 88 + 24);
  head.writeUInt32LE(16, 88 + 108);
  head.writeUInt32LE(toAddress(0), 88 + 112);
  head.writeUInt32LE(exports.length + texts.length, 88 + 116);
  const entry = 88 + 240;
  head.write('.data', entry);
  head.writeUInt32LE(section.length, entry + 8);
  head.writeUInt32LE(ADDRESS, entry + 12);
  head.writeUInt32LE(section.length, entry + 16);
  head.writeUInt32LE(head.length, entry + 20);
  return Buffer.concat([head, section]);
}
