import { readWhole } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import { nugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  onePerVersion,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';

/**
 * Packages that NuGet locks for a project. A package that several frameworks resolve to the same
 * version is one package. Projects of the same solution have no version and are none.
 */
export const dotnetPackagesLock: Cataloger<PackageList> = {
  id: 'dotnet-packages-lock',
  alias: 'dotnet-packages-lock-cataloger',
  version: 1,
  title: 'Packages locked by NuGet',
  spec: 'https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files',
  tags: ['declared', 'directory', 'dotnet', 'image', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [{ role: 'lock', paths: ['**/packages.lock.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: nugetPurl(name, version),
      foundBy: dotnetPackagesLock.id,
      rule: 'a package in packages.lock.json',
      kind: 'dotnet-packages-lock-entry',
    })),
};

interface LockRecord {
  readonly framework: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const frameworks = isRecord(document) ? document['dependencies'] : undefined;
  if (!isRecord(frameworks)) {
    return malformedList('the lock file has no dependencies');
  }
  const { fact, problems } = readPackageList(recordsOf(frameworks), 'package', limits, readRecord);
  return { fact: { packages: onePerVersion(fact.packages).sort(byName) }, problems };
}

function recordsOf(frameworks: Readonly<Record<string, unknown>>): LockRecord[] {
  return Object.entries(frameworks).flatMap(([framework, list]) =>
    Object.entries(isRecord(list) ? list : {})
      .map(([name, entry]) => ({ framework, name, entry: isRecord(entry) ? entry : {} }))
      .filter(({ entry }) => entry['type'] !== 'Project'),
  );
}

/** NuGet takes names in any case for the same; within a framework a name has one version. */
function readRecord({ framework, name, entry }: LockRecord): ListedPackage | undefined {
  const version = getText(entry, 'resolved');
  if (name === '' || version === '') {
    return undefined;
  }
  const dependencies = isRecord(entry['dependencies']) ? Object.keys(entry['dependencies']) : [];
  return {
    name,
    version,
    provides: [keyOf(framework, name)],
    requires: dependencies.map((dependency) => keyOf(framework, dependency)),
    metadata: {
      name,
      version,
      contentHash: getText(entry, 'contentHash'),
      type: getText(entry, 'type'),
    },
  };
}

function keyOf(framework: string, name: string): string {
  return `${framework}\0${name.toLowerCase()}`;
}

function byName(left: ListedPackage, right: ListedPackage): number {
  return compareText(left.name, right.name) || compareText(left.version, right.version);
}
