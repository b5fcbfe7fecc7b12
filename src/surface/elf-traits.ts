import { type BranchProtection, getBranchProtection } from '../bytes/elf/branch-protection.ts';
import { type ElfDynamic, readDynamic } from '../bytes/elf/dynamic.ts';
import { ELF_TYPE, ELF_WANT, type ElfFile, readBounded, readElf } from '../bytes/elf/elf.ts';
import { readDynamicSymbols } from '../bytes/elf/symbols.ts';
import { toBuffer } from '../core/bytes.ts';
import type { Extraction, Extractor, WantedFile } from '../core/cataloger.ts';

/**
 * What of an ELF program or library matters to its surface only. Plain data: kept with the layer.
 */
export interface ElfTraits {
  /** It calls what takes a connection from elsewhere; never true of what is linked statically. */
  readonly listens: boolean;
  /** The loader has to write to its code; absent where there is no loader. */
  readonly hasTextRelocations?: boolean;
  /** Where it has the loader look for libraries first, as written. */
  readonly libraryFolders: readonly string[];
  readonly branchProtection?: BranchProtection;
}

/** Looks at every ELF file, besides what catalogers say of it. */
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
      ...(branchProtection === undefined ? {} : { branchProtection }),
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

/** The linker of Go leaves out what nothing calls, and its table of functions names the rest. */
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
