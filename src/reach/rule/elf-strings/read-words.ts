import { type ElfDynamic, readDynamic } from '../../../parse/elf/dynamic.ts';
import { boundedRead, type ElfFile, sectionNamed } from '../../../parse/elf/elf.ts';
import { interpreterOf } from '../../../parse/elf/notes.ts';
import { readElfStrings, STRING_SIGN } from '../../../parse/elf/strings.ts';
import { dynamicSymbols, UNDEFINED_SECTION } from '../../../parse/elf/symbols.ts';
import {
  type ElfWords,
  GO_STARTS,
  IMPORTS_OF_INTEREST,
  type PlacedText,
  STARTS_BY_NAME,
  STARTS_SHELL,
} from '../../elf-words.ts';

const SLASH = 0x2f;
const UNDERSCORE = 0x5f;
const NAME_BYTES_MAX = 255;
const COMMAND_BYTES_MAX = 32;
const LINE_BYTES_MAX = 512;
/** Longer ones are no names of functions that count here. */
const IMPORT_BYTES_MAX = 28;

/** The texts of a file that may name others, and what it imports. */
export function readElfWords(elf: ElfFile): ElfWords {
  const dynamic = readDynamic(elf);
  const isStatic = dynamic === undefined;
  const go = goStarts(elf);
  const { imports: own, isAlone } = isStatic ? NO_IMPORTS : importsOf(elf, dynamic);
  const imports = [...own, ...(go ?? [])];
  // A library that calls nobody is a table of data, some of them of many megabytes.
  if (isAlone && dynamic?.needed.length === 0) {
    return { ...NO_WORDS, imports, isStatic };
  }
  const isSilent = isStatic && go === undefined;
  const isStarter = isSilent || imports.some((name) => STARTS_BY_NAME.has(name));
  const hasLines = isSilent || imports.some((name) => STARTS_SHELL.has(name));
  const found = new Collector(elf.limits.reachStringsMax);
  const { slash, dot, blank, other } = STRING_SIGN;
  readElfStrings(
    elf,
    (signs, first, length) =>
      (first === SLASH && length > 2) ||
      (length === MYPYC_BYTES && (signs & (slash | dot | blank)) === 0) ||
      ((signs & (dot | slash)) !== 0 &&
        length > 3 &&
        length < NAME_BYTES_MAX &&
        (signs & blank) === 0) ||
      (isStarter &&
        first >= 0x61 &&
        (signs & (slash | other | blank)) === 0 &&
        length < COMMAND_BYTES_MAX) ||
      (hasLines && first >= 0x61 && (signs & blank) !== 0 && length < LINE_BYTES_MAX),
    ({ text, offset }) => found.add(text, offset, isStarter),
  );
  const { libraries, paths, names, commands } = found;
  const isLibrary = !isStatic && interpreterOf(elf) === undefined;
  const isGo = go === undefined ? {} : ({ isGo: true } as const);
  return { imports, isLibrary, isStatic, ...isGo, libraries, paths, names, commands };
}

