import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { type Line, splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseConanReference, toConanPurl } from '../../ecosystem/conan/conan-reference.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/** C and C++ packages in the cache of Conan 1, and the packages that each was built with. */
export const conanInfo: Cataloger<PackageList> = {
  id: 'conan-info',
  alias: 'conan-info-cataloger',
  version: 1,
  title: 'Packages installed by Conan',
  spec: 'https://docs.conan.io/1/mastering/custom_cache.html',
  tags: ['conan', 'cpp', 'image', 'installed', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'info', paths: ['**/conaninfo.txt'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ metadata }) => {
      const reference = parseConanReference(getText(metadata ?? {}, 'ref'));
      return {
        type: 'conan',
        language: 'c++',
        purl: reference === undefined ? '' : toConanPurl(reference),
        foundBy: conanInfo.id,
        rule: 'the conaninfo.txt of a package in the Conan cache',
        kind: 'c-conan-info-entry',
      };
    }),
};

/** `name/version/user/channel/package/id/conaninfo.txt`; a missing user is an underscore. */
const CACHE_PATH = /\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/package\/([^/]+)\/conaninfo\.txt$/;

function extract({ path, content, limits }: WantedFile): Extraction<PackageList> {
  const [, name, version, user, channel, packageId] = CACHE_PATH.exec(path) ?? [];
  if (name === undefined || version === undefined || packageId === undefined) {
    // Conan 2 keeps the reference in its database, not in the path.
    return {};
  }
  const sections = groupLines(readText(content));
  const needed = sections.get('full_requires') ?? [];
  const { fact, problems } = readPackageList(needed, 'requirement', limits, readRequirement);
  const [revision] = sections.get('recipe_hash') ?? [];
  const owner = user === '_' ? '' : `@${user}/${channel}`;
  const ref = `${name}/${version}${owner}${revision === undefined ? '' : `#${revision.text}`}`;
  const self: ListedPackage = {
    name,
    version,
    provides: [],
    requires: needed.map(({ text }) => text),
    metadata: { ref, package_id: packageId },
  };
  return { fact: { packages: [...fact.packages, self] }, problems };
}

function groupLines(text: string): ReadonlyMap<string, readonly Line[]> {
  const sections = new Map<string, Line[]>();
  let section: Line[] = [];
  for (const { text: raw, number } of splitLines(text)) {
    const line = raw.trim();
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (title !== undefined) {
      section = [];
      sections.set(title, section);
    } else if (line !== '' && !line.startsWith('#')) {
      section.push({ text: line, number });
    }
  }
  return sections;
}

/**
 * All packages that the package was built with, including indirect ones: each is an edge to the
 * package itself.
 */
function readRequirement({ text: ref, number: line }: Line): ListedPackage | undefined {
  const reference = parseConanReference(ref);
  if (reference === undefined) {
    return undefined;
  }
  const { name, version, packageId } = reference;
  const id = packageId === '' ? {} : { package_id: packageId };
  return { name, version, line, provides: [ref], metadata: { ref, ...id } };
}
