import { nameOf } from '../view/path.ts';
import type { ReachWorld } from './rule-contract.ts';

/** A text of an executable and the byte offset where it stands. */
export type PlacedText = readonly [text: string, offset: number];

/** What the read-only data and the imports of an ELF file say. Plain data: kept with the layer. */
export interface ElfWords {
  /** Functions that it imports, of those that {@link IMPORTS_OF_INTEREST} names. */
  readonly imports: readonly string[];
  /** A library: it has no interpreter and is loaded by others. */
  readonly isLibrary: boolean;
  /** Linked statically: nobody knows what of the C library it uses. */
  readonly isStatic: boolean;
  /** Its table of functions is Go's: what it holds can be told, also where it is static. */
  readonly isGo?: true;
  /** Names and paths of shared objects, patterns for them among these. */
  readonly libraries: readonly PlacedText[];
  /** Absolute paths. */
  readonly paths: readonly PlacedText[];
  /** Relative paths and file names with an extension. */
  readonly names: readonly PlacedText[];
  /** What may be a command; only of what starts programs. */
  readonly commands: readonly PlacedText[];
}

/** The rule whose extractor makes them. */
const ELF_WORDS_RULE = 'elf-strings';

/** What a file says that was reached or might be; `undefined` for what is no ELF file. */
export function getElfWords(path: string, world: ReachWorld): ElfWords | undefined {
  return world.getFact(ELF_WORDS_RULE, path) as ElfWords | undefined;
}

/** The rule that knows of every ELF file without looking at its texts. */
const ELF_HEADER_RULE = 'elf-loader';

/** Whether the file at a real path is an ELF file. */
export function isElf(path: string, world: ReachWorld): boolean {
  const fact = world.getFact(ELF_HEADER_RULE, path) as { readonly kind: string } | undefined;
  return fact?.kind === 'elf';
}

/** The functions of Go's standard library by which programs start others, whatever calls them. */
export const GO_STARTS = ['os/exec.(*Cmd).Start', 'syscall.forkExec', 'syscall.Exec'] as const;

/** Start a program by the name or the line that they are given. */
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

/** Start a program by its path. */
export const STARTS_BY_PATH: ReadonlySet<string> = new Set([
  'execl',
  'execle',
  'execv',
  'execve',
  'fexecve',
  'execveat',
  'posix_spawn',
]);

/** Hand a line to `/bin/sh`. */
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

/** Ask the name service switch. */
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
  // glibc, time/tzset.c: also the functions that speak of UTC read the zone of the system first.
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

const OTHERS = ['iconv_open', 'pam_start', 'pam_start_confdir', 'bind', 'listen', 'dlsym'];

/** Functions whose import tells what a file may load, run or read. */
export const IMPORTS_OF_INTEREST: ReadonlySet<string> = new Set([
  ...STARTS_BY_NAME,
  ...STARTS_BY_PATH,
  ...LOADS,
  ...ASKS_NAMES,
  ...SETS_LOCALE,
  ...TELLS_TIME,
  ...ENDS_THREADS,
  ...OTHERS,
]);

/** Linked statically, and not by Go, whose table of functions tells what is in it. */
export function isSilent({ isStatic, isGo }: Pick<ElfWords, 'isStatic' | 'isGo'>): boolean {
  return isStatic && isGo === undefined;
}

/** Whether one of the functions is imported; of what is linked statically anything is possible. */
export function importsAny({ imports }: ElfWords, names: ReadonlySet<string>): boolean {
  return imports.some((name) => names.has(name));
}

const C_LIBRARY =
  /^(?:libc\.so\.6|libc-[0-9][^/]*\.so|ld-linux[^/]*|ld-[0-9][^/]*\.so|ld-musl-[^/]*|libpthread[^/]*)$/;

/** The C library opens much, but only for those who call it: the rules of these tell. */
export function isCLibrary(path: string): boolean {
  return C_LIBRARY.test(nameOf(path));
}
