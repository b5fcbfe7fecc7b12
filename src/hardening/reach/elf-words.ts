import { getBaseName } from '../../foundation/core/base-name.ts';
import type { ReachWorld } from './rule-contract.ts';

/** A string of an executable with its byte offset. */
export type PlacedText = readonly [text: string, offset: number];

/**
 * Names in the read-only data and the imports of an ELF file. Plain data, cached with the layer.
 */
export interface ElfWords {
  /** Imported functions that {@link IMPORTS_OF_INTEREST} lists. */
  readonly imports: readonly string[];
  /** A library: it has no interpreter and other files load it. */
  readonly isLibrary: boolean;
  /** Statically linked: the functions it uses of the C library are unknown. */
  readonly isStatic: boolean;
  /** If it has Go's function table, its functions are known even if it is statically linked. */
  readonly isGo?: true;
  /** Names and paths of shared objects, including patterns. */
  readonly libraries: readonly PlacedText[];
  /** Absolute paths. */
  readonly paths: readonly PlacedText[];
  /** Relative paths and file names with an extension. */
  readonly names: readonly PlacedText[];
  /** Names of character sets; only set if the file converts between them. */
  readonly characterSets?: readonly PlacedText[];
  /** Strings that may be commands; only set if the file starts programs. */
  readonly commands: readonly PlacedText[];
  /**
   * Ends of other strings that may be commands: a linker stores a string that is the end of another
   * one only once, such as `gpg-agent` in `S.gpg-agent`. Absent if there are none.
   */
  readonly commandEnds?: readonly PlacedText[];
}

/** ID of the rule whose extractor produces them. */
const ELF_WORDS_RULE = 'elf-strings';

/** Returns the names in a file that is or may be reached; `undefined` if it is not an ELF file. */
export function getElfWords(path: string, world: ReachWorld): ElfWords | undefined {
  return world.getFact(ELF_WORDS_RULE, path) as ElfWords | undefined;
}

/** ID of the rule that reads every ELF header without its strings. */
const ELF_HEADER_RULE = 'elf-loader';

/** Returns whether the file at a real path is an ELF file. */
export function isElf(path: string, world: ReachWorld): boolean {
  const fact = world.getFact(ELF_HEADER_RULE, path) as { readonly kind: string } | undefined;
  return fact?.kind === 'elf';
}

/** Functions of Go's standard library that start other programs. */
export const GO_STARTS = ['os/exec.(*Cmd).Start', 'syscall.forkExec', 'syscall.Exec'] as const;

/** Functions that start a program by name or by command line. */
export const STARTS_BY_NAME: ReadonlySet<string> = new Set([
  'execlp',
  'execvp',
  'execvpe',
  'posix_spawnp',
  'system',
  'popen',
  'wordexp',
  'g_spawn_async',
  'g_spawn_async_with_pipes',
  'g_spawn_sync',
  'g_spawn_command_line_async',
  'g_spawn_command_line_sync',
  'g_subprocess_new',
  'g_subprocess_newv',
  'apr_proc_create',
  ...GO_STARTS,
]);

/** Functions that start a program by path. */
export const STARTS_BY_PATH: ReadonlySet<string> = new Set([
  'execl',
  'execle',
  'execv',
  'execve',
  'fexecve',
  'execveat',
  'posix_spawn',
]);

/** Functions that pass a line to `/bin/sh`. */
export const STARTS_SHELL: ReadonlySet<string> = new Set(['system', 'popen', 'wordexp']);

export const LOADS: ReadonlySet<string> = new Set([
  'dlopen',
  'dlmopen',
  'g_module_open',
  'g_module_open_full',
  'lt_dlopen',
  'lt_dlopenext',
  'apr_dso_load',
]);

/** Functions that use the name service switch. */
export const ASKS_NAMES: ReadonlySet<string> = new Set([
  'getaddrinfo',
  'getnameinfo',
  'gethostbyname',
  'gethostbyname_r',
  'gethostbyname2',
  'gethostbyname2_r',
  'gethostbyaddr',
  'gethostbyaddr_r',
  'getpwnam',
  'getpwnam_r',
  'getpwuid',
  'getpwuid_r',
  'getpwent',
  'getgrnam',
  'getgrnam_r',
  'getgrgid',
  'getgrgid_r',
  'getgrent',
  'getgrouplist',
  'initgroups',
  'getspnam',
  'getspnam_r',
  'getservbyname',
  'getservbyname_r',
  'getservbyport',
  'getprotobyname',
  'getprotobynumber',
  'getlogin',
  'cuserid',
  'res_query',
  'res_search',
  'res_init',
  '__res_init',
  'getnetbyname',
]);

export const SETS_LOCALE: ReadonlySet<string> = new Set(['setlocale', 'newlocale', '__newlocale']);

export const TELLS_TIME: ReadonlySet<string> = new Set([
  'tzset',
  'localtime',
  'localtime_r',
  'mktime',
  'strftime',
  'strftime_l',
  'wcsftime',
  // glibc, time/tzset.c: the functions for UTC also read the system's time zone first.
  'gmtime',
  'gmtime_r',
  'ctime',
  'ctime_r',
  'getdate',
  'getdate_r',
]);

export const ENDS_THREADS: ReadonlySet<string> = new Set([
  'pthread_create',
  'pthread_cancel',
  'pthread_exit',
  'backtrace',
  'thrd_create',
]);

/** Functions that convert between character sets. */
export const TURNS_CHARACTERS: ReadonlySet<string> = new Set([
  'iconv_open',
  'g_iconv_open',
  'g_convert',
  'g_convert_with_fallback',
  'apr_xlate_open',
]);

const OTHERS = ['pam_start', 'pam_start_confdir', 'bind', 'listen', 'dlsym'];

/** Functions whose import shows which files a program may load, run or read. */
export const IMPORTS_OF_INTEREST: ReadonlySet<string> = new Set([
  ...STARTS_BY_NAME,
  ...STARTS_BY_PATH,
  ...LOADS,
  ...ASKS_NAMES,
  ...SETS_LOCALE,
  ...TELLS_TIME,
  ...ENDS_THREADS,
  ...TURNS_CHARACTERS,
  ...OTHERS,
]);

/** Statically linked and not Go, whose function table lists its contents. */
export function isSilent({ isStatic, isGo }: Pick<ElfWords, 'isStatic' | 'isGo'>): boolean {
  return isStatic && isGo === undefined;
}

/**
 * Returns whether one of the functions is imported. If the file is statically linked, any of them
 * may be.
 */
export function importsAny({ imports }: ElfWords, names: ReadonlySet<string>): boolean {
  return imports.some((name) => names.has(name));
}

const C_LIBRARY =
  /^(?:libc\.so\.6|libc-[0-9][^/]*\.so|ld-linux[^/]*|ld-[0-9][^/]*\.so|ld-musl-[^/]*|libpthread[^/]*)$/;

/** The C library opens many files, but only for its callers; their rules report them. */
export function isCLibrary(path: string): boolean {
  return C_LIBRARY.test(getBaseName(path));
}
