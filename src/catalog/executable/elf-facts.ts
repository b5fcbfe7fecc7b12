import { type ElfDynamic, readDynamic } from '../../bytes/elf/dynamic.ts';
import { ELF_TYPE, type ElfFile, SEGMENT } from '../../bytes/elf/elf.ts';
import { readBuildId, readInterpreter } from '../../bytes/elf/notes.ts';
import {
  type ElfSymbols,
  FUNCTION_TYPE,
  readDynamicSymbols,
  readFullSymbols,
} from '../../bytes/elf/symbols.ts';
import type { ExecutableFacts } from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';

type Security = NonNullable<ExecutableFacts['security']>;

/** What an ELF program or library says of itself. */
export function elfFacts(elf: ElfFile): ExecutableFacts {
  const dynamic = readDynamic(elf);
  const symbols = readDynamicSymbols(elf, dynamic);
  const buildId = readBuildId(elf);
  const interpreter = readInterpreter(elf);
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
  const full = readFullSymbols(elf);
  const isShared = elf.type === ELF_TYPE.shared;
  const fortify = isFortified(symbols, full, elf.limits);
  return {
    symbolTableStripped: elf.sections.findNamed('.symtab') === undefined,
    ...(symbols && { stackCanary: hasSymbol(symbols, CANARY_SYMBOLS) }),
    nx: hasNonExecutableStack(elf),
    relRo: relRoOf(elf, dynamic),
    pie: isShared && dynamic?.isPie === true,
    dso: isShared,
    ...(symbols && { safeStack: hasSymbol(symbols, SAFE_STACK_SYMBOLS) }),
    ...(full && { cfi: hasControlFlowIntegrity(full, elf.limits) }),
    ...(fortify !== undefined && { fortify }),
  };
}

/** Called where a function's stack was overwritten; the guard value itself on some machines. */
const CANARY_SYMBOLS = ['__stack_chk_fail', '__stack_chk_guard'].map(terminated);
const SAFE_STACK_SYMBOLS = ['__safestack_init'].map(terminated);

function terminated(name: string): Buffer {
  return Buffer.from(`${name}\0`);
}

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
    if (!symbols.isUndefined(index)) {
      return true;
    }
  }
  return false;
}

/** Whether a NUL-terminated text stands at an offset. */
function standsAt(strings: Uint8Array, offset: number, text: Uint8Array): boolean {
  let index = 0;
  while (index < text.length && strings[offset + index] === text[index]) {
    index += 1;
  }
  return index === text.length;
}

function hasSymbol(symbols: ElfSymbols, names: readonly Buffer[]): boolean {
  return names.some((name) => isNameOf(symbols, name));
}

/**
 * Whether a symbol has a name, which ends in NUL. Looks for it in the string table first: most have
 * it nowhere or in one place, so that no other text is compared.
 */
function isNameOf(symbols: ElfSymbols, name: Buffer): boolean {
  const { strings } = symbols;
  const place = strings.indexOf(name);
  if (place < 0) {
    return false;
  }
  const isOnly = strings.lastIndexOf(name) === place;
  for (let index = 1; index < symbols.count; index++) {
    const offset = symbols.nameOffset(index);
    if (offset === place || (!isOnly && standsAt(strings, offset, name))) {
      return true;
    }
  }
  return false;
}

/** LLVM names the checked copy of a function with the suffix `.cfi`. */
function hasControlFlowIntegrity(full: ElfSymbols, limits: Limits): boolean {
  return hasFunction(full, limits, '.cfi\0', () => true);
}

/** Checked functions of the C library, as the dynamic table names them and as the full one does. */
const CHECKED = /^__\w+_chk$/;
const CHECKED_WITH_VERSION = /^__\w+_chk@./;

/**
 * Whether calls of the C library go to its checked functions. The full table names them with their
 * version; the dynamic table is there even in stripped files. Unknown where there is neither.
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

/** Longer names are none of the C library's. */
const NAME_BYTES_MAX = 128;

/**
 * `hint`: a text that the name of each such function holds. Only names before it in the string
 * table are looked at, so that many symbols with long names cost no more than their number.
 */
function hasFunction(
  symbols: ElfSymbols,
  limits: Limits,
  hint: string,
  isWanted: (name: string) => boolean,
): boolean {
  const first = placeAt(symbols.strings, symbols.strings.indexOf(hint));
  if (first === undefined) {
    return false;
  }
  // Of most files the first one tells; the others are only looked for where it does not.
  return (
    hasFunctionIn([first], symbols, isWanted) ||
    hasFunctionIn(placesOf(symbols.strings, hint, limits), symbols, isWanted)
  );
}

function hasFunctionIn(
  places: readonly Place[],
  symbols: ElfSymbols,
  isWanted: (name: string) => boolean,
): boolean {
  for (let index = 1; index < symbols.count; index++) {
    const isWithin = isBefore(places, symbols.nameOffset(index));
    const isFunction = isWithin && symbols.type(index) === FUNCTION_TYPE;
    if (isFunction && isWanted(symbols.name(index, NAME_BYTES_MAX))) {
      return true;
    }
  }
  return false;
}

/** The part of one text in a string table from its start to a hint in it. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function placeAt(strings: Buffer, end: number): Place | undefined {
  return end < 0 ? undefined : { start: end === 0 ? 0 : strings.lastIndexOf(0, end - 1) + 1, end };
}

/** The texts that hold the hint, in the order of the table. */
function placesOf(strings: Buffer, hint: string, { executableRecordsMax }: Limits): Place[] {
  const places: Place[] = [];
  let place = placeAt(strings, strings.indexOf(hint));
  while (place !== undefined && places.length < executableRecordsMax) {
    places.push(place);
    const nextText = strings.indexOf(0, place.end);
    place = nextText < 0 ? undefined : placeAt(strings, strings.indexOf(hint, nextText + 1));
  }
  return places;
}

/** Whether an offset lies in one of the places, which do not overlap. */
function isBefore(places: readonly Place[], offset: number): boolean {
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
