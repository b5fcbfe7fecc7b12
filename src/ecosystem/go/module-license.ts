import { posix } from 'node:path';
import type { Extraction, VisibleFact, Want, WantedFile } from '../../core/cataloger.ts';
import { createLocation } from '../../core/location.ts';
import type { License } from '../../core/package.ts';
import { mergeLicenses } from '../../identity/license/license.ts';
import {
  classifyFile,
  concludeLicenses,
  isLicenseFile,
  type TextLicense,
} from '../../identity/license/license-file.ts';

/** Licences of a file in the folder of a module. */
export interface GoLicenseFact {
  readonly kind: 'license';
  readonly licenses: readonly TextLicense[];
}

const NAMES = ['LICEN*', 'Licen*', 'licen*', 'COPYING*', 'UNLICENSE*'];

/** In the cache of modules each has a folder that ends in its version, which begins with `v`. */
export const CACHED_LICENSE: Want = {
  role: 'cached-license',
  paths: NAMES.map((name) => `**/*@v*/${name}`),
  maxBytes: 'licenseFileBytesMax',
};

/** Modules that were copied have their path as folder, mostly two to four names long. */
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
/** Paths of modules begin with a domain; those of other kinds of packages do not. */
const MODULE_FOLDER = /\/vendor\/[^/]+\.[^/]+\//;

/** Authors name the file as they like, so that its beginning counts; sources are none. */
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

/** What was recognised in the files with the terms of modules. */
export class GoModuleLicenses {
  readonly #byFolder: ReadonlyMap<string, readonly VisibleFact<GoLicenseFact>[]>;
  /** Folder of a module in a cache, whichever cache that is. */
  readonly #cached: ReadonlyMap<string, string>;

  constructor(files: readonly VisibleFact<GoLicenseFact>[]) {
    this.#byFolder = Map.groupBy(files, ({ path }) => posix.dirname(path));
    const folders = [...this.#byFolder.keys()].filter((folder) => folder.includes(CACHE));
    this.#cached = new Map(
      folders.map((folder) => [folder.slice(folder.indexOf(CACHE) + CACHE.length), folder]),
    );
  }

  /** Of a module in a cache of modules. */
  ofModule(path: string, version: string): License[] {
    return this.ofFolder(this.#cached.get(`${escaped(path)}@${escaped(version)}`) ?? '');
  }

  /** Of the files directly in a folder. */
  ofFolder(folder: string): License[] {
    return mergeLicenses(
      (this.#byFolder.get(folder) ?? []).flatMap(({ fact, path, layer }) =>
        concludeLicenses(fact.licenses, [
          createLocation({ path, layer }, { evidence: 'supporting' }),
        ]),
      ),
    );
  }
}

/**
 * Capital letters are small ones behind an exclamation mark, for file systems that do not tell them
 * apart. Go modules reference, "Module cache".
 */
function escaped(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
