import { type ElfDynamic, readDynamic } from '../../../foundation/bytes/elf/dynamic.ts';
import { ELF_TYPE, type ElfFile, SEGMENT } from '../../../foundation/bytes/elf/elf.ts';
import { readBuildId, readInterpreter } from '../../../foundation/bytes/elf/notes.ts';
import {
  type ElfSymbols,
  FUNCTION_TYPE,
  readDynamicSymbols,
  readFullSymbols,
} from '../../../foundation/bytes/elf/symbols.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { ExecutableFacts } from '../../../foundation/core/inventory.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

type Security = NonNullable<ExecutableFacts['security']>;

/** Returns facts of an ELF program or library. */
export function readElfFacts(elf: ElfFile): ExecutableFacts {
  const dynamic = readDynamic(elf);
  const symbols = readDynamicSymbols(elf, dynamic);
  const buildId = readBuildId(elf);
  const interpreter = readInterpreter(elf);
  return {
    format: 'elf',
    hasExports: symbols !== undefined && hasDefinedSymbol(symbols),
    hasEntrypoint: elf.entry > 0,
    importedLibraries: dynamic?.needed ?? [],
    security: readSecurity(elf, dynamic, symbols),
    ...defined({ buildId, interpreter }),
  };
}

function readSecurity(
  elf: ElfFile,
  dynamic: ElfDynamic | undefined,
  symbols: ElfSymbols | undefined,
): Security {
  const full = readFullSymbols(elf);
  const isShared = elf.type === ELF_TYPE.shared;
  const fortify = isFortified(symbols, full, elf.limits);
  return {
    symbolTableStripped: elf.sections.findNamed('.symtab') === undefined,
    ...(symbols && { stackCanary: hasSymbol(symbols, CANARY_SYMBOLS) }),
    nx: hasNonExecutableStack(elf),
    relRo: readRelRo(elf, dynamic),
    pie: isShared && dynamic?.isPie === true,
    dso: isShared,
    ...(symbols && { safeStack: hasSymbol(symbols, SAFE_STACK_SYMBOLS) }),
    ...(full && { cfi: hasControlFlowIntegrity(full, elf.limits) }),
    ...(fortify !== undefined && { fortify }),
  };
}

/** Called if a function's stack was overwritten; on some machines the guard value itself. */
const CANARY_SYMBOLS = ['__stack_chk_fail', '__stack_chk_guard'].map(terminateName);
const SAFE_STACK_SYMBOLS = ['__safestack_init'].map(terminateName);

function terminateName(name: string): Buffer {
  return Buffer.from(`${name}\0`);
}

/** A file that does not declare its stack gets an executable one. */
function hasNonExecutableStack(elf: ElfFile): boolean {
  const stack = elf.segments.find(({ type }) => type === SEGMENT.gnuStack);
  return stack !== undefined && !stack.isExecutable;
}

function readRelRo(elf: ElfFile, dynamic: ElfDynamic | undefined): Security['relRo'] {
  if (!elf.segments.some(({ type }) => type === SEGMENT.gnuRelro)) {
    return 'none';
  }
  return dynamic?.isBindNow === true ? 'full' : 'partial';
}

function hasDefinedSymbol(symbols: ElfSymbols): boolean {
  for (let index = 1; index < symbols.count; index++) {
    if (!symbols.isUndefined(index)) {
      return true;
    }
  }
  return false;
}

/** Whether a NUL-terminated string is at an offset. */
function isTextPresent(strings: Uint8Array, offset: number, text: Uint8Array): boolean {
  let index = 0;
  while (index < text.length && strings[offset + index] === text[index]) {
    index += 1;
  }
  return index === text.length;
}

function hasSymbol(symbols: ElfSymbols, names: readonly Buffer[]): boolean {
  return names.some((name) => hasSymbolName(symbols, name));
}

/**
 * Whether a symbol has a name, which ends with NUL. Searches the string table first: in most files
 * it contains the name at most once, so no other string is compared.
 */
