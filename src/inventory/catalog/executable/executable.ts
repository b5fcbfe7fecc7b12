import { ELF_TYPE, readElf } from '../../../foundation/bytes/elf/elf.ts';
import { readMachO } from '../../../foundation/bytes/macho/macho.ts';
import { readPe } from '../../../foundation/bytes/pe/pe.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { listMagics } from '../../../foundation/core/executable-file.ts';
import type { ExecutableFacts } from '../../../foundation/core/inventory.ts';
import { readElfFacts } from './elf-facts.ts';

/** Shorter files are not programs, whatever their first bytes are. */
const EXECUTABLE_BYTES_MIN = 512;

/**
 * Reports for each program and library its hardening, the libraries that it loads and whether it
 * exports anything. It finds no packages. It does not detect fortified and protected functions in
 * statically linked files.
 */
export const executable: Cataloger<ExecutableFacts> = {
  id: 'executable',
  version: 2,
  title: 'Executables',
  spec: 'https://gabi.xinuos.com/',
  tags: ['file'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  alias: 'file-executable-cataloger',
  wants: [
    { role: 'elf', magic: listMagics('elf'), maxBytes: 'wholeFileBytesMax' },
    { role: 'pe', magic: listMagics('pe'), maxBytes: 'wholeFileBytesMax' },
    { role: 'macho', magic: listMagics('macho'), maxBytes: 'wholeFileBytesMax' },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<ExecutableFacts> {
  switch (file.role) {
    case 'elf':
      return extractElf(file);
    case 'pe':
      return extractPe(file);
    default:
      return extractMachO(file);
  }
}

function extractElf(file: WantedFile): Extraction<ExecutableFacts> {
  const elf = readElf(file.content, file.limits);
  if (elf === undefined) {
    return {
      problems: [
        { code: 'P_TRUNCATED', message: 'the executable is truncated within its first header' },
      ],
    };
  }
  const isProgram = file.sizeBytes >= EXECUTABLE_BYTES_MIN;
  if (!isProgram || elf.type === ELF_TYPE.relocatable || elf.type === ELF_TYPE.core) {
    return {};
  }
  return {
    fact: readElfFacts(elf),
    ...(elf.problems.length > 0 ? { problems: elf.problems } : {}),
  };
}

/** Plain DOS programs and other files that begin with `MZ` are not current executables. */
function extractPe(file: WantedFile): Extraction<ExecutableFacts> {
  const pe = readPe(file.content, file.limits);
  if (pe === undefined || file.sizeBytes < EXECUTABLE_BYTES_MIN) {
    return {};
  }
  return {
    fact: {
      format: 'pe',
      hasExports: pe.hasExports,
      hasEntrypoint: pe.entry > 0 && !pe.isLibrary,
      importedLibraries: pe.importedLibraries,
      ...defined({ mitigations: pe.mitigations }),
    },
  };
}

/** Java class files begin like universal binaries. */
function extractMachO(file: WantedFile): Extraction<ExecutableFacts> {
  const macho = readMachO(file.content, file.limits);
  return macho === undefined || file.sizeBytes < EXECUTABLE_BYTES_MIN
    ? {}
    : { fact: { format: 'macho', ...macho } };
}

function assemble({ facts }: AssemblyInput<ExecutableFacts>): Assembly {
  const executables = facts.flatMap(({ ref, path, otherNames = [], fact }) =>
    [path, ...otherNames].map((name) => ({ ref, path: name, facts: fact })),
  );
  return { executables };
}
