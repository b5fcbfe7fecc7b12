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

/** Packages that a PHP project locks for production, without those for development only. */
export const phpComposerLock: Cataloger<PackageList> = {
  id: 'php-composer-lock',
  alias: 'php-composer-lock-cataloger',
  version: 2,
  title: 'Packages locked by Composer',
  spec: 'https://getcomposer.org/doc/01-basic-usage.md',
  tags: ['composer', 'declared', 'directory', 'language', 'package', 'php'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/composer.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'php-composer',
      language: 'php',
      purl: toComposerPurl(name, version),
      foundBy: phpComposerLock.id,
      rule: 'a package in composer.lock',
      kind: 'php-composer-lock-entry',
    })),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  const list = isRecord(document) ? document['packages'] : undefined;
  return Array.isArray(list)
    ? readPackageList<unknown>(list, 'package', limits, (entry) =>
        readComposerPackage(entry, limits),
      )
    : createMalformedList('the lock file has no list of packages');
}
