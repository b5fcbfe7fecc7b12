import { type Bytes, toDataView } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import type { ExecutableMitigations } from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';

/** Facts of a Mach-O file, or of all architectures of a universal file together. */
export interface MachOFacts {
  /** Paths of loaded libraries in file order, each once. */
  readonly importedLibraries: readonly string[];
  readonly hasEntrypoint: boolean;
  readonly hasExports: boolean;
  /** Mitigations that hold for every architecture. */
  readonly mitigations: ExecutableMitigations;
}

const UNIVERSAL_MAGIC = 0xcafebabe;
const UNIVERSAL_64_MAGIC = 0xcafebabf;
const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;
/**
 * Java class files share the magic of universal files; their version is in the place of the count.
 */
const CLASS_VERSION_MIN = 20;

/** Load commands. Apple, `mach-o/loader.h`. */
const LOAD_COMMAND = {
  symbolTable: 0x2,
  unixThread: 0x5,
  loadLibrary: 0xc,
  main: 0x80000028,
} as const;

const COMMAND_HEADER_BYTES = 8;
const UNIVERSAL_ENTRY_BYTES = 20;
const UNIVERSAL_64_ENTRY_BYTES = 32;
const HIGH = 2 ** 32;

interface Slice {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The Mach-O file of one architecture, alone or in a universal file. */
export interface MachOSlice {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
  /** `cputype`, such as 0x0100000c for ARM64. */
  readonly processor: number;
  /** `MH_…` file type. */
  readonly kind: number;
  /** `MH_…` flags. */
  readonly flags: number;
  /** Reads at an offset in the slice; reading past its end returns fewer bytes. */
  readSlice(offset: number, length: number): Uint8Array;
  /** Yields the load commands; each starts with its kind and size. */
  loadCommands(): Iterable<DataView>;
}

/** Returns the readable slices; none if the content is not a Mach-O file. */
export function readMachOSlices(content: Bytes, limits: Limits): MachOSlice[] {
  return listSlices(content, limits)
    .map((slice) => openSlice(content, slice, limits))
    .filter((slice) => slice !== undefined);
}

/** Reads a Mach-O or universal file; `undefined` for other content. */
export function readMachO(content: Bytes, limits: Limits): MachOFacts | undefined {
  const readable = readMachOSlices(content, limits).map((slice) => readFacts(slice, limits));
  if (readable.length === 0) {
    return undefined;
  }
  return {
    importedLibraries: [...new Set(readable.flatMap((one) => one.importedLibraries))],
    hasEntrypoint: readable.some((one) => one.hasEntrypoint),
    hasExports: readable.some((one) => one.hasExports),
    mitigations: mergeMitigations(readable.map(({ mitigations }) => mitigations)),
  };
}

function mergeMitigations(all: readonly ExecutableMitigations[]): ExecutableMitigations {
  const canaries = all.flatMap(({ stackCanary }) => stackCanary ?? []);
  return {
    randomAddress: all.every(({ randomAddress }) => randomAddress),
    noExecute: all.every(({ noExecute }) => noExecute),
    ...(canaries.length === 0 ? {} : { stackCanary: canaries.every(Boolean) }),
  };
}

/** Apple, `mach-o/loader.h`: kinds and flags of files. */
const PROGRAM_KIND = 0x2;
const FLAG = { stackExecuted: 0x20000, positionIndependent: 0x200000 } as const;
const CANARY = '___stack_chk_fail';

/** Libraries are always position-independent. */
function detectMitigations(
  { kind, flags }: MachOSlice,
  stackCanary: boolean | undefined,
): ExecutableMitigations {
  return {
    randomAddress: kind !== PROGRAM_KIND || (flags & FLAG.positionIndependent) !== 0,
    noExecute: (flags & FLAG.stackExecuted) === 0,
    ...defined({ stackCanary }),
  };
}

function listSlices(content: Bytes, limits: Limits): Slice[] {
  const head = toDataView(content.read(0, COMMAND_HEADER_BYTES));
  const magic = head.byteLength < COMMAND_HEADER_BYTES ? 0 : head.getUint32(0);
  if (magic !== UNIVERSAL_MAGIC && magic !== UNIVERSAL_64_MAGIC) {
    return [{ offset: 0, sizeBytes: content.sizeBytes }];
  }
  const declared = head.getUint32(4);
  if (declared >= CLASS_VERSION_MIN) {
    return [];
  }
  const count = Math.min(declared, limits.executableSlicesMax);
  const is64 = magic === UNIVERSAL_64_MAGIC;
  const entryBytes = is64 ? UNIVERSAL_64_ENTRY_BYTES : UNIVERSAL_ENTRY_BYTES;
  const table = toDataView(content.read(COMMAND_HEADER_BYTES, count * entryBytes));
  const slices: Slice[] = [];
  for (let at = 0; at + entryBytes <= table.byteLength; at += entryBytes) {
    slices.push({
      offset: is64 ? readLong(table, at + 8) : table.getUint32(at + 8),
      sizeBytes: is64 ? readLong(table, at + 16) : table.getUint32(at + 12),
    });
  }
  return slices;
}

function readLong(view: DataView, offset: number): number {
  return view.getUint32(offset) * HIGH + view.getUint32(offset + 4);
}

function openSlice(content: Bytes, slice: Slice, limits: Limits): MachOSlice | undefined {
  const readSlice = (offset: number, length: number): Uint8Array =>
    offset < slice.sizeBytes
      ? content.read(slice.offset + offset, Math.min(length, slice.sizeBytes - offset))
      : new Uint8Array(0);
  const head = toDataView(readSlice(0, 28));
  const layout = head.byteLength < 28 ? undefined : detectLayout(head);
  if (layout === undefined) {
    return undefined;
  }
  const little = layout.isLittleEndian;
  const count = Math.min(head.getUint32(16, little), limits.executableRecordsMax);
  const commandBytes = Math.min(head.getUint32(20, little), limits.executableTableBytesMax);
  const commands = toDataView(readSlice(layout.is64 ? 32 : 28, commandBytes));
  return {
    ...layout,
    processor: head.getUint32(4, little),
    kind: head.getUint32(12, little),
    flags: head.getUint32(24, little),
    readSlice,
    loadCommands: () => listCommands(commands, count, little),
  };
}

function readFacts(slice: MachOSlice, limits: Limits): MachOFacts {
  const little = slice.isLittleEndian;
  const libraries: string[] = [];
  let hasEntrypoint = false;
  let hasExports: boolean | undefined;
  let hasCanary: boolean | undefined;
  for (const command of slice.loadCommands()) {
    const kind = command.getUint32(0, little);
    if (kind === LOAD_COMMAND.loadLibrary) {
      libraries.push(readLibraryName(command, little, limits));
    } else if (kind === LOAD_COMMAND.main || kind === LOAD_COMMAND.unixThread) {
      hasEntrypoint = true;
    } else if (kind === LOAD_COMMAND.symbolTable) {
      hasExports ??= hasExportedSymbol(slice, command, limits);
      hasCanary ??= hasCanaryImport(slice, command, limits);
    }
  }
  const importedLibraries = libraries
    .filter((name) => name !== '')
    .slice(0, limits.executableLibrariesMax);
  const mitigations = detectMitigations(slice, hasCanary);
  return { importedLibraries, hasEntrypoint, hasExports: hasExports ?? false, mitigations };
}

function detectLayout(
  head: DataView,
): { readonly is64: boolean; readonly isLittleEndian: boolean } | undefined {
  for (const isLittleEndian of [true, false]) {
    const magic = head.getUint32(0, isLittleEndian);
    if (magic === MAGIC_32 || magic === MAGIC_64) {
      return { is64: magic === MAGIC_64, isLittleEndian };
    }
  }
  return undefined;
}

function* listCommands(view: DataView, count: number, little: boolean): Iterable<DataView> {
  let at = 0;
  for (let index = 0; index < count && at + COMMAND_HEADER_BYTES <= view.byteLength; index++) {
    const sizeBytes = view.getUint32(at + 4, little);
    if (sizeBytes < COMMAND_HEADER_BYTES || at + sizeBytes > view.byteLength) {
      return;
    }
    yield new DataView(view.buffer, view.byteOffset + at, sizeBytes);
    at += sizeBytes;
  }
}

function readLibraryName(command: DataView, little: boolean, limits: Limits): string {
  if (command.byteLength < 12) {
    return '';
  }
  return readLibraryText(command, command.getUint32(8, little), limits.pathBytesMax);
}

function readLibraryText(view: DataView, offset: number, maxBytes: number): string {
  if (offset >= view.byteLength) {
    return '';
  }
  const length = Math.min(maxBytes, view.byteLength - offset);
  const bytes = Buffer.from(view.buffer, view.byteOffset + offset, length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? length : end);
}

/** Bits of `n_type`. Apple, `mach-o/nlist.h`. */
const SYMBOL = {
  debugMask: 0xe0,
  privateExternal: 0x10,
  external: 0x01,
  typeMask: 0x0e,
  undefined: 0,
} as const;

/** External in every program for the loader; does not make it a library. */
const PROGRAM_SYMBOLS: ReadonlySet<string> = new Set(['_main', '__mh_execute_header']);

function hasExportedSymbol(reader: MachOSlice, command: DataView, limits: Limits): boolean {
  for (const { type, name } of listSymbols(reader, command, limits)) {
    const isExternal = (type & SYMBOL.external) !== 0 && (type & SYMBOL.privateExternal) === 0;
    const isDefined = (type & SYMBOL.typeMask) !== SYMBOL.undefined;
    if (isExternal && isDefined && !PROGRAM_SYMBOLS.has(name())) {
      return true;
    }
  }
  return false;
}

/**
 * Returns whether it calls the system's handler for a broken stack; `undefined` if it imports
 * nothing.
 */
function hasCanaryImport(
  slice: MachOSlice,
  command: DataView,
  limits: Limits,
): boolean | undefined {
  let isAny = false;
  for (const { type, name } of listSymbols(slice, command, limits)) {
    if ((type & (SYMBOL.typeMask | SYMBOL.debugMask)) === SYMBOL.undefined) {
      isAny = true;
      if (name() === CANARY) {
        return true;
      }
    }
  }
  return isAny ? false : undefined;
}

/** Returns the addresses of the defined symbols with one of the names. */
export function findMachOSymbols(
  slice: MachOSlice,
  wanted: ReadonlySet<string>,
  limits: Limits,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const command of slice.loadCommands()) {
    if (command.getUint32(0, slice.isLittleEndian) === LOAD_COMMAND.symbolTable) {
      for (const { type, name, value } of listSymbols(slice, command, limits)) {
        const isDefined = (type & SYMBOL.typeMask) !== SYMBOL.undefined;
        const text = isDefined ? name() : '';
        if (wanted.has(text)) {
          found.set(text, value());
        }
      }
    }
  }
  return found;
}

