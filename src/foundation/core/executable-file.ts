import type { Magic } from './cataloger.ts';
import type { ExecutableFacts } from './inventory.ts';

// The one definition of an executable: by its first bytes, by its mode, and by the facts of an
// inventory. The rest of the program uses it.

type ExecutableFormat = ExecutableFacts['format'];

/** The first bytes of an ELF file, one byte per character. System V ABI, chapter 4. */
export const ELF_MAGIC_TEXT = '\x7fELF';

/** The first bytes of each format, one byte per character. */
const MAGIC_TEXTS: Readonly<Record<ExecutableFormat, readonly string[]>> = {
  elf: [ELF_MAGIC_TEXT],
  pe: ['MZ'],
  // Universal files first; Java class files share their magic number.
  macho: [
    '\xca\xfe\xba\xbe',
    '\xfe\xed\xfa\xce',
    '\xce\xfa\xed\xfe',
    '\xfe\xed\xfa\xcf',
    '\xcf\xfa\xed\xfe',
  ],
};

/** Universal files with 64-bit offsets: read for packages, but not listed as executables. */
const MACHO_UNIVERSAL_64 = '\xca\xfe\xba\xbf';

/** Returns the magic bytes of a format. */
export function listMagics(format: ExecutableFormat): readonly Magic[] {
  return MAGIC_TEXTS[format].map(createMagic);
}

/** Magic bytes of every file from which a program's packages are read. */
export const EXECUTABLE_MAGIC: readonly Magic[] = [
  ...Object.values(MAGIC_TEXTS).flat(),
  MACHO_UNIVERSAL_64,
].map(createMagic);

/** First bytes of a script that names its interpreter. */
export const SCRIPT_MAGIC: Magic = createMagic('#!');

function createMagic(text: string): Magic {
  return { offset: 0, bytes: Uint8Array.from(text, (character) => character.charCodeAt(0)) };
}

const EXECUTE_BITS = 0o111;

/** Returns whether owner, group or others may execute a file of this mode. */
export function hasExecuteBit(mode: number): boolean {
  return (mode & EXECUTE_BITS) !== 0;
}

/** Returns whether a file of an inventory is a program or a library by its format. */
export function isExecutableFile<File extends { readonly executable?: ExecutableFacts }>(
  file: File,
): file is File & { readonly executable: ExecutableFacts } {
  return file.executable !== undefined;
}
