import { getBaseName } from '../../../foundation/core/base-name.ts';
/**
 * Parts of the file name of a Java archive; name and version are empty if the file name does not
 * contain them.
 */
export interface ArchiveName {
  /** The file name without its extension. */
  readonly stem: string;
  readonly name: string;
  readonly version: string;
  /** In lower case, without its dot. */
  readonly extension: string;
}

/**
 * Extensions of Java archives and of archives that contain some. JAR File Specification, and those
 * of application servers and Jenkins.
 */
export const ARCHIVE_EXTENSIONS = [
  'jar',
  'war',
  'ear',
  'par',
  'sar',
  'nar',
  'jpi',
  'hpi',
  'kar',
  'far',
  'lpkg',
  'rar',
  'zap',
] as const;

const EXTENSIONS: ReadonlySet<string> = new Set(ARCHIVE_EXTENSIONS);

/** Whether a file is a Java archive by its name. */
export function isArchiveName(path: string): boolean {
  return EXTENSIONS.has(getExtension(getBaseName(path)).toLowerCase());
}

/** A digit, `build` with a number, or `r` or `rc` and a number with nothing after it. */
const VERSION = /^(?:\d|build\d|rc?\d+$)/;
const WORD = /^[A-Za-z][\w.]*$/;

/**
 * Splits a file name. Words are joined by hyphens, and the first one that looks like a version
 * begins the version. Without such a word, the version may also follow a dot or an underscore.
 */
export function parseArchiveName(path: string): ArchiveName {
  const base = getBaseName(path);
  const extension = getExtension(base);
  const stem = extension === '' ? base : base.slice(0, -extension.length - 1);
  return { stem, ...splitVersion(stem), extension: extension.toLowerCase() };
}

function splitVersion(stem: string): { readonly name: string; readonly version: string } {
  const words = stem.split('-');
  const versionAt = words.findIndex(
    (word, index) =>
      index > 0 &&
      VERSION.test(word.toLowerCase()) &&
      (index === words.length - 1 || !/^r/i.test(word)),
  );
  const nameWords = versionAt < 0 ? words : words.slice(0, versionAt);
  if (!nameWords.every((word) => WORD.test(word))) {
    return { name: '', version: '' };
  }
  const name = nameWords.join('-');
  return versionAt < 0
    ? splitAtOtherSeparator(name)
    : { name, version: words.slice(versionAt).join('-') };
}

function splitAtOtherSeparator(name: string): { readonly name: string; readonly version: string } {
  for (const { index } of name.matchAll(/[._-]/g)) {
    const rest = name.slice(index + 1);
    if (VERSION.test(rest)) {
      return { name: name.slice(0, index), version: rest };
    }
  }
  return { name, version: '' };
}

function getExtension(base: string): string {
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot + 1);
}
