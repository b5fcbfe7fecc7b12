import { compareText } from '../../core/compare-text.ts';

/**
 * Debian copyright format 1.0 (DEP-5), "Format": the header field of a machine-readable file; only
 * empty lines may precede it.
 */
const FORMAT =
  /^(?:\s*\n)?Format:\s*https?:\/\/www\.debian\.org\/doc\/packaging-manuals\/copyright-format\//;
const LICENSE_FIELD = 'License: ';
const COMMON_LICENSE = /\/usr\/share\/common-licenses\/([0-9A-Za-z_.-]+)/;
/** Part of a line that names a license; a whole text is searched for them at once. */
const NAMING = /^License: |\/usr\/share\/common-licenses\/|license agreement/gim;
const AGREEMENT = /^license agreement( for \S.*)?$/i;

/**
 * Returns the short names of licenses in a Debian copyright file, sorted; none if the file is not
 * machine-readable, because such a license is only known by its text.
 */
export function parseCopyrightLicenses(text: string): string[] {
  if (!FORMAT.test(text)) {
    return [];
  }
  // Most lines with names are repeated for many files of a package.
  const lines = new Set<string>();
  let end = -1;
  for (const { index } of text.matchAll(NAMING)) {
    if (index > end) {
      const start = text.lastIndexOf('\n', index - 1) + 1;
      const newline = text.indexOf('\n', index);
      end = newline < 0 ? text.length : newline;
      lines.add(text.slice(start, end));
    }
  }
  const names = new Set<string>();
  for (const line of lines) {
    addNames(names, line);
  }
  return [...names].sort(compareText);
}

/** Adds the names in a line. */
function addNames(names: Set<string>, line: string): void {
  if (line.startsWith(LICENSE_FIELD)) {
    for (const name of splitShortNames(line.slice(LICENSE_FIELD.length))) {
      addName(names, name);
    }
  }
  addName(names, COMMON_LICENSE.exec(line)?.[1] ?? '');
  const heading = line.trim();
  if (AGREEMENT.test(heading) && !/ (or|and) /.test(heading)) {
    addName(names, heading);
  }
}

const CONJUNCTION = /(?:,\s{0,4}|\s{1,4})(?:and\/or|and|or)\s{1,4}/;
const SHORT_NAME = /^(\S{1,128})(?: with [^,]{1,128} exception)?$/;

/**
 * Returns all names of `GPL-2+ or MIT, and BSD-3-clause with X exception`; for text that is not a
 * list of names, its first word.
 */
function splitShortNames(synopsis: string): readonly string[] {
  const parts = synopsis.trim().split(CONJUNCTION);
  const names = parts.flatMap((part) => SHORT_NAME.exec(part)?.[1] ?? []);
  return names.length === parts.length ? names : parts.slice(0, 1).map(takeFirstWord);
}

function takeFirstWord(text: string): string {
  return text.split(/\s/, 1)[0] ?? '';
}

function addName(names: Set<string>, name: string): void {
  if (name !== '' && name.toLowerCase() !== 'none') {
    // A name at the end of a sentence includes its full stop.
    names.add(name.replace(/\.$/, ''));
  }
}
