import { compareText } from '../../core/digest.ts';
import { linesOf } from '../text/lines.ts';

/**
 * Debian copyright format 1.0 (DEP-5), "Format": the header field that makes a file machine-
 * readable.
 */
const FORMAT = /^Format:\s*https?:\/\/www\.debian\.org\/doc\/packaging-manuals\/copyright-format\//;
const LICENSE_FIELD = 'License: ';
const COMMON_LICENSE = /\/usr\/share\/common-licenses\/([0-9A-Za-z_.-]+)/;
const AGREEMENT = /^license agreement( for \S.*)?$/i;

/**
 * The short names of licences in a Debian copyright file, sorted; none where the file is not
 * machine-readable, which is then only known by its text.
 */
export function licensesOfCopyright(text: string): string[] {
  const names = new Set<string>();
  let isMachineReadable = false;
  for (const { text: line } of linesOf(text)) {
    if (!isMachineReadable) {
      if (line.trim() === '') {
        continue;
      }
      if (!FORMAT.test(line)) {
        return [];
      }
      isMachineReadable = true;
    }
    for (const name of namesIn(line)) {
      names.add(name);
    }
  }
  return [...names].sort(compareText);
}

function namesIn(line: string): string[] {
  const candidates: string[] = [];
  if (line.startsWith(LICENSE_FIELD)) {
    candidates.push(line.slice(LICENSE_FIELD.length).split(/\s/, 1)[0] ?? '');
  }
  candidates.push(COMMON_LICENSE.exec(line)?.[1] ?? '');
  const heading = line.trim();
  if (AGREEMENT.test(heading) && !/ (or|and) /.test(heading)) {
    candidates.push(heading);
  }
  // A name at the end of a sentence brings its full stop along.
  return candidates
    .filter((name) => name !== '' && name.toLowerCase() !== 'none')
    .map((name) => name.replace(/\.$/, ''));
}