interface MachOSymbol {
  readonly type: number;
  readonly name: () => string;
  readonly value: () => number;
}

function* listSymbols(
  reader: MachOSlice,
  command: DataView,
  limits: Limits,
): Iterable<MachOSymbol> {
  if (command.byteLength < 24) {
    return;
  }
  const little = reader.isLittleEndian;
  const [symbolOffset, declared, stringOffset, stringBytes] = [8, 12, 16, 20].map((at) =>
    command.getUint32(at, little),
  ) as [number, number, number, number];
  const entryBytes = reader.is64 ? 16 : 12;
  const count = Math.min(
    declared,
    limits.executableSymbolsMax,
    limits.executableTableBytesMax / entryBytes,
  );
  const symbols = toDataView(reader.readSlice(symbolOffset, Math.floor(count) * entryBytes));
  const strings = toDataView(
    reader.readSlice(stringOffset, Math.min(stringBytes, limits.executableTableBytesMax)),
  );
  for (let at = 0; at + entryBytes <= symbols.byteLength; at += entryBytes) {
    yield {
      type: symbols.getUint8(at + 4),
      name: () => readLibraryText(strings, symbols.getUint32(at, little), limits.pathBytesMax),
      value: () =>
        reader.is64
          ? Number(symbols.getBigUint64(at + 8, little))
          : symbols.getUint32(at + 8, little),
    };
  }
}
