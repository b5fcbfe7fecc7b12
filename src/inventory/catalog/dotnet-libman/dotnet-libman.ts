import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseJsonc } from '../../../foundation/syntax/json/parse-jsonc.ts';
import { toNpmPurl } from '../../ecosystem/npm/npm-purl.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * JavaScript libraries that the Library Manager of ASP.NET adds to a project. Libraries copied from
 * a directory have no version.
 */
export const dotnetLibman: Cataloger<PackageList> = {
  id: 'dotnet-libman',
  alias: 'dotnet-deps-binary-cataloger',
  version: 1,
  title: 'JavaScript libraries of ASP.NET projects',
  spec: 'https://learn.microsoft.com/aspnet/core/client-side/libman/',
  tags: ['declared', 'directory', 'dotnet', 'image', 'javascript', 'language', 'npm', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'libraries', paths: ['**/libman.json'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'npm',
      language: 'javascript',
      purl: toNpmPurl(name, version),
      foundBy: dotnetLibman.id,
      rule: 'a library in libman.json',
      confidence: 0.9,
    })),
};

const FOLDER_PROVIDER = 'filesystem';

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseJsonc(decodeDocument(readWhole(content)), budget);
  const list = isRecord(document) ? document['libraries'] : undefined;
  if (!isRecord(document) || !Array.isArray(list)) {
    return createMalformedList('the file has no list of libraries');
  }
  const usual = getText(document, 'defaultProvider');
  const libraries = list
    .map((entry: unknown) => (isRecord(entry) ? entry : {}))
    .filter((entry) => (getText(entry, 'provider') || usual) !== FOLDER_PROVIDER);
  return readPackageList(libraries, 'library', limits, readLibrary);
}

/** `name@version`; scopes begin with `@`, too. */
function readLibrary(entry: Readonly<Record<string, unknown>>): ListedPackage | undefined {
  const library = getText(entry, 'library');
  const at = library.indexOf('@', 1);
  const [name, version] = [library.slice(0, Math.max(at, 0)), library.slice(at + 1)];
  return name === '' || version === '' ? undefined : { name, version };
}
