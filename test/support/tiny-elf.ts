/** Content of a tiny ELF file for tests. */
export interface TinyElf {
  readonly is64?: boolean;
  readonly isLittleEndian?: boolean;
  readonly type?: number;
  readonly entry?: number;
  /** Tags with a number, or with a string that goes to the string table. */
  readonly dynamic?: readonly (readonly [tag: number, value: number | string])[];
  readonly symbols?: readonly {
    readonly name: string;
    readonly type?: number;
    readonly section?: number;
  }[];
  /** Symbols of the full symbol table. */
  readonly fullSymbols?: readonly { readonly name: string; readonly type?: number }[];
  /** Types of further segments with their flags, such as the stack. */
  readonly segments?: readonly { readonly type: number; readonly flags: number }[];
  readonly interpreter?: string;
  readonly buildId?: Uint8Array;
  /** A further note, as encoded in a file. */
  readonly note?: Uint8Array;
  /** Further sections with content, each at a multiple of 16. */
  readonly contents?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Section headers: tools need them, the loader does not. */
  readonly hasSections?: boolean;
  /** How the loader determines the number of symbols. */
  readonly hash?: 'sysv' | 'gnu';
}

const TAG = { strings: 5, symbols: 6, stringBytes: 10, hash: 4, gnuHash: 0x6ffffef5 } as const;
const SEGMENT = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
const SECTION = {
  data: 1,
  symbols: 2,
  strings: 3,
  hash: 5,
  dynamic: 6,
  note: 7,
  dynamicSymbols: 11,
};
const ALLOCATED_FLAG = 2;
const LEAST_BYTES = 512;
const LOADED_BYTES = 65_536;

interface Layout {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
}

