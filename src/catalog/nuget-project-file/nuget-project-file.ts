import { wholeOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { nugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  onePerVersion,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { decodeXml } from '../../syntax/xml/decode-xml.ts';
import { elementsNamed, parseXml, type XmlElement } from '../../syntax/xml/xml-tree.ts';

/**
 * Packages that .NET projects and central lists of versions ask for in one version. NuGet takes the
 * lowest version that will do, so that this one is what it installs unless another package asks for
 * more. References without a version have it in a central list; ranges and properties that are set
 * elsewhere are left out.
 */
export const nugetProjectFile: Cataloger<PackageList> = {
  id: 'nuget-project-file',
  alias: 'nuget-project-file-cataloger',
  version: 1,
  title: 'Packages that .NET projects refer to',
  spec: 'https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files',
  tags: ['declared', 'directory', 'dotnet', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'project',
      paths: [
        '**/*.csproj',
        '**/*.fsproj',
        '**/*.vbproj',
        '**/*Packages.props',
        '**/*packages.props',
      ],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: nugetPurl(name, version),
      foundBy: nugetProjectFile.id,
      rule: 'a reference of a project file',
      confidence: 0.6,
    })),
};

const REFERENCES = ['PackageReference', 'PackageVersion', 'GlobalPackageReference'] as const;

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const root = parseXml(decodeXml(wholeOf(content)), budget);
  if (root?.name !== 'Project') {
    return malformedList('the file is no well-formed project');
  }
  const properties = propertiesOf(root);
  const references = REFERENCES.flatMap((name) => [...elementsNamed(root, name)])
    .flatMap((element) => readReference(element, properties))
    .slice(0, limits.recordsMax);
  const { fact, problems } = readPackageList(references, 'reference', limits, (each) => each);
  return { fact: { packages: onePerVersion(fact.packages) }, problems };
}

function propertiesOf(root: XmlElement): ReadonlyMap<string, string> {
  const groups = [...elementsNamed(root, 'PropertyGroup')];
  return new Map(
    groups.flatMap(({ children }) => children.map(({ name, text }) => [name, text] as const)),
  );
}

/** Attributes and elements say the same; names of attributes are in any case in old files. */
function readReference(
  element: XmlElement,
  properties: ReadonlyMap<string, string>,
): ListedPackage[] {
  const name = put(valueOf(element, 'Include') || valueOf(element, 'Update'), properties);
  const written = valueOf(element, 'VersionOverride') || valueOf(element, 'Version');
  const version = exactVersion(put(written, properties));
  return name === '' || version === '' || name.includes('$(') ? [] : [{ name, version }];
}

function valueOf({ attributes, children }: XmlElement, name: string): string {
  return (attributes[name] ?? children.find((child) => child.name === name)?.text ?? '').trim();
}

/** `$(Name)` stands for a property. */
function put(text: string, properties: ReadonlyMap<string, string>): string {
  return text.replace(/\$\((\w{1,128})\)/g, (whole, name: string) => properties.get(name) ?? whole);
}

/** `1.0.0`, or `[1.0.0]`; empty for ranges and what floats. */
function exactVersion(text: string): string {
  return /^\[?\s*(\d[^\s,*$()[\]]*)\s*\]?$/.exec(text)?.[1] ?? '';
}
