import { readDynamic } from '../../foundation/bytes/elf/dynamic.ts';
import { ELF_TYPE, ELF_WANT, readElf } from '../../foundation/bytes/elf/elf.ts';
import {
  ElfSymbols,
  FUNCTION_TYPE,
  INDIRECT_FUNCTION_TYPE,
  readDynamicSymbols,
} from '../../foundation/bytes/elf/symbols.ts';
import type { WordLayout } from '../../foundation/bytes/elf/word.ts';
import type { Extraction, Extractor, WantedFile } from '../../foundation/core/cataloger.ts';
import type { Limits } from '../../foundation/core/limits.ts';

/** Exported and imported functions of an ELF file. Plain data: cached with the layer. */
export interface ElfInterface {
  /** Whether others are linked with it: it has a `DT_SONAME`. */
  readonly isLibrary: boolean;
  /** Names of its exported functions, one per line. */
  readonly exported: string;
  /** Names that the loader resolves elsewhere, one per line. */
  readonly imported: string;
}

/**
 * Reads the dynamic symbols of every ELF file, lazily, because those of most files are never used.
 * Returns nothing for a file whose names exceed `symbolBytesMax`.
 */
export const elfInterface: Extractor<ElfInterface> = {
  id: 'surface-interface',
  version: 1,
  wants: [ELF_WANT],
  extract,
};

function extract({ content, limits }: WantedFile): Extraction<ElfInterface> {
  const elf = readElf(content, limits);
  if (elf === undefined || (elf.type !== ELF_TYPE.executable && elf.type !== ELF_TYPE.shared)) {
    return {};
  }
  const dynamic = readDynamic(elf);
  const symbols = readDynamicSymbols(elf, dynamic);
  if (dynamic === undefined || symbols === undefined) {
    return {};
  }
  const make = createInterfaceMaker(dynamic.soname !== undefined, elf.layout, limits);
  return { deferred: { content: [symbols.bytes, symbols.strings], make } };
}

/** Keeps only the necessary values: the file is closed when names are read. */
function createInterfaceMaker(isLibrary: boolean, layout: WordLayout, limits: Limits) {
  return ([bytes = NOTHING, strings = NOTHING]: readonly Uint8Array[]):
    | ElfInterface
    | undefined => {
    const symbols = new ElfSymbols({ layout, limits }, bytes, strings);
    const exported: string[] = [];
    const imported: string[] = [];
    let left = limits.symbolBytesMax;
    for (let index = 1; index < symbols.count; index += 1) {
      const list = chooseList(symbols, index, { exported, imported });
      const name = list === undefined ? '' : symbols.name(index);
      left -= name.length;
      if (left < 0) {
        return undefined;
      }
      if (name !== '') {
        list?.push(name);
      }
    }
    return { isLibrary, exported: exported.join('\n'), imported: imported.join('\n') };
  };
}

const NOTHING = new Uint8Array(0);

type Lists = Readonly<Record<'exported' | 'imported', string[]>>;

/** Data symbols are not functions; undefined symbols do not record their type. */
function chooseList(
  symbols: ElfSymbols,
  index: number,
  { exported, imported }: Lists,
): string[] | undefined {
  if (symbols.isUndefined(index)) {
    return imported;
  }
  const type = symbols.getType(index);
  return type === FUNCTION_TYPE || type === INDIRECT_FUNCTION_TYPE ? exported : undefined;
}
