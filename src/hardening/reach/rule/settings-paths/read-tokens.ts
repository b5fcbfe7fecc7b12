import { splitLines } from '../../../../foundation/syntax/text/lines.ts';

/** A word of a settings file that may name files, with its line. */
export type SettingsToken = readonly [text: string, line: number];

export interface SettingsTokens {
  /** Absolute and relative paths, including patterns. */
  readonly paths: readonly SettingsToken[];
  /** Names of modules to load, without directory and suffix. */
  readonly modules: readonly SettingsToken[];
  /** Paths on lines that include further settings. */
  readonly included: readonly SettingsToken[];
}

const SEPARATORS = /[\s"'`=,;()<>[\]{}|]+/;
const ABSOLUTE = /^\/[A-Za-z0-9_.@%+*?~:/-]+$/;
const RELATIVE = /^(?:\.{1,2}\/)*[A-Za-z0-9_@%+*?-][A-Za-z0-9_.@%+*?/-]*$/;
/** Lines that load a module by its bare name, in the settings of many programs. */
const LOADING =
  /\b(?:extension|zend_extension|load|loadmodule|modload|preload_libraries|plugin|module)\b/i;
const INCLUDING = /^[ \t]*[!@.$#]?include(?:dir|_dir|optional|s)?\b/i;
const MODULE = /^[A-Za-z_][A-Za-z0-9_-]{1,63}$/;
const NAMED = /\/|\.[A-Za-z]/;
const TOKEN_CHARS_MAX = 512;

/** Returns the words that may be paths, without comments. */
export function readSettingsTokens(text: string, tokensMax: number): SettingsTokens {
  const paths = new Map<string, number>();
  const modules = new Map<string, number>();
  const included = new Map<string, number>();
  for (const { text: line, number } of splitLines(text)) {
    const content = stripComment(line);
    const isLoading = LOADING.test(content);
    const isIncluding = INCLUDING.test(content);
    for (const word of content.split(SEPARATORS)) {
      if (word.length < 2 || word.length > TOKEN_CHARS_MAX || paths.size >= tokensMax) {
        continue;
      }
      for (const part of word.startsWith('/') ? word.split(':') : [word]) {
        if (isPath(part) && !paths.has(part)) {
          paths.set(part, number);
        }
        if (isIncluding && part.startsWith('/')) {
          included.set(part, included.get(part) ?? number);
        }
      }
      if (isLoading && MODULE.test(word) && modules.size < tokensMax) {
        modules.set(word, modules.get(word) ?? number);
      }
    }
  }
  return { paths: [...paths], modules: [...modules], included: [...included] };
}

function stripComment(line: string): string {
  const start = line.trimStart();
  if (start.startsWith('#') || start.startsWith(';') || start.startsWith('//')) {
    return '';
  }
  const comment = line.indexOf(' #');
  return comment < 0 ? line : line.slice(0, comment);
}

/** A relative path contains a slash, a suffix or a pattern; a plain word does not. */
function isPath(word: string): boolean {
  if (word.startsWith('/')) {
    return ABSOLUTE.test(word);
  }
  const isPattern = word.includes('*') && !word.includes('/');
  return isPattern ? /^\*\.[a-z]{2,12}$/.test(word) : RELATIVE.test(word) && NAMED.test(word);
}
