import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages that renv locks for an R project. Those from source repositories have no package URL.
 */
export const rRenvLock: Cataloger<PackageList> = {
  id: 'r-renv-lock',
  alias: 'r-renv-lock-cataloger',
  version: 1,
  title: 'R packages locked by renv',
  spec: 'https://rstudio.github.io/renv/reference/lockfiles.html',
  tags: ['declared', 'directory', 'language', 'package', 'r'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/renv.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata = {} }) => ({
      type: 'R-package',
      language: 'R',
      purl: isOfRepository(metadata) ? writePurl({ type: 'cran', name, version }) : '',
      foundBy: rRenvLock.id,
      rule: 'a package in renv.lock',
    })),
};

type Members = Readonly<Record<string, unknown>>;

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  const packages = isRecord(document) ? document['Packages'] : undefined;
  if (!isRecord(packages)) {
    return createMalformedList('the lock file has no packages');
  }
  return readPackageList(Object.entries(packages), 'package', limits, ([key, entry]) =>
    readRenvPackage(key, isRecord(entry) ? entry : {}),
  );
}

/** Newer lock files contain the fields of DESCRIPTION, whose requirements include versions. */
function readRenvPackage(key: string, entry: Members): ListedPackage | undefined {
  const version = getText(entry, 'Version');
  const needed = ['Requirements', 'Depends', 'Imports', 'LinkingTo'].flatMap((field) =>
    toTexts(entry[field]),
  );
  return version === ''
    ? undefined
    : {
        name: getText(entry, 'Package') || key,
        version,
        requires: needed.map((text) => /^[\w.]+/.exec(text.trim())?.[0] ?? ''),
        metadata: { source: getText(entry, 'Source') },
      };
}

function isOfRepository(metadata: Members): boolean {
  return ['', 'Repository', 'CRAN'].includes(getText(metadata, 'source'));
}