function hasSymbolName(symbols: ElfSymbols, name: Buffer): boolean {
  const { strings } = symbols;
  const place = strings.indexOf(name);
  if (place < 0) {
    return false;
  }
  const isOnly = strings.lastIndexOf(name) === place;
  for (let index = 1; index < symbols.count; index++) {
    const offset = symbols.nameOffset(index);
    if (offset === place || (!isOnly && isTextPresent(strings, offset, name))) {
      return true;
    }
  }
  return false;
}

/** LLVM appends `.cfi` to the name of the checked copy of a function. */
function hasControlFlowIntegrity(full: ElfSymbols, limits: Limits): boolean {
  return hasFunction(full, limits, '.cfi\0', () => true);
}

/** Checked functions of the C library, as the dynamic and the full table name them. */
const CHECKED = /^__\w+_chk$/;
const CHECKED_WITH_VERSION = /^__\w+_chk@./;

/**
 * Whether calls of the C library use its checked functions. The full table contains their names
 * with a version; the dynamic table exists even in stripped files. Unknown if both are missing.
 */
function isFortified(
  dynamic: ElfSymbols | undefined,
  full: ElfSymbols | undefined,
  limits: Limits,
): boolean | undefined {
  if (dynamic === undefined && full === undefined) {
    return undefined;
  }
  return (
    (dynamic !== undefined &&
      hasFunction(dynamic, limits, '_chk\0', (name) => CHECKED.test(name))) ||
    (full !== undefined &&
      hasFunction(full, limits, '_chk@', (name) => CHECKED_WITH_VERSION.test(name)))
  );
}

/** Functions of the C library do not have longer names. */
const NAME_BYTES_MAX = 128;

/**
 * `hint`: a string that the name of each such function contains. Only names before it in the string
 * table are compared, so many symbols with long names cost no more than their number.
 */
function hasFunction(
  symbols: ElfSymbols,
  limits: Limits,
  hint: string,
  isWanted: (name: string) => boolean,
): boolean {
  const first = findPlace(symbols.strings, symbols.strings.indexOf(hint));
  if (first === undefined) {
    return false;
  }
  // For most files the first check is sufficient; the others only run if it is not.
  return (
    hasMatchingFunction([first], symbols, isWanted) ||
    hasMatchingFunction(findPlaces(symbols.strings, hint, limits), symbols, isWanted)
  );
}

function hasMatchingFunction(
  places: readonly Place[],
  symbols: ElfSymbols,
  isWanted: (name: string) => boolean,
): boolean {
  for (let index = 1; index < symbols.count; index++) {
    const isWithin = isInPlaces(places, symbols.nameOffset(index));
    const isFunction = isWithin && symbols.getType(index) === FUNCTION_TYPE;
    if (isFunction && isWanted(symbols.name(index, NAME_BYTES_MAX))) {
      return true;
    }
  }
  return false;
}

/** The part of a string in a string table from its start to the hint that it contains. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function findPlace(strings: Buffer, end: number): Place | undefined {
  return end < 0 ? undefined : { start: end === 0 ? 0 : strings.lastIndexOf(0, end - 1) + 1, end };
}

/** Returns the strings that contain the hint, in the order of the table. */
function findPlaces(strings: Buffer, hint: string, { executableRecordsMax }: Limits): Place[] {
  const places: Place[] = [];
  let place = findPlace(strings, strings.indexOf(hint));
  while (place !== undefined && places.length < executableRecordsMax) {
    places.push(place);
    const nextText = strings.indexOf(0, place.end);
    place = nextText < 0 ? undefined : findPlace(strings, strings.indexOf(hint, nextText + 1));
  }
  return places;
}

/** Whether an offset is in one of the ranges, which do not overlap. */
function isInPlaces(places: readonly Place[], offset: number): boolean {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((places[middle]?.end ?? 0) < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const place = places[low];
  return place !== undefined && offset >= place.start && offset <= place.end;
}
