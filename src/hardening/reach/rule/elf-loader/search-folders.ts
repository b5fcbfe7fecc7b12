import { appendAll } from '../../../../foundation/core/append-all.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';

/** Fields of an ELF file that the loader uses. Plain data, cached with the layer. */
export interface LoaderFact {
  readonly machine: number;
  readonly is64: boolean;
  readonly interpreter?: string;
  readonly needed: readonly string[];
  readonly companions: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  readonly isDefaultOff: boolean;
}

/** Names of multiarch directories by `e_machine`. Debian's multiarch tuples. */
const TUPLES: ReadonlyMap<number, string> = new Map([
  [3, 'i386-linux-gnu'],
  [21, 'powerpc64le-linux-gnu'],
  [22, 's390x-linux-gnu'],
  [40, 'arm-linux-gnueabihf'],
  [62, 'x86_64-linux-gnu'],
  [183, 'aarch64-linux-gnu'],
  [243, 'riscv64-linux-gnu'],
]);

const MUSL = /\/ld-musl-([a-z0-9_]+)\.so\.1$/;

/**
 * Returns the architecture in the name of musl's loader, such as `x86_64`; `undefined` for another
 * loader.
 */
export function parseMuslArchitecture(interpreter: string | undefined): string | undefined {
  return MUSL.exec(interpreter ?? '')?.[1];
}

/** Returns the default search directories of each C library. ld.so(8); musl, `ldso/dynlink.c`. */
export function listDefaultFolders(
  { machine, is64 }: LoaderFact,
  isMusl: boolean,
): readonly string[] {
  if (isMusl) {
    return ['/lib', '/usr/local/lib', '/usr/lib'];
  }
  const tuple = TUPLES.get(machine);
  const multiarch = tuple === undefined ? [] : [`/lib/${tuple}`, `/usr/lib/${tuple}`];
  return [...multiarch, ...(is64 ? ['/lib64', '/usr/lib64'] : []), '/lib', '/usr/lib'];
}

/**
 * Directories of feature levels that glibc prefers. All are kept, because the processor is unknown.
 */
export const HWCAPS: readonly string[] = [
  'glibc-hwcaps/x86-64-v4',
  'glibc-hwcaps/x86-64-v3',
  'glibc-hwcaps/x86-64-v2',
];

/**
 * Expands `$ORIGIN`, `$LIB` and `$PLATFORM` in a search path. An empty entry means the working
 * directory, which is ignored.
 */
export function expandFolders(
  path: string,
  { origin, fact }: { readonly origin: string; readonly fact: LoaderFact },
): readonly string[] {
  const library = fact.is64 ? 'lib64' : 'lib';
  const platform = TUPLES.get(fact.machine)?.split('-')[0] ?? '';
  return path
    .split(':')
    .map((folder) =>
      folder
        .replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin)
        .replaceAll(/\$(?:LIB\b|\{LIB\})/g, () => library)
        .replaceAll(/\$(?:PLATFORM\b|\{PLATFORM\})/g, () => platform),
    )
    .filter((folder) => folder.startsWith('/'));
}

/** Directories and includes of a loader configuration. ldconfig(8). */
export interface LoaderConfig {
  readonly folders: readonly string[];
  readonly includes: readonly string[];
}

export function readLoaderConfig(text: string): LoaderConfig {
  const folders: string[] = [];
  const includes: string[] = [];
  for (const { text: line } of splitLines(text)) {
    const words = line
      .replace(/#.*$/, '')
      .trim()
      .split(/[\s:,=]+/)
      .filter(Boolean);
    const [first, ...rest] = words;
    if (first === 'include') {
      appendAll(includes, rest);
    } else {
      appendAll(
        folders,
        words.filter((word) => word.startsWith('/')),
      );
    }
  }
  return { folders, includes };
}
