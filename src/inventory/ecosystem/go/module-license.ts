import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import type {
  Extraction,
  VisibleFact,
  Want,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License } from '../../../foundation/core/package.ts';
import { mergeLicenses } from '../../../foundation/identity/license/license.ts';
import {
  classifyFile,
  concludeLicenses,
  isLicenseFile,
  type TextLicense,
} from '../../../foundation/identity/license/license-file.ts';

/** Licenses of a file in the directory of a module. */
export interface GoLicenseFact {
  readonly kind: 'license';
  readonly licenses: readonly TextLicense[];
}

const NAMES = ['LICEN*', 'Licen*', 'licen*', 'COPYING*', 'UNLICENSE*'];

/** In the module cache, the directory of a module ends in its version, which begins with `v`. */
export const CACHED_LICENSE: Want = {
  role: 'cached-license',
  paths: NAMES.map((name) => `**/*@v*/${name}`),
  maxBytes: 'licenseFileBytesMax',
};

/** The directory of a vendored module is its path, usually two to four elements long. */
export const VENDORED_LICENSE: Want = {
  role: 'vendored-license',
  paths: NAMES.flatMap((name) => [
    `**/vendor/*/*/${name}`,
    `**/vendor/*/*/*/${name}`,
    `**/vendor/*/*/*/*/${name}`,
  ]),
  maxBytes: 'licenseFileBytesMax',
};

const CACHE = '/pkg/mod/';
/** Module paths begin with a domain; paths of other kinds of packages do not. */
const MODULE_FOLDER = /\/vendor\/[^/]+\.[^/]+\//;

/**
 * License files have many names, so only the beginning of the name is checked; source files are
 * excluded.
 */
export function extractGoLicense({
  path,
  role,
  content,
  limits,
}: WantedFile): Extraction<GoLicenseFact> {
  const isOfModule = role === CACHED_LICENSE.role ? path.includes(CACHE) : MODULE_FOLDER.test(path);
  return isOfModule && !path.endsWith('.go') && isLicenseFile(posix.basename(path))
    ? { fact: { kind: 'license', licenses: classifyFile(content, limits) } }
    : {};
}

/** Licenses recognized in the license files of modules. */
export class GoModuleLicenses {
  readonly #budget: Budget;
  readonly #byFolder: ReadonlyMap<string, readonly VisibleFact<GoLicenseFact>[]>;
  /** Directory of a module in any module cache. */
  readonly #cached: ReadonlyMap<string, string>;
  /** Results by directory: many modules may require the same one. */
  readonly #concluded = new Map<string, readonly License[]>();

  constructor(files: readonly VisibleFact<GoLicenseFact>[], budget: Budget) {
    this.#budget = budget;
    this.#byFolder = Map.groupBy(files, ({ path }) => posix.dirname(path));
    const folders = [...this.#byFolder.keys()].filter((folder) => folder.includes(CACHE));
    this.#cached = new Map(
      folders.map((folder) => [folder.slice(folder.indexOf(CACHE) + CACHE.length), folder]),
    );
  }

  /** Returns the licenses of a module in a module cache. */
  findModuleLicenses(path: string, version: string): readonly License[] {
    return this.findDirectoryLicenses(
      this.#cached.get(`${escapeModulePath(path)}@${escapeModulePath(version)}`) ?? '',
    );
  }

  /** Returns the licenses of files directly in a directory. */
  findDirectoryLicenses(folder: string): readonly License[] {
    const known = this.#concluded.get(folder);
    if (known !== undefined) {
      return known;
    }
    const licenses = mergeLicenses(
      this.#budget
        .limitItems(this.#byFolder.get(folder) ?? [], 'moduleLicenseFilesMax')
        .flatMap(({ fact, path, layer }) =>
          concludeLicenses(fact.licenses, [
            createLocation({ path, layer }, { evidence: 'supporting' }),
          ]),
        ),
    );
    this.#concluded.set(folder, licenses);
    return licenses;
  }
}

/**
 * Escapes a capital letter as an exclamation mark and the lower-case letter, for file systems that
 * ignore case. Go modules reference, "Module cache".
 */
function escapeModulePath(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
