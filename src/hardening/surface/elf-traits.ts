import {
  type BranchProtection,
  getBranchProtection,
} from '../../foundation/bytes/elf/branch-protection.ts';
import { type ElfDynamic, readDynamic } from '../../foundation/bytes/elf/dynamic.ts';
import {
  ELF_TYPE,
  ELF_WANT,
  type ElfFile,
  readBounded,
  readElf,
} from '../../foundation/bytes/elf/elf.ts';
import { readDynamicSymbols } from '../../foundation/bytes/elf/symbols.ts';
import { toBuffer } from '../../foundation/core/bytes.ts';
import type { Extraction, Extractor, WantedFile } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';

/**
 * Properties of an ELF program or library that only matter to its surface. Plain data: cached with
 * the layer.
 */
export interface ElfTraits {
  /** Whether it calls functions that accept connections; never true of static executables. */
  readonly listens: boolean;
  /** Whether the loader has to write to its code; absent if there is no loader. */
  readonly hasTextRelocations?: boolean;
  /** Directories that it makes the loader search first, as written. */
  readonly libraryFolders: readonly string[];
  readonly branchProtection?: BranchProtection;
}

/** Reads every ELF file, in addition to the catalogers. */
export const elfTraits: Extractor<ElfTraits> = {
  id: 'surface-elf',
  version: 1,
  wants: [ELF_WANT],
  extract,
};

const FOLDERS_MAX = 64;

function extract({ content, limits }: WantedFile): Extraction<ElfTraits> {
  const elf = readElf(content, limits);
  if (elf === undefined || (elf.type !== ELF_TYPE.executable && elf.type !== ELF_TYPE.shared)) {
    return {};
  }
  const dynamic = readDynamic(elf);
  const branchProtection = getBranchProtection(elf);
  const written = [dynamic?.rpath, dynamic?.runpath].filter((one) => one !== undefined);
  return {
    fact: {
      listens: hasListeningImport(elf, dynamic) || hasGoListener(elf),
      ...(dynamic === undefined ? {} : { hasTextRelocations: dynamic.hasTextRelocations }),
      libraryFolders: written.flatMap((one) => one.split(':')).slice(0, FOLDERS_MAX),
      ...defined({ branchProtection }),
    },
  };
}

/** Both are needed to wait for connections: programs that only connect may call `bind`, too. */
const LISTENING = ['bind', 'listen'];

function hasListeningImport(elf: ElfFile, dynamic: ElfDynamic | undefined): boolean {
  const symbols = readDynamicSymbols(elf, dynamic);
  if (symbols === undefined) {
    return false;
  }
  const { buffer, byteOffset, length } = symbols.strings;
  const strings = Buffer.from(buffer, byteOffset, length);
  const wanted = new Set(LISTENING);
  if (LISTENING.some((name) => !strings.includes(`${name}\0`, 0, 'latin1'))) {
    return false;
  }
  for (let index = 1; wanted.size > 0 && index < symbols.count; index += 1) {
    if (symbols.isUndefined(index)) {
      wanted.delete(symbols.name(index, 8));
    }
  }
  return wanted.size === 0;
}

/** Go's linker omits uncalled functions, and its function table names the rest. */
const GO_LISTENER = Buffer.from('\0net.(*sysListener).listenTCP\0', 'latin1');

function hasGoListener(elf: ElfFile): boolean {
  const table =
    elf.sections.findNamed('.gopclntab') ?? elf.sections.findNamed('.data.rel.ro.gopclntab');
  if (table === undefined) {
    return false;
  }
  const bytes = Math.min(table.sizeBytes, elf.limits.executableTableBytesMax);
  const block = readBounded(elf.content, table.offset, bytes);
  return toBuffer(block).includes(GO_LISTENER);
}
