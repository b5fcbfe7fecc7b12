import { type ElfDynamic, readDynamic } from '../../../../foundation/bytes/elf/dynamic.ts';
import { type ElfFile, readBounded } from '../../../../foundation/bytes/elf/elf.ts';
import { readInterpreter } from '../../../../foundation/bytes/elf/notes.ts';
import {
  type ElfString,
  listLiteralBlocks,
  readLiterals,
  STRING_SIGN,
  type StringFilter,
} from '../../../../foundation/bytes/elf/strings.ts';
import { readDynamicSymbols } from '../../../../foundation/bytes/elf/symbols.ts';
import { toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction } from '../../../../foundation/core/cataloger.ts';
import {
  type ElfWords,
  GO_STARTS,
  IMPORTS_OF_INTEREST,
  isSilent,
  type PlacedText,
  STARTS_BY_NAME,
  STARTS_SHELL,
  TURNS_CHARACTERS,
} from '../../elf-words.ts';
import { isZoneName } from '../../time-zone-names.ts';

const SLASH = 0x2f;
const UNDERSCORE = 0x5f;
/** `a` */
const FIRST_LETTER = 0x61;
const NAME_BYTES_MAX = 255;
const COMMAND_BYTES_MAX = 32;
const LINE_BYTES_MAX = 512;
/** Longer names are not functions that count here. */
const IMPORT_BYTES_MAX = 28;

/**
 * Reads the strings of a file that may name others, and its imports. The strings are lazy: those of
 * most files are never needed, and searching them takes most of the time.
 */
export function readElfWords(elf: ElfFile): Extraction<ElfWords> {
  const dynamic = readDynamic(elf);
  const isStatic = dynamic === undefined;
  const go = findGoStarts(elf);
  const { imports: own, hasNoImports } = isStatic ? NO_IMPORTS : readImports(elf, dynamic);
  const imports = [...own, ...(go ?? [])];
  // A library without imports is a table of data, often many megabytes large.
  if (hasNoImports && dynamic?.needed.length === 0) {
    return { fact: { ...NO_WORDS, imports, isStatic } };
  }
  const isLibrary = !isStatic && readInterpreter(elf) === undefined;
  const isGo = go === undefined ? {} : ({ isGo: true } as const);
  const blocks = listLiteralBlocks(elf);
  const make = createWordsMaker({
    known: { imports, isLibrary, isStatic, ...isGo },
    offsets: blocks.map(({ offset }) => offset),
    textsMax: elf.limits.reachStringsMax,
  });
  return { deferred: { content: blocks.map(({ content }) => content), make } };
}

interface WordsInput {
  readonly known: Pick<ElfWords, 'imports' | 'isLibrary' | 'isStatic' | 'isGo'>;
  /** Offsets of the blocks that contain strings. */
  readonly offsets: readonly number[];
  readonly textsMax: number;
}

/**
 * Copies the parts that it needs, because the file is no longer available when the strings are
 * read.
 */
function createWordsMaker({ known, offsets, textsMax }: WordsInput) {
  return (blocks: readonly Uint8Array[]): ElfWords => {
    const isStarter = isSilent(known) || known.imports.some((name) => STARTS_BY_NAME.has(name));
    const hasLines = isSilent(known) || known.imports.some((name) => STARTS_SHELL.has(name));
    const isConverter = isSilent(known) || known.imports.some((name) => TURNS_CHARACTERS.has(name));
    const filter = createFilter(isStarter, hasLines, isConverter);
    const found = new Collector(textsMax);
    for (const [index, content] of blocks.entries()) {
      const block = { offset: offsets[index] ?? 0, content };
      readLiterals(block, filter, (text) => {
        found.addString(text, isStarter);
        if (isStarter) {
          found.addCommandEnd(text);
        }
        if (isConverter) {
          found.addCharacterSet(text);
        }
      });
    }
    const { libraries, paths, names, commands, characterSets, commandEnds } = found;
    const sets = isConverter ? { characterSets } : {};
    const ends = commandEnds.length === 0 ? {} : { commandEnds };
    return { ...known, libraries, paths, names, commands, ...sets, ...ends };
  };
}

