/** What a tiny ELF file of the tests holds. */
export interface TinyElf {
  readonly is64?: boolean;
  readonly isLittleEndian?: boolean;
  readonly type?: number;
  readonly entry?: number;
  /** Tags with a number, or with a text that goes to the string table. */
  readonly dynamic?: readonly (readonly [tag: number, value: number | string])[];
  readonly symbols?: readonly {
    readonly name: string;
    readonly type?: number;
    readonly section?: number;
  }[];
  /** Of the full symbol table. */
  readonly fullSymbols?: readonly { readonly name: string; readonly type?: number }[];
  /** Types of further segments with their flags, e.g. of the stack. */
  readonly segments?: readonly { readonly type: number; readonly flags: number }[];
  readonly interpreter?: string;
  readonly buildId?: Uint8Array;
  /** Section headers: tools need them, the loader does not. */
  readonly hasSections?: boolean;
  /** How the loader finds out how many symbols there are. */
  readonly hash?: 'sysv' | 'gnu';
}

const DYNAMIC_SYMBOLS = { strings: 5, symbols: 6, stringBytes: 10, hash: 4, gnuHash: 0x6ffffef5 };

/** Bytes with words of one width and order. */
class ElfBytes {
  readonly #is64: boolean;
  readonly #isLittleEndian: boolean;
  readonly #bytes: number[] = [];

  constructor(is64: boolean, isLittleEndian: boolean) {
    this.#is64 = is64;
    this.#isLittleEndian = isLittleEndian;
  }

  get length(): number {
    return this.#bytes.length;
  }

  number(value: number, bytes: number): this {
    const digits = Array.from(
      { length: bytes },
      (_, index) => Math.floor(value / 256 ** index) % 256,
    );
    this.#bytes.push(...(this.#isLittleEndian ? digits : digits.reverse()));
    return this;
  }

  half(value: number): this {
    return this.number(value, 2);
  }

  word(value: number): this {
    return this.number(value, 4);
  }

