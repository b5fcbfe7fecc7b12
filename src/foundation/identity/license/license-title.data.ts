/**
 * Common titles of licenses, each for one license alone: SPDX identifier → titles. Ambiguous
 * titles, such as "BSD" or "LGPL 3", are not listed.
 *
 * Origin: our own.
 */
export const readLicenseTitles = (): Readonly<Record<string, readonly string[]>> => ({
  'Apache-2.0': ['Apache 2.0', 'Apache License 2.0', 'Apache Software License 2.0', 'ASL 2.0'],
  'BSD-2-Clause': ['BSD 2-Clause', '2-Clause BSD', 'Simplified BSD', 'BSD 2-Clause "Simplified"'],
  'BSD-3-Clause': [
    'BSD 3-Clause',
    '3-Clause BSD',
    'New BSD',
    'Revised BSD',
    'Modified BSD',
    'BSD 3-Clause "New" or "Revised"',
  ],
  'BSL-1.0': ['Boost Software License 1.0'],
  'CC0-1.0': ['CC0 1.0', 'CC0 1.0 Universal', 'Public Domain, per Creative Commons CC0'],
  'CDDL-1.0': [
    'CDDL 1.0',
    'Common Development and Distribution License 1.0',
    'Common Development and Distribution License (CDDL) 1.0',
  ],
  'CPL-1.0': ['Common Public License 1.0'],
  'EPL-1.0': ['EPL 1.0', 'Eclipse Public License 1.0'],
  'EPL-2.0': ['EPL 2.0', 'Eclipse Public License 2.0'],
  ISC: ['ISC License', 'ISC License (ISCL)'],
  MIT: ['MIT License', 'MIT License (MIT)'],
  'MPL-1.1': ['MPL 1.1', 'Mozilla Public License 1.1', 'Mozilla Public License 1.1 (MPL 1.1)'],
  'MPL-2.0': ['MPL 2.0', 'Mozilla Public License 2.0', 'Mozilla Public License 2.0 (MPL 2.0)'],
  Unlicense: ['The Unlicense', 'The Unlicense (Unlicense)'],
  'UPL-1.0': ['Universal Permissive License 1.0'],
});

/**
 * Further URLs at which a license is or was published and which the SPDX license list does not
 * name: without scheme, `www.` and trailing slash.
 */
export const furtherUrls: ReadonlyMap<string, string> = new Map([
  ['creativecommons.org/publicdomain/zero/1.0', 'CC0-1.0'],
  ['eclipse.org/org/documents/epl-v10.php', 'EPL-1.0'],
  ['mozilla.org/en-US/MPL/2.0', 'MPL-2.0'],
  ['opensource.org/licenses/apache2.0.php', 'Apache-2.0'],
  ['opensource.org/licenses/mit-license.php', 'MIT'],
]);