/** Bytes with words of one width and byte order. */
class ElfBytes {
  readonly #layout: Layout;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  get length(): number {
    return this.#length;
  }

  number(value: number, bytes: number): this {
    const digits = Uint8Array.from(
      { length: bytes },
      (_, at) => Math.floor(value / 256 ** at) % 256,
    );
    return this.addRaw(this.#layout.isLittleEndian ? digits : digits.reverse());
  }

  addHalf(value: number): this {
    return this.number(value, 2);
  }

  addWord(value: number): this {
    return this.number(value, 4);
  }

  addAddress(value: number): this {
    return this.number(value, this.#layout.is64 ? 8 : 4);
  }

  addRaw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  toBytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

class StringTable {
  #text = '\0';

  add(text: string): number {
    const at = this.#text.length;
    this.#text += `${text}\0`;
    return at;
  }

  toBytes(): Uint8Array {
    return Buffer.from(this.#text, 'latin1');
  }
}

/** One piece of the file after its headers; a section if there are sections. */
interface Block {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
}

interface PlacedBlock extends Block {
  readonly offset: number;
}

/** Addresses are offsets: the entire file is one loaded segment. At least 512 bytes long. */
export function createTinyElf(about: TinyElf): Uint8Array {
  const layout = { is64: about.is64 ?? true, isLittleEndian: about.isLittleEndian ?? true };
  const segmentCount = 4 + (about.segments?.length ?? 0);
  const headerBytes = layout.is64 ? 64 : 52;
  const start = headerBytes + segmentCount * (layout.is64 ? 56 : 32);
  const blocks = placeBlocks(about, layout, start);
  const last = blocks.at(-1);
  const sectionsAt = (last?.offset ?? 0) + (last?.bytes.length ?? 0);
  const hasSections = about.hasSections ?? true;
  const file = new ElfBytes(layout);
  file.addRaw(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  file
    .addRaw(Uint8Array.of(layout.is64 ? 2 : 1, layout.isLittleEndian ? 1 : 2, 1))
    .addRaw(new Uint8Array(9));
  file
    .addHalf(about.type ?? 3)
    .addHalf(62)
    .addWord(1);
  file
    .addAddress(about.entry ?? 0)
    .addAddress(headerBytes)
    .addAddress(hasSections ? sectionsAt : 0)
    .addWord(0);
  file
    .addHalf(headerBytes)
    .addHalf(layout.is64 ? 56 : 32)
    .addHalf(segmentCount);
  file
    .addHalf(layout.is64 ? 64 : 40)
    .addHalf(hasSections ? blocks.length : 0)
    .addHalf(blocks.length - 1);
  writeSegments(file, about, layout, blocks);
  for (const { bytes } of blocks) {
    file.addRaw(bytes);
  }
  if (hasSections) {
    writeSections(file, blocks);
  }
  return file.addRaw(new Uint8Array(Math.max(0, LEAST_BYTES - file.length))).toBytes();
}

function placeBlocks(about: TinyElf, layout: Layout, start: number): PlacedBlock[] {
  const strings = new StringTable();
  const symbols = createSymbolTable(about.symbols ?? [], strings, layout);
  const full = createSymbolTable(about.fullSymbols ?? [], strings, layout);
  const tags = (about.dynamic ?? []).map(
    ([tag, value]) => [tag, typeof value === 'string' ? strings.add(value) : value] as const,
  );
  const blocks: PlacedBlock[] = [];
  const place = (block: Block): PlacedBlock => {
    const before = blocks.at(-1);
    const placed = { ...block, offset: before ? before.offset + before.bytes.length : start };
    blocks.push(placed);
    return placed;
  };
  const interpreter = Buffer.from(about.interpreter === undefined ? '' : `${about.interpreter}\0`);
  place({ name: '', type: 0, bytes: new Uint8Array(0) });
  const stringBlock = place({ name: '.dynstr', type: SECTION.strings, bytes: strings.toBytes() });
  const dynamicType = about.symbols === undefined ? 0 : SECTION.dynamicSymbols;
  const symbolBlock = place({ name: '.dynsym', type: dynamicType, bytes: symbols, link: 1 });
  const hashBlock = place({ name: '.hash', type: SECTION.hash, bytes: hashTable(about, layout) });
  place({ name: '.note', type: SECTION.note, bytes: createNotes(about, layout) });
  place({ name: '.interp', type: SECTION.data, bytes: interpreter });
  if (about.dynamic !== undefined) {
    const own = [
      [TAG.strings, stringBlock.offset],
      [TAG.stringBytes, stringBlock.bytes.length],
      [TAG.symbols, symbolBlock.offset],
      [about.hash === 'gnu' ? TAG.gnuHash : TAG.hash, hashBlock.offset],
    ] as const;
    const table = new ElfBytes(layout);
    for (const [tag, value] of [...own, ...tags, [0, 0] as const]) {
      table.addAddress(tag).addAddress(value);
    }
    place({ name: '.dynamic', type: SECTION.dynamic, bytes: table.toBytes(), link: 1 });
  }
  if (about.fullSymbols !== undefined) {
    place({ name: '.symtab', type: SECTION.symbols, bytes: full, link: 1 });
  }
  for (const { name, bytes } of about.contents ?? []) {
    const end = (blocks.at(-1)?.offset ?? start) + (blocks.at(-1)?.bytes.length ?? 0);
    place({ name: '.pad', type: SECTION.data, bytes: new Uint8Array((16 - (end % 16)) % 16) });
    place({ name, type: SECTION.data, bytes });
  }
  place({ name: '.shstrtab', type: SECTION.strings, bytes: joinSectionNames(blocks) });
  return blocks;
}

function createSymbolTable(
  symbols: NonNullable<TinyElf['symbols']>,
  strings: StringTable,
  layout: Layout,
): Uint8Array {
  const table = new ElfBytes(layout);
  for (const { name, type = 2, section = 0 } of [{ name: '', type: 0 }, ...symbols]) {
    table.addWord(name === '' ? 0 : strings.add(name));
    if (layout.is64) {
      table.number(type, 1).number(0, 1).addHalf(section).addAddress(0).addAddress(0);
    } else {
      table.addAddress(0).addAddress(0).number(type, 1).number(0, 1).addHalf(section);
    }
  }
  return table.toBytes();
}

/** One bucket with all symbols in one chain. */
function hashTable(about: TinyElf, layout: Layout): Uint8Array {
  const count = (about.symbols?.length ?? 0) + 1;
  const table = new ElfBytes(layout);
  if (about.hash !== 'gnu') {
    return table.addWord(1).addWord(count).toBytes();
  }
  table.addWord(1).addWord(1).addWord(1).addWord(0).addAddress(0).addWord(1);
  for (let index = 1; index < count; index++) {
    table.addWord(index === count - 1 ? 1 : 2);
  }
  return table.toBytes();
}

function createNotes({ buildId, note: further }: TinyElf, layout: Layout): Uint8Array {
  const note = new ElfBytes(layout);
  if (buildId !== undefined) {
    note.addWord(4).addWord(buildId.length).addWord(3).addRaw(Buffer.from('GNU\0')).addRaw(buildId);
  }
  if (further !== undefined) {
    note.addRaw(further);
  }
  return note.toBytes();
}

/**
 * Names in the order of the sections, the name section's own last; each at the sum of the lengths
 * before it.
 */
function joinSectionNames(blocks: readonly Block[]): Uint8Array {
  return Buffer.from([...blocks.map(({ name }) => name), '.shstrtab'].join('\0').concat('\0'));
}

function writeSegments(
  file: ElfBytes,
  about: TinyElf,
  { is64 }: Layout,
  blocks: readonly PlacedBlock[],
): void {
  const write = (type: number, flags: number, at: number, size: number): void => {
    file.addWord(type);
    if (is64) {
      file
        .addWord(flags)
        .addAddress(at)
        .addAddress(at)
        .addAddress(at)
        .addAddress(size)
        .addAddress(size);
    } else {
      file
        .addAddress(at)
        .addAddress(at)
        .addAddress(at)
        .addAddress(size)
        .addAddress(size)
        .addWord(flags);
    }
    file.addAddress(1);
  };
  write(SEGMENT.load, 5, 0, LOADED_BYTES);
  for (const [type, name] of [
    [SEGMENT.dynamic, '.dynamic'],
    [SEGMENT.note, '.note'],
    [SEGMENT.interpreter, '.interp'],
  ] as const) {
    const block = blocks.find((one) => one.name === name);
    const size = block?.bytes.length ?? 0;
    write(size === 0 ? 0 : type, 4, block?.offset ?? 0, size);
  }
  for (const { type, flags } of about.segments ?? []) {
    write(type, flags, 0, 0);
  }
}

function writeSections(file: ElfBytes, blocks: readonly PlacedBlock[]): void {
  let nameOffset = 0;
  for (const { name, type, offset, bytes, link = 0 } of blocks) {
    const flags = name === '.rodata' ? ALLOCATED_FLAG : 0;
    file.addWord(nameOffset).addWord(type).addAddress(flags).addAddress(offset).addAddress(offset);
    file.addAddress(bytes.length).addWord(link).addWord(0).addAddress(1).addAddress(0);
    nameOffset += name.length + 1;
  }
}
