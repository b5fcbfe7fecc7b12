import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
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
 * Packages that NuGet resolved when it last restored a project, for any framework. Projects of the
 * same solution are left out.
 */
export const nugetProjectAssets: Cataloger<PackageList> = {
  id: 'nuget-project-assets',
  alias: 'nuget-project-assets-cataloger',
  version: 1,
  title: 'Packages restored by NuGet for a project',
  spec: 'https://learn.microsoft.com/nuget/concepts/dependency-resolution',
  tags: ['declared', 'directory', 'dotnet', 'image', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'assets', paths: ['**/project.assets.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: toNugetPurl(name, version),
      foundBy: nugetProjectAssets.id,
      rule: 'a package in project.assets.json',
    })),
};

interface Asset {
  readonly framework: string;
  readonly key: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const targets = isRecord(document) ? document['targets'] : undefined;
  if (!isRecord(targets)) {
    return createMalformedList('the file has no targets');
  }
  const assets = Object.entries(targets).flatMap(([framework, libraries]): Asset[] =>
    Object.entries(isRecord(libraries) ? libraries : {})
      .map(([key, entry]) => ({ framework, key, entry: isRecord(entry) ? entry : {} }))
      .filter(({ entry }) => entry['type'] !== 'project'),
  );
  const { fact, problems } = readPackageList(assets, 'package', limits, readAsset);
  return { fact: { packages: mergeSameVersions(fact.packages) }, problems };
}

/** Within a framework a name has one version, and NuGet ignores the case of names. */
function readAsset({ framework, key, entry }: Asset): ListedPackage | undefined {
  const slash = key.indexOf('/');
  const [name, version] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  if (name === '' || version === '' || getText(entry, 'type') === '') {
    return undefined;
  }
  const dependencies = isRecord(entry['dependencies']) ? Object.keys(entry['dependencies']) : [];
  return {
    name,
    version,
    provides: [toFrameworkKey(framework, name)],
    requires: dependencies.map((dependency) => toFrameworkKey(framework, dependency)),
  };
}

function toFrameworkKey(framework: string, name: string): string {
  return `${framework}\0${name.toLowerCase()}`;
}
