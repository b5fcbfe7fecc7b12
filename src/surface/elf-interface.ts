import { readDynamic } from '../bytes/elf/dynamic.ts';
import { ELF_TYPE, ELF_WANT, readElf } from '../bytes/elf/elf.ts';
import {
  ElfSymbols,
  FUNCTION_TYPE,
  INDIRECT_FUNCTION_TYPE,
  readDynamicSymbols,
} from '../bytes/elf/symbols.ts';
import type { WordLayout } from '../bytes/elf/word.ts';
import type { Extraction, Extractor, WantedFile } from '../core/cataloger.ts';
import type { Limits } from '../core/limits.ts';

/** What an ELF file has for others and wants of them. Plain data: kept with the layer. */
export interface ElfInterface {
  /** Others are linked with it: it has a name for that (`DT_SONAME`). */
  readonly isLibrary: boolean;
  /** Names of its functions that others may call, one a line. */
  readonly exported: string;
  /** Names of what the loader finds for it elsewhere, one a line. */
  readonly imported: string;
}

/**
 * Looks at the dynamic symbols of every ELF file. Those of most files are never asked for. Says
 * nothing of a file whose names come to more than `symbolBytesMax`.
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

/** Holds on to no more than it needs: the file is gone when names are read. */
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

/** Data is no function, whoever has it; what is wanted does not tell what it is. */
function chooseList(
  symbols: ElfSymbols,
  index: number,
  { exported, imported }: Lists,
): string[] | undefined {
  if (symbols.isUndefined(index)) {
    return imported;
  }
  const type = symbols.type(index);
  return type === FUNCTION_TYPE || type === INDIRECT_FUNCTION_TYPE ? exported : undefined;
}
