import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages locked by Gleam, including those for development, which its lock file does not
 * distinguish.
 */
export const gleamManifest: Cataloger<PackageList> = {
  id: 'gleam-manifest',
  alias: 'gleam-manifest-cataloger',
  version: 1,
  title: 'Packages locked by Gleam',
  spec: 'https://gleam.run/writing-gleam/gleam-toml/',
  tags: ['declared', 'directory', 'gleam', 'hex', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/manifest.toml'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata }) => ({
      type: 'hex',
      language: 'gleam',
      // A commit of a repository is not a release of the registry package with that name.
      purl: metadata?.['source'] === 'hex' ? writePurl({ type: 'hex', name, version }) : '',
      foundBy: gleamManifest.id,
      rule: 'a package in the Gleam manifest',
    })),
};

/**
 * Other programs use files of this name, too; only Gleam's list contains the build tool of each
 * package.
 */
function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const text = readText(content);
  if (!text.includes('build_tools')) {
    return {};
  }
  const list = parseToml(text, budget)?.['packages'];
  if (!Array.isArray(list)) {
    return createMalformedList('the manifest has no packages, or is malformed');
  }
  const onBoard = list.filter((record) => !isRecord(record) || record['source'] !== 'local');
  return readPackageList(onBoard, 'package', limits, readGleamPackage);
}

function readGleamPackage(record: unknown): ListedPackage | undefined {
  if (!isRecord(record)) {
    return undefined;
  }
  const [name, version] = [getText(record, 'name'), getText(record, 'version')];
  const source = getText(record, 'source');
  return name === '' || version === ''
    ? undefined
    : { name, version, requires: toTexts(record['requirements']), metadata: { source } };
}