/** A path of two bytes is not a file, but a command may have two letters. */
function createFilter(isStarter: boolean, hasLines: boolean, isConverter: boolean): StringFilter {
  const { slash, dot, blank, other } = STRING_SIGN;
  return {
    bytesMin: isStarter ? 2 : 3,
    isWanted: (signs, first, length) =>
      (first === SLASH && length > 2) ||
      (length === MYPYC_BYTES && (signs & (slash | dot | blank)) === 0) ||
      ((signs & (dot | slash)) !== 0 &&
        length > 3 &&
        length < NAME_BYTES_MAX &&
        (signs & blank) === 0) ||
      (isStarter &&
        first >= FIRST_LETTER &&
        (signs & (slash | other | blank)) === 0 &&
        length < COMMAND_BYTES_MAX) ||
      (isConverter && length < SET_BYTES_MAX && (signs & (slash | dot | blank)) === 0) ||
      (hasLines && first >= FIRST_LETTER && (signs & blank) !== 0 && length < LINE_BYTES_MAX),
  };
}

/**
 * Returns the functions in a Go program that start others; `undefined` if it is not a Go program.
 */
function findGoStarts(elf: ElfFile): readonly string[] | undefined {
  const table =
    elf.sections.findNamed('.gopclntab') ?? elf.sections.findNamed('.data.rel.ro.gopclntab');
  if (table === undefined) {
    return undefined;
  }
  const bytes = Math.min(table.sizeBytes, elf.limits.executableTableBytesMax);
  const block = readBounded(elf.content, table.offset, bytes);
  const names = toBuffer(block);
  return GO_STARTS.filter((name) => names.includes(`\0${name}\0`, 0, 'latin1'));
}

const NO_WORDS: ElfWords = {
  imports: [],
  isLibrary: true,
  isStatic: false,
  libraries: [],
  paths: [],
  names: [],
  commands: [],
};

/** First two bytes of each name, which rule out most symbols. */
const BEGINNINGS = collectFirstBytes(IMPORTS_OF_INTEREST);

function collectFirstBytes(names: Iterable<string>): Uint8Array {
  const table = new Uint8Array(1 << 16);
  for (const name of names) {
    table[(name.charCodeAt(0) << 8) | name.charCodeAt(1)] = 1;
  }
  return table;
}

/** A number computed from the bytes rules out most others; the rest is looked up. */
const NAME_NUMBERS: ReadonlySet<number> = new Set(
  [...IMPORTS_OF_INTEREST].map((name) => nameNumber(Buffer.from(`${name}\0`), 0)),
);

/** Returns the number of the name at an offset; 0 if it is longer than all relevant names. */
function nameNumber(strings: Uint8Array, offset: number): number {
  let number = 0;
  for (let at = offset; at <= offset + IMPORT_BYTES_MAX; at += 1) {
    const byte = strings[at];
    if (byte === 0 || byte === undefined) {
      return number;
    }
    number = (Math.imul(number, 31) + byte) | 0;
  }
  return 0;
}

interface Imports {
  readonly imports: readonly string[];
  /** Whether the file has no imports. */
  readonly hasNoImports: boolean;
}

const NO_IMPORTS: Imports = { imports: [], hasNoImports: false };

function readImports(elf: ElfFile, dynamic: ElfDynamic): Imports {
  const symbols = readDynamicSymbols(elf, dynamic);
  const strings = symbols?.strings ?? new Uint8Array(0);
  const found = new Set<string>();
  let hasNoImports = true;
  for (let index = 1; symbols !== undefined && index < symbols.count; index += 1) {
    if (!symbols.isUndefined(index)) {
      continue;
    }
    const offset = symbols.nameOffset(index);
    const first = strings[offset] ?? 0;
    // Compilers add weak names with this prefix to every file.
    hasNoImports &&= first === UNDERSCORE;
    const isLikely = BEGINNINGS[(first << 8) | (strings[offset + 1] ?? 0)] === 1;
    if (isLikely && NAME_NUMBERS.has(nameNumber(strings, offset))) {
      const name = symbols.name(index, IMPORT_BYTES_MAX);
      if (IMPORTS_OF_INTEREST.has(name)) {
        found.add(name);
      }
    }
  }
  return { imports: [...found], hasNoImports: hasNoImports && elf.entry === 0 };
}

/** `.so` at the end or before a version, after a name or a pattern. */
const LIBRARY = /^[A-Za-z0-9_.+@%${}/-]*\.so(?:\.[0-9]{1,4}){0,4}$/;
const PATH = /^\/[A-Za-z0-9_.%@+-][A-Za-z0-9_.,:=%@+~*/-]*$/;
/** Messages of assertions contain the names of source files. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_+-]*(?:[./][A-Za-z0-9_+-]+)*\.[A-Za-z][A-Za-z0-9]{0,9}$/;
const SOURCE = /\.(?:c|cc|cpp|cxx|h|hh|hpp|rs|go|py|S|y|l|m|inc)$/;
const COMMAND = /^[a-z][a-z0-9.+-]*$/;
/** Names in gconv-modules of glibc: all have a digit, or are one of few families. */
const CHARACTER_SET =
  /^[A-Za-z][A-Za-z_-]*(?:[0-9][\w:-]*|JIS|EUC|KOI|GBK|UHC|JOHAB|MAC|EBCDIC)[\w:-]*$/;