/** The functions in a Go program that start others; `undefined` for no Go. */
function goStarts(elf: ElfFile): readonly string[] | undefined {
  const table = sectionNamed(elf, '.gopclntab') ?? sectionNamed(elf, '.data.rel.ro.gopclntab');
  if (table === undefined) {
    return undefined;
  }
  const bytes = Math.min(table.sizeBytes, elf.limits.executableTableBytesMax);
  const block = boundedRead(elf.content, table.offset, bytes);
  const names = Buffer.from(block.buffer, block.byteOffset, block.length);
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

/** The names begin with letters of few: most symbols are passed over by their first byte. */
const FIRST_BYTES: ReadonlySet<number> = new Set(
  [...IMPORTS_OF_INTEREST].map((name) => name.charCodeAt(0)),
);

interface Imports {
  readonly imports: readonly string[];
  /** It imports nothing at all. */
  readonly isAlone: boolean;
}

const NO_IMPORTS: Imports = { imports: [], isAlone: false };

function importsOf(elf: ElfFile, dynamic: ElfDynamic): Imports {
  const symbols = dynamicSymbols(elf, dynamic);
  const found = new Set<string>();
  let isAlone = true;
  for (let index = 1; symbols !== undefined && index < symbols.count; index += 1) {
    if (symbols.sectionIndex(index) !== UNDEFINED_SECTION) {
      continue;
    }
    const first = symbols.strings[symbols.nameOffset(index)];
    // Compilers add weak names that begin so to every file.
    isAlone &&= first === UNDERSCORE;
    if (first !== undefined && FIRST_BYTES.has(first)) {
      const name = symbols.name(index, IMPORT_BYTES_MAX);
      if (IMPORTS_OF_INTEREST.has(name)) {
        found.add(name);
      }
    }
  }
  return { imports: [...found], isAlone: isAlone && elf.entry === 0 };
}

/** `.so` at the end or before a version, with a name or a pattern before it. */
const LIBRARY = /^[A-Za-z0-9_.+@%${}/-]*\.so(?:\.[0-9]{1,4}){0,4}$/;
const PATH = /^\/[A-Za-z0-9_.%@+-][A-Za-z0-9_.,:=%@+~*/-]*$/;
/** File names of sources stand in the messages of assertions. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_+-]*(?:[./][A-Za-z0-9_+-]+)*\.[A-Za-z][A-Za-z0-9]{0,9}$/;
const SOURCE = /\.(?:c|cc|cpp|cxx|h|hh|hpp|rs|go|py|S|y|l|m|inc)$/;
const COMMAND = /^[a-z][a-z0-9.+-]*$/;
/** The module that holds the code of others which mypyc compiled together with it. */
const MYPYC = /^[0-9a-f]{20}__mypyc$/;
const MYPYC_BYTES = 27;
/** From the root of the system, for programs that begin at a root of their own choice. */
const ROOTED = /^(?:bin|etc|lib|lib64|opt|sbin|srv|usr|var)(?:\/[A-Za-z0-9_.@+-]+)+$/;
/** What follows a command in a line for a shell. */
const LINE_REST = /^ (?:-[A-Za-z-]|\/[a-z]|%s(?: |$)|\||[0-9]?>)/;
/** Nothing in an image lies there. */
const NO_FILES = /^\/(?:proc|sys|dev)\//;

class Collector {
  readonly libraries: PlacedText[] = [];
  readonly paths: PlacedText[] = [];
  readonly names: PlacedText[] = [];
  readonly commands: PlacedText[] = [];
  readonly #seen = new Set<string>();
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  add(text: string, offset: number, isStarter: boolean): void {
    if (this.#seen.size >= this.#textsMax || this.#seen.has(text)) {
      return;
    }
    const list = this.#listFor(text, isStarter);
    if (list !== undefined) {
      this.#seen.add(text);
      const blank = text.indexOf(' ');
      list.push([blank < 0 ? text : text.slice(0, blank), offset]);
    }
  }

  #listFor(text: string, isStarter: boolean): PlacedText[] | undefined {
    const blank = text.indexOf(' ');
    const word = blank < 0 ? text : text.slice(0, blank);
    if (blank < 0 && text.includes('.so') && LIBRARY.test(text)) {
      return this.libraries;
    }
    if (word.startsWith('/')) {
      const isPath = PATH.test(word) && !NO_FILES.test(word);
      return isPath && (blank < 0 || LINE_REST.test(text.slice(blank))) ? this.paths : undefined;
    }
    if (blank < 0 && (ROOTED.test(text) || MYPYC.test(text))) {
      return this.names;
    }
    if (blank < 0 && NAME.test(text)) {
      return SOURCE.test(text) ? undefined : this.names;
    }
    const isCommand = isStarter && word.length < COMMAND_BYTES_MAX && COMMAND.test(word);
    return isCommand && (blank < 0 || LINE_REST.test(text.slice(blank)))
      ? this.commands
      : undefined;
  }
}
