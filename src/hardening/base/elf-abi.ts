import { readDynamic } from '../../foundation/bytes/elf/dynamic.ts';
import { ELF_WANT, readElf } from '../../foundation/bytes/elf/elf.ts';
import { readInterpreter } from '../../foundation/bytes/elf/notes.ts';
import { readDynamicSymbols } from '../../foundation/bytes/elf/symbols.ts';
import { readVersions, type VersionNeeds } from '../../foundation/bytes/elf/versions.ts';
import type { Extraction, Extractor, WantedFile } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';

/** The interface of an ELF file to the libraries that it loads and the programs that load it. */
export interface ElfAbi {
  /** Machine and class, such as `62-64` for x86-64. */
  readonly machine: string;
  /** Path of the loader; only programs have one. */
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed: readonly string[];
  readonly definedVersions: readonly string[];
  readonly neededVersions: readonly VersionNeeds[];
  /**
   * Module version of an add-on for Node.js; `napi` if it runs in any version. Absent for others.
   */
  readonly nodeAbi?: string;
}

/** Reads the interfaces of ELF files. Only used for base images and for checks against them. */
export const elfAbi: Extractor<ElfAbi> = {
  id: 'elf-abi',
  version: 1,
  wants: [ELF_WANT],
  extract,
};

function extract({ path, content, limits }: WantedFile): Extraction<ElfAbi> {
  const elf = readElf(content, limits);
  if (elf === undefined) {
    return {};
  }
  const dynamic = readDynamic(elf);
  const versions = dynamic && readVersions(elf, dynamic);
  const symbols = path.endsWith('.node') ? readDynamicSymbols(elf, dynamic) : undefined;
  const names = Array.from(
    { length: symbols?.count ?? 0 },
    (_, index) => symbols?.name(index) ?? '',
  );
  return {
    fact: {
      machine: `${elf.machine}-${elf.layout.is64 ? 64 : 32}`,
      ...defined({
        interpreter: readInterpreter(elf),
        soname: dynamic?.soname,
        nodeAbi: findNodeAbi(names),
      }),
      needed: dynamic?.needed ?? [],
      definedVersions: versions?.defined ?? [],
      neededVersions: versions?.needed ?? [],
    },
  };
}

/** Node.js documentation, "Node-API" and "C++ addons". */
function findNodeAbi(names: readonly string[]): string | undefined {
  if (
    names.some(
      (name) => name.startsWith('napi_register_module_v') || name === 'napi_module_register',
    )
  ) {
    return 'napi';
  }
  const versioned = names.flatMap((name) => /^node_register_module_v(\d+)$/.exec(name)?.[1] ?? []);
  return versioned[0];
}
