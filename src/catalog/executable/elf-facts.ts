import type { ExecutableFacts } from '../../core/inventory.ts';
import { type ElfDynamic, readDynamic } from '../../parse/elf/dynamic.ts';
import { ELF_TYPE, type ElfFile, SEGMENT, sectionNamed } from '../../parse/elf/elf.ts';
import { buildIdOf, interpreterOf } from '../../parse/elf/notes.ts';
import {
  dynamicSymbols,
  type ElfSymbols,
  FUNCTION_TYPE,
  fullSymbols,
  UNDEFINED_SECTION,
} from '../../parse/elf/symbols.ts';

type Security = NonNullable<ExecutableFacts['security']>;

/** What an ELF program or library says of itself. */
export function elfFacts(elf: ElfFile): ExecutableFacts {
  const dynamic = readDynamic(elf);
  const symbols = dynamicSymbols(elf, dynamic);
  const buildId = buildIdOf(elf);
  const interpreter = interpreterOf(elf);
  return {
    format: 'elf',
    hasExports: symbols !== undefined && hasDefinedSymbol(symbols),
    hasEntrypoint: elf.entry > 0,
    importedLibraries: dynamic?.needed ?? [],
    security: securityOf(elf, dynamic, symbols),
    ...(buildId === undefined ? {} : { buildId }),
    ...(interpreter === undefined ? {} : { interpreter }),
  };
}

function securityOf(
  elf: ElfFile,
  dynamic: ElfDynamic | undefined,
  symbols: ElfSymbols | undefined,
): Security {
  const full = fullSymbols(elf);
  const isShared = elf.type === ELF_TYPE.shared;
  const fortify = isFortified(symbols, full);
  return {
    symbolTableStripped: sectionNamed(elf, '.symtab') === undefined,
    ...(symbols && { stackCanary: hasSymbol(symbols, CANARY_SYMBOLS) }),
    nx: hasNonExecutableStack(elf),
    relRo: relRoOf(elf, dynamic),
    pie: isShared && dynamic?.isPie === true,
    dso: isShared,
    ...(symbols && { safeStack: hasSymbol(symbols, SAFE_STACK_SYMBOLS) }),
    ...(full && { cfi: hasControlFlowIntegrity(full) }),
    ...(fortify !== undefined && { fortify }),
  };
}

/** Called where a function's stack was overwritten; the guard value itself on some machines. */
const CANARY_SYMBOLS = ['__stack_chk_fail', '__stack_chk_guard'];
const SAFE_STACK_SYMBOLS = ['__safestack_init'];

/** A file that says nothing of its stack gets one that can be executed. */
function hasNonExecutableStack(elf: ElfFile): boolean {
  const stack = elf.segments.find(({ type }) => type === SEGMENT.gnuStack);
  return stack !== undefined && !stack.isExecutable;
}

function relRoOf(elf: ElfFile, dynamic: ElfDynamic | undefined): Security['relRo'] {
  if (!elf.segments.some(({ type }) => type === SEGMENT.gnuRelro)) {
    return 'none';
  }
  return dynamic?.isBindNow === true ? 'full' : 'partial';
}

function hasDefinedSymbol(symbols: ElfSymbols): boolean {
  for (let index = 1; index < symbols.count; index++) {
    if (symbols.sectionIndex(index) !== UNDEFINED_SECTION) {
      return true;
    }
  }
  return false;
}

/** Offsets of all places in a string table where a text stands, its end included. */
function placesOf(strings: Uint8Array, text: string): Set<number> {
  const places = new Set<number>();
  const bytes = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  const wanted = Buffer.from(`${text}\0`);
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    places.add(at);
  }
  return places;
}

/** Looks for the names in the string table first: most files have none of them. */
function hasSymbol(symbols: ElfSymbols, names: readonly string[]): boolean {
  for (const name of names) {
    const places = placesOf(symbols.strings, name);
    for (let index = 1; places.size > 0 && index < symbols.count; index++) {
      if (places.has(symbols.nameOffset(index))) {
        return true;
      }
    }
  }
  return false;
}

function contains(symbols: ElfSymbols, text: string): boolean {
  const { strings } = symbols;
  return Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength).includes(text);
}

/** LLVM names the checked copy of a function with the suffix `.cfi`. */
function hasControlFlowIntegrity(full: ElfSymbols): boolean {
  return hasFunction(full, '.cfi\0', (name) => name.endsWith('.cfi'));
}

/** Checked functions of the C library, as the dynamic table names them and as the full one does. */
const CHECKED = /^__\w+_chk$/;
const CHECKED_WITH_VERSION = /^__\w+_chk@./;

/**
 * Whether calls of the C library go to its checked functions. The full table names them with their version;
 * the dynamic table is there even in stripped files. Unknown where there is neither.
 */
function isFortified(
  dynamic: ElfSymbols | undefined,
  full: ElfSymbols | undefined,
): boolean | undefined {
  if (dynamic === undefined && full === undefined) {
    return undefined;
  }
  return (
    (dynamic !== undefined && hasFunction(dynamic, '_chk\0', (name) => CHECKED.test(name))) ||
    (full !== undefined && hasFunction(full, '_chk@', (name) => CHECKED_WITH_VERSION.test(name)))
  );
}

/** `hint`: a text that the string table holds wherever there is such a function. */
function hasFunction(
  symbols: ElfSymbols,
  hint: string,
  isWanted: (name: string) => boolean,
): boolean {
  if (!contains(symbols, hint)) {
    return false;
  }
  for (let index = 1; index < symbols.count; index++) {
    if (symbols.type(index) === FUNCTION_TYPE && isWanted(symbols.name(index))) {
      return true;
    }
  }
  return false;
}