  address(value: number): this {
    return this.number(value, this.#is64 ? 8 : 4);
  }

  raw(bytes: Iterable<number>): this {
    this.#bytes.push(...bytes);
    return this;
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
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

interface Block {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
}

/** Addresses are offsets: the whole file is one loaded segment. At least 512 bytes long. */
export function tinyElf(about: TinyElf): Uint8Array {
  const { is64 = true, isLittleEndian = true } = about;
  const make = (): ElfBytes => new ElfBytes(is64, isLittleEndian);
  const strings = new StringTable();
  const names = new StringTable();
  const headerBytes = is64 ? 64 : 52;
  const segmentBytes = is64 ? 56 : 32;
  const symbolBlock = (list: NonNullable<TinyElf['symbols']>): Uint8Array => {
    const table = make();
    for (const one of [{ name: '', type: 0, section: 0 }, ...list]) {
      const name = one.name === '' ? 0 : strings.add(one.name);
      const info = one.type ?? 2;
      const section = one.section ?? 0;
      if (is64) {
        table.word(name).number(info, 1).number(0, 1).half(section).address(0).address(0);
      } else {
        table.word(name).address(0).address(0).number(info, 1).number(0, 1).half(section);
      }
    }
    return table.toBytes();
  };
  const symbols = symbolBlock(about.symbols ?? []);
  const full = about.fullSymbols && symbolBlock(about.fullSymbols);
  const tags = (about.dynamic ?? []).map(
    ([tag, value]) => [tag, typeof value === 'string' ? strings.add(value) : value] as const,
  );
  const note = make();
  if (about.buildId !== undefined) {
    note.word(4).word(about.buildId.length).word(3).raw(Buffer.from('GNU\0')).raw(about.buildId);
  }
  const symbolCount = (about.symbols?.length ?? 0) + 1;
  const hash =
    about.hash === 'gnu'
      ? make().word(1).word(1).word(1).word(0).address(0).word(1)
      : make().word(1).word(symbolCount);
  if (about.hash === 'gnu') {
    for (let index = 1; index < symbolCount; index++) {
      hash.word(index === symbolCount - 1 ? 1 : 2);
    }
  }
  const wordBytes = is64 ? 8 : 4;
  const segmentsCount = 4 + (about.segments?.length ?? 0);
  const blocksAt = headerBytes + segmentsCount * segmentBytes;
  const stringBytes = strings.toBytes();
  const interpreter = Buffer.from(about.interpreter === undefined ? '' : `${about.interpreter}\0`);
  const tagCount = about.dynamic === undefined ? 0 : tags.length + 5;
  const dynamicAt =
    blocksAt + stringBytes.length + symbols.length + hash.length + note.length + interpreter.length;
  const stringsAt = blocksAt;
  const symbolsAt = stringsAt + stringBytes.length;
  const hashAt = symbolsAt + symbols.length;
  const noteAt = hashAt + hash.length;
  const interpreterAt = noteAt + note.length;
  const dynamic = make();
  if (about.dynamic !== undefined) {
    const own = [
      [DYNAMIC_SYMBOLS.strings, stringsAt],
      [DYNAMIC_SYMBOLS.stringBytes, stringBytes.length],
      [DYNAMIC_SYMBOLS.symbols, symbolsAt],
      [about.hash === 'gnu' ? DYNAMIC_SYMBOLS.gnuHash : DYNAMIC_SYMBOLS.hash, hashAt],
    ] as const;
    for (const [tag, value] of [...own, ...tags, [0, 0] as const]) {
      dynamic.address(tag).address(value);
    }
  }
  const blocks: Block[] = [
    { name: '', type: 0, bytes: new Uint8Array(0) },
    { name: '.dynstr', type: 3, bytes: stringBytes },
    { name: '.dynsym', type: about.symbols === undefined ? 0 : 11, bytes: symbols, link: 1 },
    { name: '.hash', type: 5, bytes: hash.toBytes() },
    { name: '.note', type: 7, bytes: note.toBytes() },
    { name: '.interp', type: 1, bytes: interpreter },
    { name: '.dynamic', type: tagCount === 0 ? 0 : 6, bytes: dynamic.toBytes(), link: 1 },
    ...(full === undefined ? [] : [{ name: '.symtab', type: 2, bytes: full, link: 1 }]),
  ];
  const body = make();
  const offsets: number[] = [];
  for (const { bytes } of blocks) {
    offsets.push(blocksAt + body.length);
    body.raw(bytes);
  }
  const nameOffsets = [...blocks, { name: '.shstrtab' }].map(({ name }) => names.add(name));
  const nameBytes = names.toBytes();
  const namesAt = blocksAt + body.length;
  const sectionsAt = namesAt + nameBytes.length;
  const hasSections = about.hasSections ?? true;
  const head = make().raw([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, isLittleEndian ? 1 : 2, 1]);
  head
    .raw(new Uint8Array(9))
    .half(about.type ?? 3)
    .half(62)
    .word(1);
  head
    .address(about.entry ?? 0)
    .address(headerBytes)
    .address(hasSections ? sectionsAt : 0);
  head.word(0).half(headerBytes).half(segmentBytes).half(segmentsCount);
  head
    .half(is64 ? 64 : 40)
    .half(hasSections ? blocks.length + 1 : 0)
    .half(blocks.length);
  const fileBytes = 65_536;
  const segment = (type: number, at: number, size: number, flags: number): void => {
    if (is64) {
      head
        .word(type)
        .word(flags)
        .address(at)
        .address(at)
        .address(at)
        .address(size)
        .address(size)
        .address(1);
    } else {
      head
        .word(type)
        .address(at)
        .address(at)
        .address(at)
        .address(size)
        .address(size)
        .word(flags)
        .word(1);
    }
  };
  segment(1, 0, fileBytes, 5);
  segment(tagCount === 0 ? 0 : 2, dynamicAt, tagCount * 2 * wordBytes, 6);
  segment(about.buildId === undefined ? 0 : 4, noteAt, note.length, 4);
  segment(about.interpreter === undefined ? 0 : 3, interpreterAt, interpreter.length, 4);
  for (const { type, flags } of about.segments ?? []) {
    segment(type, 0, 0, flags);
  }
  head.raw(body.toBytes()).raw(nameBytes);
  if (hasSections) {
    for (const [index, one] of [
      ...blocks,
      { name: '', type: 3, bytes: nameBytes, link: 0 },
    ].entries()) {
      const at = offsets[index] ?? namesAt;
      head
        .word(nameOffsets[index] ?? 0)
        .word(one.type)
        .address(0)
        .address(at)
        .address(at);
      head
        .address(one.bytes.length)
        .word(one.link ?? 0)
        .word(0)
        .address(1)
        .address(0);
    }
  }
  return head.raw(new Uint8Array(Math.max(0, 512 - head.length))).toBytes();
}
