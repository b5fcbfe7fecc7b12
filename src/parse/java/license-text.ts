import { createHash } from 'node:crypto';

/** Names of files with the terms of an archive, in lower case. */
const LICENSE_FILE = /^(?:(?:un|mit-)?licen[sc]e|copying|notice|al2\.0$|lgpl2\.1$)/;

/** Whether a file in an archive holds licence terms, by its name. Classes named so do not. */
export function isLicenseFile(baseName: string): boolean {
  const name = baseName.toLowerCase();
  return LICENSE_FILE.test(name) && !name.endsWith('.class');
}

/** From its title to the end of its terms: what stands around it differs by project. */
const APACHE_2 = {
  id: 'Apache-2.0',
  begin: 'apache license version 2 0 january 2004',
  end: 'end of terms and conditions',
  sha256: 'f45538b138cf9aea39fa205de037a0bede8305e68281650e7ab809a8b3ebb2f0',
} as const;

/** A text is a licence where at least this part of it is. */
const SHARE_MIN = 0.75;

/**
 * The SPDX id of a licence text, where it is known word by word. Only that of the Apache License
 * 2.0 is, which most Java archives hold; others are known by their digest.
 */
export function licenseIdOfText(text: string): string | undefined {
  const words = text
    .toLowerCase()
    .replaceAll('https', 'http')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  const begin = words.indexOf(APACHE_2.begin);
  const end = words.indexOf(APACHE_2.end, begin);
  if (begin < 0 || end < 0) {
    return undefined;
  }
  const terms = words.slice(begin, end + APACHE_2.end.length);
  const isWhole = createHash('sha256').update(terms).digest('hex') === APACHE_2.sha256;
  return isWhole && terms.length >= words.length * SHARE_MIN ? APACHE_2.id : undefined;
}