const SET_BYTES_MAX = 25;
/** Shorter ends are suffixes of file names. */
const END_BYTES_MIN = 5;
/** The module with the code of others that mypyc compiled together. */
const MYPYC = /^[0-9a-f]{20}__mypyc$/;
const MYPYC_BYTES = 27;
/** Relative to the root of the system, for programs with a configurable root. */
const ROOTED = /^(?:bin|etc|lib|lib64|opt|sbin|srv|usr|var)(?:\/[A-Za-z0-9_.@+-]+)+$/;
/** Text after a command in a shell line. */
const LINE_REST = /^ (?:-[A-Za-z-]|\/[a-z]|%s(?: |$)|\||[0-9]?>)/;
/** These directories have no files in an image. */
const NO_FILES = /^\/(?:proc|sys|dev)\//;

class Collector {
  readonly libraries: PlacedText[] = [];
  readonly paths: PlacedText[] = [];
  readonly names: PlacedText[] = [];
  readonly commands: PlacedText[] = [];
  readonly characterSets: PlacedText[] = [];
  readonly commandEnds: PlacedText[] = [];
  readonly #seen = new Set<string>();
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  addString(found: ElfString, isStarter: boolean): void {
    const { text, offset } = found;
    const blank = (found.signs & STRING_SIGN.blank) === 0 ? -1 : text.indexOf(' ');
    const list =
      blank < 0 ? this.#chooseList(found, isStarter) : this.#listForLine(text, isStarter);
    const isNew = list !== undefined && this.#seen.size < this.#textsMax && !this.#seen.has(text);
    if (isNew) {
      this.#seen.add(text);
      list.push([blank < 0 ? text : text.slice(0, blank), offset]);
    }
  }

  addCommandEnd({ text, offset, signs }: ElfString): void {
    if ((signs & STRING_SIGN.blank) === 0) {
      const start = Math.max(text.lastIndexOf('.'), text.lastIndexOf('/')) + 1;
      const end = text.slice(start);
      const isNew = this.commandEnds.length < this.#textsMax;
      if (start > 0 && isNew && end.length >= END_BYTES_MIN && isCommand(end)) {
        this.commandEnds.push([end, offset + start]);
      }
    }
  }

  /** The name of a character set may also be that of a command. */
  addCharacterSet({ text, offset, signs }: ElfString): void {
    const isPlain = (signs & (STRING_SIGN.blank | STRING_SIGN.slash | STRING_SIGN.dot)) === 0;
    const isNew = this.characterSets.length < this.#textsMax;
    if (isPlain && isNew && text.length < SET_BYTES_MAX && CHARACTER_SET.test(text)) {
      this.characterSets.push([text, offset]);
    }
  }

  /** Most strings match no list; their character classes rule them out. */
  #chooseList({ text, signs }: ElfString, isStarter: boolean): PlacedText[] | undefined {
    const hasDot = (signs & STRING_SIGN.dot) !== 0;
    if (hasDot && text.includes('.so') && LIBRARY.test(text)) {
      return this.libraries;
    }
    if (text.startsWith('/')) {
      return isPath(text) ? this.paths : undefined;
    }
    const hasSlash = (signs & STRING_SIGN.slash) !== 0;
    if (
      (hasSlash && (ROOTED.test(text) || isZoneName(text))) ||
      (text.length === MYPYC_BYTES && MYPYC.test(text))
    ) {
      return this.names;
    }
    if (hasDot && NAME.test(text)) {
      return SOURCE.test(text) ? undefined : this.names;
    }
    return isStarter && !hasSlash && isCommand(text) ? this.commands : undefined;
  }

  #listForLine(text: string, isStarter: boolean): PlacedText[] | undefined {
    const blank = text.indexOf(' ');
    const word = text.slice(0, blank);
    const list = word.startsWith('/')
      ? isPath(word) && this.paths
      : isStarter && isCommand(word) && this.commands;
    return list !== false && LINE_REST.test(text.slice(blank)) ? list : undefined;
  }
}

function isPath(word: string): boolean {
  return PATH.test(word) && !NO_FILES.test(word);
}

function isCommand(word: string): boolean {
  return word.length < COMMAND_BYTES_MAX && COMMAND.test(word);
}
