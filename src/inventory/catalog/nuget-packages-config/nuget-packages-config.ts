import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { decodeXml } from '../../../foundation/syntax/xml/decode-xml.ts';
import { parseXml, type XmlElement } from '../../../foundation/syntax/xml/xml-tree.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages that a .NET project installs by the list that preceded package references. Packages
 * marked as needed for development only are left out.
 */
export const nugetPackagesConfig: Cataloger<PackageList> = {
  id: 'nuget-packages-config',
  alias: 'nuget-packages-config-cataloger',
  version: 1,
  title: 'Packages in packages.config',
  spec: 'https://learn.microsoft.com/nuget/reference/packages-config',
  tags: ['declared', 'directory', 'dotnet', 'image', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'packages', paths: ['**/packages.config'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: toNugetPurl(name, version),
      foundBy: nugetPackagesConfig.id,
      rule: 'a package in packages.config',
    })),
};

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const root = parseXml(decodeXml(readWhole(content)), budget);
  if (root?.name !== 'packages') {
    return createMalformedList('the file is not a valid package list');
  }
  const onBoard = root.children.filter(
    ({ name, attributes }) =>
      name === 'package' && attributes['developmentDependency']?.toLowerCase() !== 'true',
  );
  const { fact, problems } = readPackageList(onBoard, 'package', limits, readPackageElement);
  return { fact: { packages: mergeSameVersions(fact.packages) }, problems };
}

function readPackageElement({ attributes }: XmlElement): ListedPackage | undefined {
  const { id: name = '', version = '' } = attributes;
  return name === '' || version === '' ? undefined : { name, version };
}
