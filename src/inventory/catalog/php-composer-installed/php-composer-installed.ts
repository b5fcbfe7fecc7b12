import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { readComposerPackage, toComposerPurl } from '../../ecosystem/php/composer-package.ts';

/** PHP packages installed by Composer, including installed ones for development. */
export const phpComposerInstalled: Cataloger<PackageList> = {
  id: 'php-composer-installed',
  alias: 'php-composer-installed-cataloger',
  version: 1,
  title: 'Packages installed by Composer',
  spec: 'https://getcomposer.org/doc/07-runtime.md',
  tags: ['composer', 'image', 'installed', 'language', 'package', 'php'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'installed', paths: ['**/installed.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'php-composer',
      language: 'php',
      purl: toComposerPurl(name, version),
      foundBy: phpComposerInstalled.id,
      rule: 'a package in installed.json',
      kind: 'php-composer-installed-entry',
    })),
};

/**
 * Composer 1 wrote a list, Composer 2 an object with it. Other programs use files of this name,
 * too, in other directories.
 */
function extract({ path, content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  const list: unknown = isRecord(document) ? document['packages'] : document;
  if (Array.isArray(list)) {
    return readPackageList<unknown>(list, 'package', limits, (entry) =>
      readComposerPackage(entry, limits),
    );
  }
  const isComposers = path.endsWith('/composer/installed.json');
  return isComposers ? createMalformedList('the file has no list of packages') : {};
}
